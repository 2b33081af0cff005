package dev.slipway.controllers.registry;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.autoscaling.LoadKey;
import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.controllers.registry.FollowDecision.Health;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What an API tells of the revisions of one service, whichever way it is run.
final class ServiceView {
  private static final String SOURCE = "internal.serving.kserve.io/storage-initializer-sourceuri";
  private static final int PORT = 80;

  private final Cluster cluster;
  private final Resource service;

  ServiceView(Cluster cluster, Resource service) {
    this.cluster = cluster;
    this.service = service;
  }

  /// What a service names as its model; empty where it names none of a registry.
  static String uri(Resource service) {
    String uri = service.text("spec", "predictor", "model", "storageUri");
    return FollowState.names(uri) ? uri : "";
  }

  private boolean standard() {
    return service.text("status", "deploymentMode").equals(Kserve.Mode.STANDARD.word());
  }

  private String predictor() {
    return Kserve.predictorName(service.name(), service.spec().path("predictor"));
  }

  private String component(String field) {
    return service.text("status", "components", "predictor", field);
  }

  /// The Knative revision that last had all requests; empty in other modes.
  String rolledOut() {
    return standard() ? "" : component("latestRolledoutRevision");
  }

  /// Whether there is something that takes requests.
  boolean runs() {
    return standard()
        ? deployment(predictor()).map(ServiceView::available).orElse(false)
        : !rolledOut().isEmpty();
  }

  /// Where the requests of the version in the template are counted.
  LoadKey tried() {
    return key(standard() ? predictor() + "-canary:" + PORT : component("latestCreatedRevision"));
  }

  /// Where those of the stable one are.
  LoadKey stable(FollowState state) {
    return key(standard() ? predictor() + ":" + PORT : state.stableRevision());
  }

  private LoadKey key(String name) {
    return new LoadKey(service.namespace(), name);
  }

  /// How the version in the template does.
  Health health(FollowState state) {
    if (!standard()) {
      return revision(state);
    }
    boolean beside = state.phase() != FollowState.Phase.RETURNING;
    Optional<Resource> found =
        deployment(beside ? predictor() + "-canary" : predictor())
            .filter(it -> runs(it.at("spec", "template"), state));
    JsonNode condition = service.conditionNode("CanaryPredictorReady");
    if (found.isEmpty()) {
      return new Health.Starting();
    }
    if (beside && Json.text(condition, "status").equals("False")) {
      return new Health.Failed(Json.text(condition, "message"));
    }
    return available(found.get()) ? new Health.Ready() : new Health.Starting();
  }

  private Health revision(FollowState state) {
    String name = component("latestCreatedRevision");
    Key key = Kinds.REVISION.key(service.namespace(), name);
    Optional<Resource> found = name.isEmpty() ? Optional.empty() : cluster.get(key);
    if (found.isEmpty() || !found.get().annotation(SOURCE).equals(state.pinned())) {
      return new Health.Starting();
    }
    if (found.get().isTrue("Ready")) {
      return new Health.Ready();
    }
    JsonNode model = service.at("status", "modelStatus");
    boolean told = Json.text(model, "lastFailureInfo", "modelRevisionName").equals(name);
    if (told && Json.text(model, "states", "targetModelState").equals("FailedToLoad")) {
      return new Health.Failed(Json.text(model, "lastFailureInfo", "message"));
    }
    return found.get().condition("Ready").equals("False")
        ? new Health.Failed(Json.text(found.get().conditionNode("Ready"), "message"))
        : new Health.Starting();
  }

  private Optional<Resource> deployment(String name) {
    return cluster.get(Kinds.DEPLOYMENT.key(service.namespace(), name));
  }

  private static boolean runs(JsonNode template, FollowState state) {
    return Json.text(template, "metadata", "annotations", SOURCE).equals(state.pinned());
  }

  private static boolean available(Resource deployment) {
    return deployment.at("status", "availableReplicas").asInt(0) > 0;
  }
}
