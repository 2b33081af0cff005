package dev.slipway.api.kserve;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One service under judgement: the rules that hold for each of its components.
final class JudgedService {
  /// The alternatives KServe lists in its message, by the name of its type.
  private static final Map<String, String> ALTERNATIVES =
      Map.of(
          "PredictorSpec",
              "Name, SKLearn, XGBoost, Tensorflow, PyTorch, Triton, ONNX, HuggingFace, PMML,"
                  + " LightGBM, Paddle, Model, StorageUris, StorageContainerName, WorkerSpec,"
                  + " PodSpec",
          "TransformerSpec", "PodSpec, ComponentExtensionSpec",
          "ExplainerSpec", "ART, PodSpec, ComponentExtensionSpec");

  private static final List<String> WHOLE_NUMBERS =
      List.of(
          "minReplicas",
          "maxReplicas",
          "scaleTarget",
          "containerConcurrency",
          "timeout",
          "canaryTrafficPercent");
  private static final List<String> LOGGER_MODES = List.of("all", "request", "response");
  private static final List<String> PROTOCOLS = List.of("v1", "v2", "grpc-v1", "grpc-v2");

  private final ObjectNode service;
  private final Kserve.Mode platformMode;
  private final List<Problem> problems;
  private final Consumer<String> warnings;

  JudgedService(
      ObjectNode service,
      Kserve.Mode platformMode,
      List<Problem> problems,
      Consumer<String> warnings) {
    this.service = service;
    this.platformMode = platformMode;
    this.problems = problems;
    this.warnings = warnings;
  }

  /// Judges a component of the service, if it is there.
  void component(String name, String type) {
    JsonNode found = service.path("spec").path(name);
    if (found instanceof ObjectNode component) {
      judge(component, FieldPath.of("spec", name), type);
      AutoscalingRules.judge(
          component,
          FieldPath.of("spec", name),
          Kserve.mode(service, platformMode),
          Json.strings(service, "metadata", "annotations"),
          problems);
    } else if (!found.isMissingNode() && !found.isNull()) {
      problems.add(
          Problem.wrongType(FieldPath.of("spec", name), found, "must be an object: " + type));
    }
  }

  /// Judges what holds for a component wherever it stands.
  void judge(ObjectNode component, FieldPath at, String type) {
    EnvironmentRules.judge(Json.text(service, "metadata", "name"), component, at, problems);
    if (type.equals("PredictorSpec")) {
      predictor(component, at);
    }
    StorageRules.judge(component, at, warnings, problems);
    exactlyOne(component, at, type);
    wholeNumbers(component, at);
    replicas(component, at);
    logger(component, at);
    batcher(component, at);
  }

  private void predictor(ObjectNode predictor, FieldPath at) {
    MultiNodeRules.judge(service, predictor, at, problems);
    for (JsonNode container : predictor.path("containers")) {
      if (Json.text(container, "name").equals(Kserve.TRANSFORMER_CONTAINER)
          && hasEnv(container, "STORAGE_URI")) {
        problems.add(
            Problem.forbidden(
                at.field("containers"),
                "storage uri should not be specified in transformer container"));
      }
    }
    for (String block : Kserve.modelBlocks(predictor)) {
      model(predictor.path(block), at.field(block), block);
    }
    Kserve.customContainer(predictor)
        .filter(_ -> Kserve.modelBlocks(predictor).isEmpty())
        .ifPresent(container -> protocol(container, at.field("containers").index(0)));
  }

  private void model(JsonNode model, FieldPath at, String block) {
    if (model.has("name")) {
      problems.add(
          Problem.forbidden(
              at.field("name"), "the 'name' field is not allowed in standard predictor"));
    }
    String protocol = Json.text(model, "protocolVersion");
    if (!protocol.isEmpty() && !PROTOCOLS.contains(protocol)) {
      problems.add(Problem.notSupported(at.field("protocolVersion"), protocol, PROTOCOLS));
    }
    if (block.equals("model") && Json.text(model, "modelFormat", "name").isEmpty()) {
      problems.add(
          Problem.required(
              at.field("modelFormat", "name"), "the model's format, such as sklearn or onnx"));
    }
  }

