package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes the components of one service: transformer and explainer here, predictors in
/// [PredictorPod].
final class Components {
  static final String ART_IMAGE = "kserve/art-explainer:latest";

  private static final Set<String> NOT_OF_A_POD =
      Set.of(
          "minReplicas",
          "maxReplicas",
          "scaleTarget",
          "scaleMetric",
          "scaleMetricType",
          "autoScaling",
          "containerConcurrency",
          "timeout",
          "canaryTrafficPercent",
          "logger",
          "batcher",
          "labels",
          "annotations",
          "deploymentStrategy",
          "storageUris",
          "storageContainerName",
          "workerSpec",
          "name",
          "art",
          "model",
          "modelUri",
          "storageUri");

  private final KserveSettings settings;
  private final Resource service;
  private final Observed observed;
  private final KserveConfig config;

  Components(KserveSettings settings, Resource service, Observed observed, KserveConfig config) {
    this.settings = settings;
    this.service = service;
    this.observed = observed;
    this.config = config;
  }

  /// `iris-predictor`, or `iris-blue-predictor` where the predictor has a name.
  static String predictorName(String service, JsonNode predictor) {
    return Kserve.predictorName(service, predictor);
  }

  /// A predictor: the stable one, or a canary's.
  ///
  /// @throws RefusedException if it cannot run as written
  Component predictor(JsonNode spec) {
    return new PredictorPod(service, observed, config).component(spec);
  }

  /// The predictor a canary means: the stable one with what the canary says laid over it.
  static ObjectNode canaryOf(JsonNode stable, JsonNode canary) {
    ObjectNode merged = (ObjectNode) stable.deepCopy();
    merged.remove(
        List.of(
            "maxReplicas", "scaleTarget", "scaleMetric", "autoScaling", "canaryTrafficPercent"));
    if (!Kserve.modelBlocks(canary).isEmpty() || canary.has("containers")) {
      merged.remove(List.of("model", "containers", "storageUris"));
    }
    if (canary.path("model").isObject() && stable.path("model").isObject()) {
      merged.set("model", stable.path("model").deepCopy());
    }
    return PodMerge.merge(merged, canary);
  }

  Optional<Component> transformer() {
    JsonNode spec = service.spec().path("transformer");
    return spec.isObject() ? Optional.of(helper("transformer", spec)) : Optional.empty();
  }

  Optional<Component> explainer() {
    JsonNode spec = service.spec().path("explainer");
    return spec.isObject() ? Optional.of(helper("explainer", spec)) : Optional.empty();
  }

  private Component helper(String part, JsonNode spec) {
    ObjectNode pod = podOf(spec);
    if (spec.path("art") instanceof ObjectNode art) {
      pod.putArray("containers").add(artContainer(art));
    }
    if (!(pod.path("containers").path(0) instanceof ObjectNode container)) {
      throw RefusedException.invalid("spec." + part + ".containers: a container is needed");
    }
    arguments(container, spec);
    named(pod, service.name());
    Map<String, String> annotations = serviceAnnotations();
    extensions(spec, annotations);
    annotations.putAll(Json.strings(spec, "annotations"));
    models(spec, container, pod, annotations);
    return new Component(
        part,
        service.name() + "-" + part,
        spec,
        pod,
        labels(part, Map.of(), spec),
        annotations,
        Optional.empty(),
        "");
  }

  private void models(
      JsonNode spec, ObjectNode container, ObjectNode pod, Map<String, String> annotations) {
    var initializer = new StorageInitializer(observed, service.namespace(), annotations, pod);
    String uri = Json.text(spec, "art", "storageUri");
    if (uri.isEmpty()) {
      uri = Kserve.env(container, "STORAGE_URI");
    }
    if (!uri.isEmpty()) {
      initializer.one(uri, spec.path("art").path("storage"), "");
      replaceUri(container);
    } else if (!spec.path("storageUris").isEmpty()) {
      initializer.several(spec.path("storageUris"), MissingNode.getInstance(), "");
    }
  }

  /// The server finds its models where they were brought.
  static void replaceUri(ObjectNode container) {
    for (JsonNode each : container.path("env")) {
      if (Json.text(each, "name").equals("STORAGE_URI") && each instanceof ObjectNode variable) {
        variable.put("value", Kserve.MODEL_DIRECTORY);
      }
    }
  }

  private ObjectNode artContainer(ObjectNode art) {
    ObjectNode container = PredictorPod.containerOf(art);
    container.put("name", Kserve.CONTAINER);
    if (!container.has("image")) {
      String version = Json.text(art, "runtimeVersion");
      String image = Json.text(config.part("explainers").path("art"), "image"); // without its tag
      container.put(
          "image",
          image.isEmpty() ? ART_IMAGE : image + ":" + (version.isEmpty() ? "latest" : version));
    }
    ArrayNode args = Json.array();
    if (art.has("storageUri")) {
      args.add("--storage_uri").add(Kserve.MODEL_DIRECTORY);
    }
    args.add("--adversary_type").add(Json.text(art, "type"));
    Json.strings(art, "config").entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(each -> args.add("--" + each.getKey()).add(each.getValue()));
    container.path("args").forEach(args::add);
    container.set("args", args);
    return container;
  }

