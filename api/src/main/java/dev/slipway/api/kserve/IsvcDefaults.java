package dev.slipway.api.kserve;

import dev.slipway.api.KindRules.Admitting;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// KServe's mutating webhook for InferenceServices.
///
/// Follows `pkg/apis/serving/v1beta1/inference_service_defaults.go`.
final class IsvcDefaults {
  private static final List<String> SECOND_PROTOCOL = List.of("triton", "onnx", "huggingface");

  private final ObjectNode service;
  private final JsonNode config;
  private final Kserve.Mode defaultMode;

  private IsvcDefaults(ObjectNode service, ObjectNode config, Kserve.Mode platformMode) {
    this.service = service;
    this.config = config;
    this.defaultMode =
        Kserve.Mode.parse(Json.text(part(config, "deploy"), "defaultDeploymentMode"))
            .orElse(platformMode);
  }

  static void complete(Admitting admitting, ObjectNode service, Kserve.Mode platformMode) {
    Optional<ObjectNode> config =
        admitting.find("", "configmaps", Kserve.CONFIG_NAMESPACE, Kserve.CONFIG_NAME);
    new IsvcDefaults(service, config.orElseGet(Json::object), platformMode).complete();
  }

  private void complete() {
    mode();
    if (!(service.path("spec") instanceof ObjectNode spec)) {
      return;
    }
    predictor(spec.path("predictor"), true);
    for (JsonNode canary : spec.path("canary")) {
      predictor(canary.path("predictor"), false);
    }
    component(spec.path("transformer"), true);
    component(spec.path("explainer"), true);
  }

  private void mode() {
    ObjectNode metadata = Json.ensureObject(service, "metadata");
    String written = Json.text(metadata, "annotations", Kserve.DEPLOYMENT_MODE);
    if (written.isEmpty()) {
      if (defaultMode != Kserve.Mode.KNATIVE) {
        annotate(Kserve.DEPLOYMENT_MODE, defaultMode.word());
      }
      return;
    }
    Kserve.Mode.parse(written).ifPresent(mode -> annotate(Kserve.DEPLOYMENT_MODE, mode.word()));
  }

  private void annotate(String name, String value) {
    Json.ensureObject(service, "metadata", "annotations").put(name, value);
  }

  private void predictor(JsonNode node, boolean stable) {
    if (!(node instanceof ObjectNode predictor)) {
      return;
    }
    for (String framework : Kserve.FRAMEWORKS) {
      if (predictor.path(framework) instanceof ObjectNode block) {
        intoModel(predictor, framework, block);
        break;
      }
    }
    if (predictor.path("model") instanceof ObjectNode model) {
      model(model, stable);
    }
    component(predictor, false);
  }

  private static void intoModel(ObjectNode predictor, String framework, ObjectNode block) {
    predictor.remove(framework);
    ObjectNode model = Json.object();
    model.putObject("modelFormat").put("name", framework);
    model.setAll(block);
    if (SECOND_PROTOCOL.contains(framework) && !block.has("protocolVersion")) {
      model.put("protocolVersion", "v2");
    }
    predictor.set("model", model);
  }

  private void model(ObjectNode model, boolean stable) {
    String format = Json.text(model, "modelFormat", "name");
    if (!model.has("protocolVersion") && List.of("triton", "vLLM").contains(format)) {
      model.put("protocolVersion", "v2");
    }
    if (stable && !format.isEmpty() && !annotated(Kserve.MODEL_FORMAT)) {
      annotate(Kserve.MODEL_FORMAT, format);
    }
  }

  private boolean annotated(String name) {
    return service.path("metadata").path("annotations").has(name);
  }

  private void component(JsonNode node, boolean alwaysNamed) {
    if (!(node instanceof ObjectNode component)) {
      return;
    }
    mountPaths(component);
    loggerMode(component);
    boolean custom = Kserve.modelBlocks(component).isEmpty();
    if (custom && component.path("containers") instanceof ArrayNode containers) {
      customContainer(containers, alwaysNamed);
    }
    if (component.path("art") instanceof ObjectNode art) {
      resources(art);
    }
    if (mountsNoToken() && !component.has("automountServiceAccountToken")) {
      component.put("automountServiceAccountToken", false);
    }
  }

  private static void mountPaths(ObjectNode component) {
    for (JsonNode each : component.path("storageUris")) {
      if (each instanceof ObjectNode source && !source.has("mountPath")) {
        source.put("mountPath", Kserve.MODEL_DIRECTORY);
      }
    }
  }

  /// The CRD's own default.
  private static void loggerMode(ObjectNode component) {
    if (component.path("logger") instanceof ObjectNode logger && !logger.has("mode")) {
      logger.put("mode", "all");
    }
  }

  private void customContainer(ArrayNode containers, boolean alwaysNamed) {
    if (!(containers.path(0) instanceof ObjectNode first)) {
      return;
    }
    if (alwaysNamed || containers.size() == 1 || Json.text(first, "name").isEmpty()) {
      first.put("name", Kserve.CONTAINER);
    }
    resources(first);
  }

  private void resources(ObjectNode container) {
    JsonNode defaults = part(config, "inferenceService").path("resource");
    for (var kind : List.of("requests", "limits")) {
      String suffix = kind.equals("requests") ? "Request" : "Limit";
      for (var name : List.of("cpu", "memory")) {
        String value = Json.text(defaults, name + suffix);
        JsonNode given = container.path("resources").path(kind);
        if (!value.isEmpty() && !given.has(name)) {
          Json.ensureObject(container, "resources", kind).put(name, value);
        }
      }
    }
  }

  private boolean mountsNoToken() {
    return !part(config, "security").path("autoMountServiceAccountToken").asBoolean(true);
  }

  /// One of the JSON documents the ConfigMap holds as text; empty where it is absent or no JSON.
  static JsonNode part(JsonNode config, String key) {
    String text = Json.text(config, "data", key);
    try {
      return text.isEmpty() ? Json.object() : Json.parseObject(text);
    } catch (tools.jackson.core.JacksonException | IllegalArgumentException _) {
      return Json.object();
    }
  }
}
