package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.controllers.registry.FollowState;
import java.util.Optional;
import java.util.Set;

/// Keeps an InferenceService: a Knative Service for each component, or a Deployment, a Service and
/// an autoscaler; one route for its own address; and a status that tells the truth about all of
/// them.
///
/// Follows `pkg/controller/v1beta1/inferenceservice` of kserve/kserve. What is more: canaries in
/// every
/// deployment mode, `Standby` for a model at rest, and a load that failed is `Ready=False` with the
/// engine's message at once.
public final class InferenceServiceReconciler implements Reconciler {
  static final Kind SCALED_OBJECT =
      Kind.namespaced("keda.sh", "v1alpha1", "ScaledObject", "scaledobjects");
  private static final String NO_UPDATES = "serving.kserve.io/disable-auto-update";

  private final KserveSettings settings;

  public InferenceServiceReconciler(KserveSettings settings) {
    this.settings = settings;
  }

  @Override
  public Kind kind() {
    return Kinds.INFERENCE_SERVICE;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(
        Kinds.KNATIVE_SERVICE,
        Kinds.KNATIVE_INGRESS,
        Kinds.DEPLOYMENT,
        Kinds.SERVICE,
        Kinds.HORIZONTAL_POD_AUTOSCALER,
        SCALED_OBJECT,
        Kinds.HTTP_ROUTE,
        Kinds.INGRESS,
        Kinds.CONFIG_MAP);
  }

  @Override
  public Plan plan(Resource service, Observed observed) {
    var plan = new Plan();
    if (service.deleting()) {
      return plan;
    }
    KserveConfig config = KserveConfig.of(observed);
    Kserve.Mode mode = mode(service, config);
    var status = new IsvcStatus(service, observed.now(), mode);
    if (Kserve.stopped(service.tree())) {
      return stop(service, plan, status);
    }
    if (service.annotation(NO_UPDATES).equals("true") && service.isTrue("Ready")) {
      return spareAll(plan);
    }
    try {
      if (!Followed.is(service, settings)) {
        Followed.tellNothing(status.conditions());
        run(service, observed, config, mode, plan, status);
      } else if (!follow(service, observed, config, mode, plan, status)) {
        return spareAll(plan);
      }
    } catch (RefusedException why) {
      return refuse(service, why, status);
    }
    status.into(plan);
    return plan;
  }

  /// @return whether it is known which version to run
  private boolean follow(
      Resource service,
      Observed observed,
      KserveConfig config,
      Kserve.Mode mode,
      Plan plan,
      IsvcStatus status) {
    Optional<FollowState> state = Followed.state(service);
    if (state.isEmpty()) {
      return false;
    }
    Followed.tell(state.get(), status.conditions());
    run(Followed.pinned(service, state.get()), observed, config, mode, plan, status);
    return true;
  }

  /// As it runs, else as its annotation asks, else the default.
  private Kserve.Mode mode(Resource service, KserveConfig config) {
    Optional<Kserve.Mode> running = Kserve.Mode.parse(service.text("status", "deploymentMode"));
    return running.orElseGet(() -> Kserve.mode(service.tree(), config.mode(settings)));
  }

  private void run(
      Resource service,
      Observed observed,
      KserveConfig config,
      Kserve.Mode mode,
      Plan plan,
      IsvcStatus status) {
    var components = new Components(settings, service, observed, config);
    switch (mode) {
      case KNATIVE ->
          new KnativePlan(settings, service, observed, config, plan, status).make(components);
      case STANDARD ->
          new StandardPlan(settings, service, observed, config, plan, status).make(components);
      case MODEL_MESH ->
          throw new RefusedException(
              "ModelMeshUnsupported",
              "ModelMesh is not run here",
              "annotation "
                  + Kserve.DEPLOYMENT_MODE
                  + ": ModelMesh is archived and not run here (expected Knative or Standard)");
    }
    if (Kserve.takesTrainedModels(service.spec().path("predictor"))) {
      plan.keep(Kinds.CONFIG_MAP, TrainedModels.config(service, observed));
    }
  }

  private Plan stop(Resource service, Plan plan, IsvcStatus status) {
    plan.status(status.stopped());
    if (service.isTrue("Ready")) {
      plan.warn(
          "InferenceServiceNotReady",
          "InferenceService [" + service.name() + "] is no longer Ready because of: Stopped");
    }
    return plan;
  }

  /// What runs goes on; the status says what is wrong with what is wanted.
  private Plan refuse(Resource service, RefusedException why, IsvcStatus status) {
    Plan plan = spareAll(new Plan());
    status.refused(why);
    String told = Json.text(service.conditionNode("PredictorReady"), "message");
    if (!told.equals(why.text())) {
      plan.warn("InternalError", why.text());
    }
    status.into(plan);
    return plan;
  }

  private Plan spareAll(Plan plan) {
    children().forEach(plan::spare);
    return plan;
  }
}
