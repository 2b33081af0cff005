package dev.slipway.api.kserve;

import dev.slipway.api.KindRules.Admitting;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Takes fields that KServe does not know, or that stand in the wrong place, for what their writer
/// meant. KServe drops such fields silently, or refuses them; here each liberty taken is a warning
/// that names the field and what it is taken for.
final class SeedDialect {
  private static final String MEMORY_OF_PATH = "slipway.dev/storage-path";

  /// Fields of a predictor that people write into the framework's block.
  private static final List<String> OF_THE_PREDICTOR =
      List.of(
          "minReplicas",
          "maxReplicas",
          "scaleTarget",
          "scaleMetric",
          "autoScaling",
          "containerConcurrency",
          "timeout",
          "canaryTrafficPercent",
          "logger",
          "batcher",
          "nodeSelector",
          "tolerations",
          "affinity",
          "serviceAccountName",
          "deploymentStrategy");

  private final Admitting admitting;
  private final ObjectNode service;
  private final ObjectNode predictor;
  private final String block;
  private final ObjectNode model;
  private final String path;

  private SeedDialect(
      Admitting admitting, ObjectNode service, String place, ObjectNode predictor, String block) {
    this.admitting = admitting;
    this.service = service;
    this.predictor = predictor;
    this.block = block;
    this.model = (ObjectNode) predictor.path(block);
    this.path = place + "." + block;
  }

  /// Lifts what the predictor and its canaries say in the dialect.
  static void lift(Admitting admitting, ObjectNode service) {
    liftPredictor(admitting, service, "spec.predictor", service.path("spec").path("predictor"));
    JsonNode canaries = service.path("spec").path("canary");
    for (int i = 0; i < canaries.size(); i++) {
      liftPredictor(
          admitting,
          service,
          "spec.canary[" + i + "].predictor",
          canaries.path(i).path("predictor"));
    }
  }

  private static void liftPredictor(
      Admitting admitting, ObjectNode service, String place, JsonNode node) {
    if (!(node instanceof ObjectNode predictor)) {
      return;
    }
    for (String block : Kserve.modelBlocks(predictor)) {
      new SeedDialect(admitting, service, place, predictor, block).lift();
    }
    autoscalingOfPredictor(admitting, service, place, predictor);
  }

  private void lift() {
    modelUri();
    fieldsOfThePredictor(model, path);
    if (model.path("resources") instanceof ObjectNode resources) {
      fieldsOfThePredictor(resources, path + ".resources");
    }
    autoscaling();
    cacheSize();
    warmup();
    health();
    port();
    secretByName();
    version();
  }

  private void warn(String field, String takenFor) {
    admitting.warnings().accept(field + ": " + takenFor);
  }

  private void modelUri() {
    Optional<JsonNode> uri = take(model, "modelUri");
    if (uri.isEmpty()) {
      return;
    }
    if (!model.has("storageUri")) {
      model.set("storageUri", uri.get());
      warn(path + ".modelUri", "unknown to KServe, taken as storageUri");
    } else {
      warn(path + ".modelUri", "unknown to KServe, ignored beside storageUri");
    }
    Optional<JsonNode> dropped =
        model.path("storage") instanceof ObjectNode storage
            ? take(storage, "path")
            : Optional.empty();
    if (dropped.isPresent()) {
      annotate(MEMORY_OF_PATH, dropped.get().asString(""));
      warn(
          path + ".storage.path",
          "ignored beside modelUri: modelUri says where the model is, storage.key which"
              + " credentials open it");
    }
  }

  private void fieldsOfThePredictor(ObjectNode from, String where) {
    for (String field : OF_THE_PREDICTOR) {
      Optional<JsonNode> value = take(from, field);
      if (value.isPresent()) {
        predictor.set(field, value.get());
        warn(where + "." + field, "belongs beside " + block + ", taken as predictor." + field);
      }
    }
  }

  private void autoscaling() {
    if (model.remove("autoscaling") instanceof ObjectNode written) {
      predictor.set("autoScaling", written);
      warn(path + ".autoscaling", "unknown to KServe, taken as predictor.autoScaling");
      metrics(admitting, service, path + ".autoscaling", written);
    }
  }

  private static void autoscalingOfPredictor(
      Admitting admitting, ObjectNode service, String place, ObjectNode predictor) {
    if (predictor.remove("autoscaling") instanceof ObjectNode written) {
      predictor.set("autoScaling", written);
      admitting.warnings().accept(place + ".autoscaling: unknown to KServe, taken as autoScaling");
      metrics(admitting, service, place + ".autoscaling", written);
    }
  }

