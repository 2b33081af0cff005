package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
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

/// Makes a predictor's pod: its runtime's containers with the service's laid over them,
/// placeholders
/// filled in, what each kind of server needs to be told, and its models.
///
/// Follows `pkg/controller/v1beta1/inferenceservice/components/predictor.go`.
final class PredictorPod {
  private static final Set<String> NOT_OF_A_CONTAINER =
      Set.of(
          "modelFormat",
          "runtime",
          "storageUri",
          "runtimeVersion",
          "protocolVersion",
          "storage",
          "confidential",
          "config",
          "type",
          "name");
  private static final Map<String, String> MLSERVER_CLASSES =
      Map.of(
          "xgboost", "mlserver_xgboost.XGBoostModel",
          "lightgbm", "mlserver_lightgbm.LightGBMModel",
          "mlflow", "mlserver_mlflow.MLflowRuntime");
  private static final List<String> RUNTIME_POD =
      List.of(
          "nodeSelector",
          "affinity",
          "tolerations",
          "volumes",
          "imagePullSecrets",
          "schedulerName",
          "hostIPC",
          "resourceClaims");

  private final Resource service;
  private final Observed observed;
  private final KserveConfig config;
  private final Map<String, String> labels = new HashMap<>();

  PredictorPod(Resource service, Observed observed, KserveConfig config) {
    this.service = service;
    this.observed = observed;
    this.config = config;
  }

  /// @throws RefusedException if it cannot run as written
  Component component(JsonNode predictor) {
    if (predictor.path("workerSpec").isObject()) {
      throw RefusedException.invalid(
          "spec.predictor.workerSpec: predictors that span several nodes are not run here");
    }
    return predictor.path("model") instanceof ObjectNode model
        ? served(predictor, model.deepCopy())
        : custom(predictor);
  }

  /// Runs the containers the user brings.
  private Component custom(JsonNode predictor) {
    ObjectNode pod = Components.podOf(predictor);
    Optional<ObjectNode> container = Kserve.customContainer(pod);
    if (container.isEmpty()) {
      throw RefusedException.invalid("spec.predictor: no container and no model");
    }
    String uri = Kserve.env(container.get(), "STORAGE_URI");
    Components.replaceUri(container.get());
    return finish(predictor, pod, uri, MissingNode.getInstance(), Optional.empty(), "");
  }

  /// Runs a model on a runtime.
  private Component served(JsonNode predictor, ObjectNode model) {
    RuntimeSelection.Choice.Chosen chosen = choose(model);
    Resource runtime = chosen.runtime();
    defaults(runtime, model);
    ObjectNode pod = pod(runtime, predictor, model);
    String uri = Json.text(model, "storageUri");
    String path = Json.text(model, "storage", "path");
    if (uri.isEmpty() && !path.isEmpty()) {
      uri = StorageCredentials.PLACEHOLDER + path.replaceFirst("^/", "");
    }
    return finish(predictor, pod, uri, model.path("storage"), Optional.of(runtime), chosen.note());
  }

  private RuntimeSelection.Choice.Chosen choose(JsonNode model) {
    return switch (RuntimeSelection.choose(
        model,
        false,
        observed.list(Kinds.SERVING_RUNTIME, service.namespace(), Map.of()),
        observed.list(Kinds.CLUSTER_SERVING_RUNTIME, "", Map.of()))) {
      case RuntimeSelection.Choice.Chosen chosen -> chosen;
      case RuntimeSelection.Choice.Refused refused ->
          throw new RefusedException(refused.reason(), refused.summary(), refused.message());
    };
  }

