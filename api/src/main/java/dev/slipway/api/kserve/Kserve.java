package dev.slipway.api.kserve;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The words of KServe's API that rules and controllers share, and readings of a component that
/// both need. Names follow `pkg/constants/constants.go` of kserve/kserve.
public final class Kserve {
  public static final String GROUP = "serving.kserve.io";

  public static final String DEPLOYMENT_MODE = "serving.kserve.io/deploymentMode";
  public static final String AUTOSCALER_CLASS = "serving.kserve.io/autoscalerClass";
  public static final String STOP = "serving.kserve.io/stop";
  public static final String TAG_ROUTING = "serving.kserve.io/enable-tag-routing";
  public static final String GPU_TYPES = "serving.kserve.io/gpu-resource-types";
  public static final String SERVER_TYPE = "serving.kserve.io/server-type";
  public static final String MODEL_FORMAT = "modelFormat";
  public static final String KNATIVE_CLASS = "autoscaling.knative.dev/class";

  /// How many models are kept warm, as an older dialect has it in `cacheSize`.
  public static final String CACHE_SIZE = "slipway.dev/cache-size";

  /// Replicas that start with the service and are warmed up.
  public static final String WARMUP_REPLICAS = "slipway.dev/warmup-replicas";

  /// For how long a new replica gets synthetic requests before it is ready: `30s`.
  public static final String WARMUP_DURATION = "slipway.dev/warmup-duration";

  public static final String CONTAINER = "kserve-container";
  public static final String TRANSFORMER_CONTAINER = "transformer-container";
  public static final String MODEL_DIRECTORY = "/mnt/models";

  /// Where KServe keeps its settings.
  public static final String CONFIG_NAMESPACE = "kserve";

  public static final String CONFIG_NAME = "inferenceservice-config";

  /// Blocks that stand for `model` with a format of the same name, in the order KServe looks.
  public static final List<String> FRAMEWORKS =
      List.of(
          "sklearn",
          "tensorflow",
          "xgboost",
          "pytorch",
          "triton",
          "onnx",
          "huggingface",
          "pmml",
          "lightgbm",
          "paddle");

  /// How a service is run.
  public enum Mode {
    /// Revisions of a Knative Service, scaled by requests, to zero where asked for.
    KNATIVE("Knative"),
    /// Deployments and Services.
    STANDARD("Standard"),
    /// Not carried out any more; KServe archived it.
    MODEL_MESH("ModelMesh");

    private final String word;

    Mode(String word) {
      this.word = word;
    }

    /// As annotations and statuses say it.
    public String word() {
      return word;
    }

    /// Reads a mode, old names included.
    public static Optional<Mode> parse(String text) {
      return switch (text) {
        case "Knative", "Serverless" -> Optional.of(KNATIVE);
        case "Standard", "RawDeployment" -> Optional.of(STANDARD);
        case "ModelMesh" -> Optional.of(MODEL_MESH);
        default -> Optional.empty();
      };
    }
  }

  private Kserve() {}

  /// The mode an annotation asks for, or the default.
  public static Mode mode(JsonNode service, Mode byDefault) {
    return Mode.parse(Json.text(service, "metadata", "annotations", DEPLOYMENT_MODE))
        .orElse(byDefault);
  }

  /// What runs a predictor: `iris-predictor`, or `iris-blue-predictor` where it has a name.
  public static String predictorName(String service, JsonNode predictor) {
    String own = Json.text(predictor, "name");
    return own.isEmpty() ? service + "-predictor" : service + "-" + own + "-predictor";
  }

  /// The blocks of a predictor that say what serves: frameworks and `model`, by name.
  public static List<String> modelBlocks(JsonNode predictor) {
    var found = new ArrayList<String>();
    for (String name : FRAMEWORKS) {
      if (predictor.path(name).isObject()) {
        found.add(name);
      }
    }
    if (predictor.path("model").isObject()) {
      found.add("model");
    }
    return found;
  }

  /// The container that serves, where the user brings containers: the one with KServe's name, else
  /// the first.
  public static Optional<ObjectNode> customContainer(JsonNode component) {
    for (JsonNode each : component.path("containers")) {
      if (Json.text(each, "name").equals(CONTAINER) && each instanceof ObjectNode container) {
        return Optional.of(container);
      }
    }
    return component.path("containers").path(0) instanceof ObjectNode first
        ? Optional.of(first)
        : Optional.empty();
  }

  /// The value a container's environment gives to a name; empty where it gives none.
  public static String env(JsonNode container, String name) {
    for (JsonNode each : container.path("env")) {
      if (Json.text(each, "name").equals(name)) {
        return Json.text(each, "value");
      }
    }
    return "";
  }

  /// Whether the service is stopped by annotation.
  public static boolean stopped(JsonNode service) {
    return Json.text(service, "metadata", "annotations", STOP).equalsIgnoreCase("true");
  }

  /// Whether a predictor takes its models from TrainedModels: it names no model itself.
  ///
  /// Follows `IsMMSPredictor` of `pkg/controller/v1beta1/inferenceservice/utils`.
  public static boolean takesTrainedModels(JsonNode predictor) {
    if (!predictor.path("containers").isEmpty()) {
      return env(predictor.path("containers").path(0), "MULTI_MODEL_SERVER").equals("true");
    }
    JsonNode model = predictor.path("model");
    return model.isObject()
        && !Json.text(model, "modelFormat", "name").equals("huggingface")
        && Json.text(model, "storageUri").isEmpty()
        && !model.path("storage").isObject()
        && predictor.path("storageUris").isEmpty();
  }
}