  /// Metrics mean something only to an autoscaler of Deployments; which one follows from their
  /// types.
  private static void metrics(
      Admitting admitting, ObjectNode service, String where, ObjectNode autoscaling) {
    boolean resourcesOnly = true;
    JsonNode metrics = autoscaling.path("metrics");
    for (int i = 0; i < metrics.size(); i++) {
      JsonNode metric = metrics.path(i);
      resourcesOnly &= Json.text(metric, "type").equals("Resource");
      externalByName(admitting, where + ".metrics[" + i + "]", metric);
    }
    ObjectNode annotations = Json.ensureObject(service, "metadata", "annotations");
    String scaler = resourcesOnly ? "hpa" : "keda";
    if (!annotations.has(Kserve.AUTOSCALER_CLASS)) {
      annotations.put(Kserve.AUTOSCALER_CLASS, scaler);
      admitting
          .warnings()
          .accept(
              where + ".metrics: annotation " + Kserve.AUTOSCALER_CLASS + " taken as " + scaler);
    }
    if (!annotations.has(Kserve.DEPLOYMENT_MODE)) {
      annotations.put(Kserve.DEPLOYMENT_MODE, Kserve.Mode.STANDARD.word());
      admitting
          .warnings()
          .accept(
              where
                  + ".metrics: honoured in deployment mode Standard only, which annotation "
                  + Kserve.DEPLOYMENT_MODE
                  + " now says");
    }
  }

  private static void externalByName(Admitting admitting, String where, JsonNode metric) {
    if (!(metric.path("external").path("metric") instanceof ObjectNode named)
        || Json.text(named, "name").isEmpty()
        || !Json.text(named, "query").isEmpty()) {
      return;
    }
    String name = Json.text(named, "name");
    named.remove("name");
    named.put("query", name);
    if (!named.has("backend")) {
      named.put("backend", "prometheus");
    }
    admitting
        .warnings()
        .accept(
            where
                + ".external.metric.name: unknown to KServe, taken as a query of the platform's"
                + " own metrics: "
                + name);
  }

  private void cacheSize() {
    Optional<JsonNode> size = take(model, "cacheSize");
    if (size.isPresent()) {
      annotate(Kserve.CACHE_SIZE, size.get().asString(""));
      warn(path + ".cacheSize", "unknown to KServe, taken as annotation " + Kserve.CACHE_SIZE);
    }
  }

  private void warmup() {
    if (!(model.remove("warmup") instanceof ObjectNode warmup)) {
      return;
    }
    annotateFrom(warmup, "replicas", Kserve.WARMUP_REPLICAS);
    annotateFrom(warmup, "duration", Kserve.WARMUP_DURATION);
  }

  private void annotateFrom(ObjectNode from, String field, String annotation) {
    if (from.has(field)) {
      annotate(annotation, from.path(field).asString(""));
      warn(path + ".warmup." + field, "unknown to KServe, taken as annotation " + annotation);
    }
  }

  private void health() {
    if (!(model.remove("health") instanceof ObjectNode health)) {
      return;
    }
    for (String probe : List.of("readinessProbe", "livenessProbe")) {
      if (!model.has(probe)) {
        ObjectNode made = health.deepCopy();
        if (!made.has("httpGet") && !made.has("tcpSocket") && !made.has("exec")) {
          made.putObject("httpGet").put("path", readyPath()).put("port", httpPort());
        }
        model.set(probe, made);
      }
    }
    warn(path + ".health", "unknown to KServe, taken as readinessProbe and livenessProbe");
  }

  private String readyPath() {
    String name = Json.text(service, "metadata", "name");
    String protocol = Json.text(model, "protocolVersion");
    boolean second = protocol.endsWith("v2") || List.of("triton", "onnx").contains(block);
    return second ? "/v2/models/" + name + "/ready" : "/v1/models/" + name;
  }

  private int httpPort() {
    return model.path("port").asInt(model.path("ports").path(0).path("containerPort").asInt(8080));
  }

  private void port() {
    Optional<JsonNode> port = take(model, "port");
    if (port.isEmpty()) {
      return;
    }
    int number = port.get().asInt(0);
    if (!model.path("ports").isArray() && number > 0) {
      model.putArray("ports").addObject().put("containerPort", number).put("protocol", "TCP");
    }
    warn(path + ".port", "unknown to KServe, taken as ports[0].containerPort");
  }

  private void secretByName() {
    String key = Json.text(model, "storage", "key");
    String namespace = Json.text(service, "metadata", "namespace");
    if (key.isEmpty() || namespace.isEmpty() || inStorageConfig(namespace, key)) {
      return;
    }
    if (admitting.find("", "secrets", namespace, key).isPresent()) {
      warn(
          path + ".storage.key",
          "no key of Secret storage-config, taken as the name of Secret " + key);
    }
  }

  private boolean inStorageConfig(String namespace, String key) {
    Optional<ObjectNode> config = admitting.find("", "secrets", namespace, "storage-config");
    return config.map(secret -> secret.path("data").has(key)).orElse(false);
  }

  private void version() {
    String version = Json.text(model, "modelFormat", "version");
    if (version.contains(".")) {
      warn(
          path + ".modelFormat.version",
          "runtimes name major versions; " + version + " also matches " + major(version));
    }
  }

  /// `2` of `2.8.0`.
  static String major(String version) {
    int dot = version.indexOf('.');
    return dot < 0 ? version : version.substring(0, dot);
  }

  private static Optional<JsonNode> take(ObjectNode from, String field) {
    return Optional.ofNullable(from.remove(field));
  }

  private void annotate(String name, String value) {
    Json.ensureObject(service, "metadata", "annotations").put(name, value);
  }
}