  /// What a kind of server must be told, beyond what its runtime says.
  private void defaults(Resource runtime, ObjectNode model) {
    boolean empty = !model.has("storageUri") && !model.has("storage");
    String protocol = Json.text(model, "protocolVersion");
    switch (serverType(runtime)) {
      case "mlserver" -> {
        if (empty) {
          variable(model, "MLSERVER_LOAD_MODELS_AT_STARTUP", "false");
        } else {
          variable(model, "MLSERVER_MODEL_NAME", service.name());
          variable(model, "MLSERVER_MODEL_URI", Kserve.MODEL_DIRECTORY);
        }
        labels.put(
            "modelClass",
            MLSERVER_CLASSES.getOrDefault(
                Json.text(model, "modelFormat", "name"), "mlserver_sklearn.SKLearnModel"));
      }
      case "torchserve" -> {
        String spoken = protocol.isEmpty() ? "v1" : protocol;
        labels.put("serviceEnvelope", spoken.endsWith("v2") ? "kservev2" : "kserve");
        variable(model, "PROTOCOL_VERSION", spoken);
      }
      case "tritonserver" -> {
        if (empty) {
          ArrayNode args =
              model.path("args") instanceof ArrayNode there ? there : model.putArray("args");
          args.add("--model-control-mode=explicit");
        }
      }
      default -> {}
    }
  }

  private static String serverType(Resource runtime) {
    String said = runtime.annotation(Kserve.SERVER_TYPE);
    return said.isEmpty() ? runtime.name().replaceFirst("^kserve-", "") : said;
  }

  private static void variable(ObjectNode container, String name, String value) {
    for (JsonNode each : container.path("env")) {
      if (Json.text(each, "name").equals(name)) {
        return;
      }
    }
    ArrayNode env =
        container.path("env") instanceof ArrayNode there ? there : container.putArray("env");
    env.addObject().put("name", name).put("value", value);
  }

  private ObjectNode pod(Resource runtime, JsonNode predictor, ObjectNode model) {
    ObjectNode pod = Json.object();
    for (String field : RUNTIME_POD) {
      if (runtime.spec().has(field)) {
        pod.set(field, runtime.spec().path(field).deepCopy());
      }
    }
    ObjectNode own = Components.podOf(predictor);
    JsonNode beside = own.path("containers");
    own.remove("containers");
    PodMerge.merge(pod, own);
    ArrayNode containers = pod.putArray("containers");
    ObjectNode server = server(runtime, model);
    image(server, model, runtime);
    containers.add(server);
    beside(runtime.spec().path("containers"), beside).forEach(containers::add);
    return pod;
  }

  private ObjectNode server(Resource runtime, ObjectNode model) {
    for (JsonNode each : runtime.spec().path("containers")) {
      if (Json.text(each, "name").equals(Kserve.CONTAINER) && each instanceof ObjectNode found) {
        return placeholders().fill(PodMerge.container(found, containerOf(model)));
      }
    }
    throw RefusedException.invalid(
        "no container configuration found in selected serving runtime "
            + runtime.name()
            + " (expected one named "
            + Kserve.CONTAINER
            + ")");
  }

  /// The other containers, of runtime and service, those of the same name laid over each other.
  private List<ObjectNode> beside(JsonNode runtime, JsonNode own) {
    ObjectNode all = Json.object();
    for (JsonNode each : runtime) {
      if (!Json.text(each, "name").equals(Kserve.CONTAINER)) {
        all.set(Json.text(each, "name"), each.deepCopy());
      }
    }
    for (JsonNode each : own) {
      String name = Json.text(each, "name");
      all.set(
          name,
          all.path(name) instanceof ObjectNode below
              ? PodMerge.container(below, each)
              : each.deepCopy());
    }
    Placeholders placeholders = placeholders();
    return all.values().stream().map(each -> placeholders.fill((ObjectNode) each)).toList();
  }

  private Placeholders placeholders() {
    var known = new HashMap<>(service.labels());
    known.putAll(labels);
    return new Placeholders(
        Map.of("Name", service.name(), "Namespace", service.namespace(), "UID", service.uid()),
        known,
        service.annotations());
  }