  private void arguments(ObjectNode container, JsonNode spec) {
    ArrayNode args =
        container.path("args") instanceof ArrayNode there ? there : container.putArray("args");
    argument(args, "--model_name", service.name());
    argument(args, "--predictor_host", predictorHost());
    argument(args, "--http_port", "8080");
    if (spec.path("containerConcurrency").isIntegralNumber()) {
      argument(args, "--workers", spec.path("containerConcurrency").asString(""));
    }
  }

  private static void argument(ArrayNode args, String name, String value) {
    for (JsonNode each : args) {
      String word = each.asString("");
      if (word.equals(name) || word.startsWith(name + "=")) {
        return;
      }
    }
    args.add(name).add(value);
  }

  /// Where the predictor answers: as KServe has it, or through this machine's gateway.
  private String predictorHost() {
    String name = predictorName(service.name(), service.spec().path("predictor"));
    return settings.port() == 0
        ? name + "." + service.namespace()
        : settings.host(InsideName.of(service, settings).orElse(name), service.namespace())
            + ":"
            + settings.port();
  }

  private Map<String, String> serviceAnnotations() {
    return serviceAnnotations(service, config);
  }

  /// What pods get of the service's annotations.
  static Map<String, String> serviceAnnotations(Resource service, KserveConfig config) {
    var kept = new HashMap<>(service.annotations());
    kept.keySet().removeAll(config.annotationsKeptOff());
    return kept;
  }

  private Map<String, String> labels(String part, Map<String, String> runtime, JsonNode spec) {
    return labels(service, part, runtime, spec);
  }

  /// Labels of pods: those of the component win over the service's, and these over the runtime's.
  static Map<String, String> labels(
      Resource service, String part, Map<String, String> runtime, JsonNode spec) {
    var labels = new HashMap<>(runtime);
    labels.putAll(service.labels());
    labels.putAll(Json.strings(spec, "labels"));
    labels.put("serving.kserve.io/inferenceservice", service.name());
    labels.put("component", part);
    return labels;
  }

  /// Batcher and logger as annotations, for whoever answers the requests.
  static void extensions(JsonNode spec, Map<String, String> annotations) {
    String prefix = "internal.serving.kserve.io/";
    if (spec.path("logger") instanceof ObjectNode logger) {
      annotations.put(prefix + "logger", "true");
      putText(annotations, prefix + "logger-sink-url", Json.text(logger, "url"));
      annotations.put(prefix + "logger-mode", Json.text(logger, "mode"));
      putText(annotations, prefix + "logger-metadata-headers", joined(logger, "metadataHeaders"));
      putText(
          annotations,
          prefix + "logger-metadata-annotations",
          joined(logger, "metadataAnnotations"));
    }
    if (spec.path("batcher") instanceof ObjectNode batcher) {
      annotations.put(prefix + "batcher", "true");
      putText(
          annotations, prefix + "batcher-max-batchsize", batcher.path("maxBatchSize").asString(""));
      putText(annotations, prefix + "batcher-max-latency", batcher.path("maxLatency").asString(""));
    }
  }

  private static void putText(Map<String, String> annotations, String name, String value) {
    if (!value.isEmpty()) {
      annotations.put(name, value);
    }
  }

  private static String joined(JsonNode node, String field) {
    return String.join(
        ",", node.path(field).values().stream().map(each -> each.asString("")).toList());
  }

  /// The pod specification that a component carries inline.
  static ObjectNode podOf(JsonNode component) {
    ObjectNode pod = Json.object();
    for (var field : component.properties()) {
      boolean framework = Kserve.FRAMEWORKS.contains(field.getKey());
      if (!framework && !NOT_OF_A_POD.contains(field.getKey()) && !field.getValue().isNull()) {
        pod.set(field.getKey(), field.getValue().deepCopy());
      }
    }
    return pod;
  }

  /// Tells every container which service it belongs to.
  static void named(ObjectNode pod, String service) {
    for (JsonNode each : pod.path("containers")) {
      if (each instanceof ObjectNode container
          && Kserve.env(container, "INFERENCE_SERVICE_NAME").isEmpty()) {
        ArrayNode env =
            container.path("env") instanceof ArrayNode there ? there : container.putArray("env");
        env.addObject().put("name", "INFERENCE_SERVICE_NAME").put("value", service);
      }
    }
  }
}
