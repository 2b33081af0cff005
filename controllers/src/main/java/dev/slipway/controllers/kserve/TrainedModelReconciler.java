package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Tells how a TrainedModel fares, and ties it to its service. The service itself hands the model
/// to
/// its server, see [TrainedModels].
///
/// Follows `pkg/controller/v1alpha1/trainedmodel` of kserve/kserve, but that a model whose service
/// is
/// missing waits for it instead of being deleted.
public final class TrainedModelReconciler implements Reconciler {
  private final KserveSettings settings;

  public TrainedModelReconciler(KserveSettings settings) {
    this.settings = settings;
  }

  @Override
  public Kind kind() {
    return TrainedModels.KIND;
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public Plan plan(Resource model, Observed observed) {
    var plan = new Plan();
    if (model.deleting()) {
      return plan;
    }
    var conditions =
        new ServiceConditions(
            model,
            observed.now(),
            List.of("InferenceServiceReady", "IsMMSPredictor", "MemoryResourceAvailable"));
    String parent = model.text("spec", "inferenceService");
    Optional<Resource> service =
        observed.find(Kinds.INFERENCE_SERVICE.key(model.namespace(), parent));
    ObjectNode status = Json.object().put("observedGeneration", model.generation());
    if (service.isEmpty()) {
      conditions.set(
          "InferenceServiceReady",
          "False",
          "InferenceServiceNotFound",
          "there is no InferenceService " + parent);
    } else {
      own(model, service.get(), plan);
      judge(service.get(), observed, conditions);
      address(model, service.get(), status);
    }
    conditions.conclude();
    status.set("conditions", conditions.toJson());
    return plan.status(status);
  }

  /// The model goes with its service.
  private static void own(Resource model, Resource service, Plan plan) {
    for (JsonNode owner : model.at("metadata", "ownerReferences")) {
      if (Json.text(owner, "uid").equals(service.uid())) {
        return;
      }
    }
    ObjectNode patch = Json.object();
    patch
        .putObject("metadata")
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", service.kind().apiVersion())
        .put("kind", service.kind().kind())
        .put("name", service.name())
        .put("uid", service.uid());
    plan.change(model.key(), "", patch);
  }

  private static void judge(Resource service, Observed observed, ServiceConditions conditions) {
    boolean ready = service.isTrue("Ready");
    conditions.set(
        "InferenceServiceReady",
        ready ? "True" : "False",
        ready ? "" : "InferenceServiceNotReady",
        ready
            ? ""
            : "Inference Service \""
                + service.name()
                + "\" is not ready. Trained Model cannot deploy");
    JsonNode predictor = service.spec().path("predictor");
    boolean several = Kserve.takesTrainedModels(predictor);
    conditions.set(
        "IsMMSPredictor",
        several ? "True" : "False",
        several ? "" : "IsNotMMSPredictor",
        several
            ? ""
            : "Inference Service \""
                + service.name()
                + "\" predictor is not configured for multi-model serving. Trained Model cannot"
                + " deploy");
    memory(service, predictor, observed, conditions);
  }

  private static void memory(
      Resource service, JsonNode predictor, Observed observed, ServiceConditions conditions) {
    JsonNode container =
        predictor.path("model").isObject()
            ? predictor.path("model")
            : predictor.path("containers").path(0);
    String written = container.path("resources").path("limits").path("memory").asString("");
    Optional<Quantity> limit = Quantity.parse(written);
    Quantity wanted = Quantity.ZERO;
    for (Resource each : TrainedModels.of(service, observed)) {
      wanted =
          wanted.plus(
              Quantity.parse(each.spec().path("model").path("memory").asString(""))
                  .orElse(Quantity.ZERO));
    }
    boolean fits = limit.isEmpty() || limit.get().compareTo(wanted) >= 0;
    conditions.set(
        "MemoryResourceAvailable",
        fits ? "True" : "False",
        fits ? "" : "MemoryResourceNotAvailable",
        fits
            ? ""
            : "Inference Service \""
                + service.name()
                + "\" memory resources are not available. Trained Model cannot deploy: "
                + wanted
                + " are wanted, "
                + written
                + " there");
  }

  private void address(Resource model, Resource service, ObjectNode status) {
    String protocol =
        Json.text(service.spec(), "predictor", "model", "protocolVersion").equals("v2")
            ? "/v2/models/" + model.name() + "/infer"
            : "/v1/models/" + model.name() + ":predict";
    String url = service.text("status", "url");
    if (!url.isEmpty()) {
      status.put("url", url + protocol);
      String inside = settings.localHost(service.name(), service.namespace());
      status.putObject("address").put("url", "http://" + inside + protocol);
    }
  }
}