  /// A container as a block carries it inline.
  static ObjectNode containerOf(JsonNode block) {
    ObjectNode container = Json.object();
    for (var field : block.properties()) {
      if (!NOT_OF_A_CONTAINER.contains(field.getKey()) && !field.getValue().isNull()) {
        container.set(field.getKey(), field.getValue().deepCopy());
      }
    }
    return container;
  }

  /// Another tag where a version is asked for, or where a processor of another kind needs another
  /// build.
  private static void image(ObjectNode container, JsonNode model, Resource runtime) {
    String image = Json.text(container, "image");
    String version = Json.text(model, "runtimeVersion");
    int colon = image.lastIndexOf(':');
    boolean tagged = colon > image.lastIndexOf('/');
    String bare = tagged ? image.substring(0, colon) : image;
    if (image.contains("@sha256:")) {
      return;
    }
    if (!version.isEmpty()) {
      container.put("image", bare + ":" + version);
      return;
    }
    String server = serverType(runtime);
    if (!tagged) {
      return;
    }
    if (wantsGpu(container)) {
      if (Set.of("tensorflow-serving", "torchserve", "huggingfaceserver").contains(server)
          && !image.endsWith("-gpu")) {
        container.put("image", image + "-gpu");
      }
    } else if (server.equals("vllmserver") && !bare.endsWith("-cpu")) {
      container.put("image", bare + "-cpu" + image.substring(colon));
    }
  }

  private static boolean wantsGpu(JsonNode container) {
    for (String kind : List.of("limits", "requests")) {
      for (String resource : container.path("resources").path(kind).propertyNames()) {
        if (resource.endsWith("/gpu") || resource.startsWith("nvidia.com/mig")) {
          return true;
        }
      }
    }
    return false;
  }

  private Component finish(
      JsonNode predictor,
      ObjectNode pod,
      String uri,
      JsonNode storage,
      Optional<Resource> runtime,
      String note) {
    Components.named(pod, service.name());
    Map<String, String> annotations =
        new HashMap<>(runtime.map(it -> Json.strings(it.spec(), "annotations")).orElse(Map.of()));
    annotations.keySet().removeAll(config.annotationsKeptOff());
    annotations.putAll(Components.serviceAnnotations(service, config));
    Components.extensions(predictor, annotations);
    annotations.putAll(Json.strings(predictor, "annotations"));
    models(predictor, pod, uri, storage, annotations);
    Map<String, String> runtimeLabels =
        new HashMap<>(runtime.map(it -> Json.strings(it.spec(), "labels")).orElse(Map.of()));
    runtimeLabels.putAll(labels);
    return new Component(
        "predictor",
        Components.predictorName(service.name(), predictor),
        predictor,
        pod,
        Components.labels(service, "predictor", runtimeLabels, predictor),
        annotations,
        runtime,
        note);
  }

  private void models(
      JsonNode predictor,
      ObjectNode pod,
      String uri,
      JsonNode storage,
      Map<String, String> annotations) {
    var initializer = new StorageInitializer(observed, service.namespace(), annotations, pod);
    String container = Json.text(predictor, "storageContainerName");
    if (!uri.isEmpty()) {
      initializer.one(uri, storage, container);
      String fetched = fetched(pod, uri);
      annotations.put("internal.serving.kserve.io/storage-initializer-sourceuri", fetched);
    } else if (!predictor.path("storageUris").isEmpty()) {
      initializer.several(predictor.path("storageUris"), storage, container);
    } else if (Kserve.takesTrainedModels(predictor)) {
      TrainedModels.mount(service.name(), pod, annotations);
    }
  }

  /// The address in full, as the initializer has it.
  private static String fetched(ObjectNode pod, String uri) {
    for (JsonNode each : pod.path("initContainers")) {
      if (Json.text(each, "name").equals(StorageInitializer.NAME)) {
        return each.path("args").path(0).asString(uri);
      }
    }
    return uri;
  }
}