  private void protocol(JsonNode container, FieldPath at) {
    String protocol = Kserve.env(container, "PROTOCOL");
    if (!protocol.isEmpty() && !List.of("v1", "v2").contains(protocol)) {
      problems.add(
          Problem.invalid(
              at.field("env"),
              protocol,
              "invalid protocol " + protocol + ". Must be one of [v1, v2]"));
    }
  }

  private static boolean hasEnv(JsonNode container, String name) {
    for (JsonNode each : container.path("env")) {
      if (Json.text(each, "name").equals(name)) {
        return true;
      }
    }
    return false;
  }

  private void exactlyOne(ObjectNode component, FieldPath at, String type) {
    int count = Kserve.modelBlocks(component).size() + (component.path("art").isObject() ? 1 : 0);
    boolean predictor = type.equals("PredictorSpec");
    JsonNode containers = component.path("containers");
    if (!predictor && !containers.isEmpty()) {
      count++;
    } else if (predictor) {
      count += serving(containers);
      count += count == 0 && !containers.isEmpty() ? 1 : 0;
    }
    if (count != 1) {
      String message =
          "exactly one of [" + ALTERNATIVES.get(type) + "] must be specified in " + type;
      problems.add(
          count == 0
              ? Problem.required(at, message)
              : Problem.invalid(at, names(component), message));
    }
  }

  private static int serving(JsonNode containers) {
    int count = 0;
    for (JsonNode container : containers) {
      count += Json.text(container, "name").equals(Kserve.CONTAINER) ? 1 : 0;
    }
    return count;
  }

  private static String names(ObjectNode component) {
    return String.join(", ", component.propertyNames());
  }

  private void wholeNumbers(ObjectNode component, FieldPath at) {
    for (String field : WHOLE_NUMBERS) {
      JsonNode value = component.path(field);
      if (!value.isMissingNode() && !value.isNull() && !value.isIntegralNumber()) {
        problems.add(Problem.wrongType(at.field(field), shown(value), "must be an integer"));
      }
    }
  }

  private static Object shown(JsonNode value) {
    return value.isString() ? value.stringValue() : value;
  }

  private void replicas(ObjectNode component, FieldPath at) {
    int min = component.path("minReplicas").asInt(1);
    int max = component.path("maxReplicas").asInt(0);
    if (component.path("containerConcurrency").asLong(0) < 0) {
      problems.add(
          Problem.invalid(
              at.field("containerConcurrency"),
              component.path("containerConcurrency"),
              "parallelism cannot be less than 0"));
    }
    if (min < 0) {
      problems.add(
          Problem.invalid(at.field("minReplicas"), min, "'MinReplicas' cannot be less than 0"));
    } else if (max < 0) {
      problems.add(
          Problem.invalid(at.field("maxReplicas"), max, "'MaxReplicas' cannot be less than 0"));
    } else if (min > max && max != 0) {
      problems.add(
          Problem.invalid(
              at.field("minReplicas"), min, "'MinReplicas' cannot be greater than MaxReplicas"));
    }
    canaryPercent(component, at);
  }

  private void canaryPercent(ObjectNode component, FieldPath at) {
    long percent = component.path("canaryTrafficPercent").asLong(0);
    if (percent < 0 || percent > 100) {
      problems.add(
          Problem.invalid(at.field("canaryTrafficPercent"), percent, "must be between 0 and 100"));
    }
  }

  private void logger(ObjectNode component, FieldPath at) {
    if (!(component.path("logger") instanceof ObjectNode logger)) {
      return;
    }
    String mode = Json.text(logger, "mode");
    if (!LOGGER_MODES.contains(mode)) {
      problems.add(
          Problem.invalid(
              at.field("logger", "mode"),
              mode,
              "invalid logger type (expected one of: all, request, response)"));
    }
    if (logger.path("storage") instanceof ObjectNode storage
        && !(storage.has("path") && storage.has("parameters") && storage.has("key"))) {
      problems.add(
          Problem.invalid(
              at.field("logger", "storage"),
              storage,
              "invalid logger storage configuration (path, parameters and key are needed)"));
    }
  }

  private void batcher(ObjectNode component, FieldPath at) {
    for (String field : List.of("maxBatchSize", "maxLatency")) {
      JsonNode value = component.path("batcher").path(field);
      if (!value.isMissingNode() && (!value.isIntegralNumber() || value.asLong(0) < 0)) {
        problems.add(
            Problem.invalid(
                at.field("batcher", field), shown(value), "must be an integer not below 0"));
      }
    }
  }
}
