package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.RolloutPolicy;
import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.controllers.registry.FollowState;
import dev.slipway.controllers.registry.FollowState.Phase;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A service whose model is named by an alias or a stage, as it is to run now: the version stands
/// in its template by number, so that a pod that starts anew brings the same one, and requests are
/// shared as far as the rollout is.
final class Followed {
  private static final String CONDITION = "ModelVersionCurrent";

  private Followed() {}

  /// Whether the service runs what its `status.registry` says.
  static boolean is(Resource service, KserveSettings settings) {
    return settings.followsRegistry()
        && RolloutPolicy.of(service.annotations()).follow()
        && FollowState.moves(service.text("spec", "predictor", "model", "storageUri"));
  }

  /// What is known of the name that the service bears now; empty before anybody has looked.
  static Optional<FollowState> state(Resource service) {
    String uri = service.text("spec", "predictor", "model", "storageUri");
    return FollowState.read(service.status()).filter(it -> it.uri().equals(uri));
  }

  /// The service with the version and the share that its state has.
  ///
  /// @throws RefusedException where the name means nothing
  static Resource pinned(Resource service, FollowState state) {
    if (state.phase() == Phase.UNRESOLVED) {
      throw new RefusedException("ModelVersionNotFound", state.message(), state.message());
    }
    ObjectNode tree = service.copy();
    ObjectNode predictor = Json.ensureObject(tree, "spec", "predictor");
    Json.ensureObject(predictor, "model").put("storageUri", state.pinned());
    if (state.isTrying()) {
      predictor.put("canaryTrafficPercent", state.percent());
    }
    return Resource.of(service.kind(), tree);
  }

  /// The Knative revision that takes what the newest one does not, where a rollout has said so.
  static Optional<String> stableRevision(Resource service) {
    return FollowState.read(service.status())
        .filter(FollowState::isTrying)
        .map(FollowState::stableRevision)
        .filter(it -> !it.isEmpty());
  }

  /// Says whether the version that the name means has all requests.
  static void tell(FollowState state, ServiceConditions conditions) {
    switch (state.phase()) {
      case SERVING ->
          conditions.set(
              CONDITION,
              state.rejected().isEmpty() ? "True" : "False",
              "RolledBack",
              state.message());
      case STARTING, SHIFTING ->
          conditions.set(CONDITION, "Unknown", "RolloutProgressing", state.message());
      case RETURNING -> conditions.set(CONDITION, "False", "RolledBack", state.message());
      case UNRESOLVED ->
          conditions.set(CONDITION, "False", "ModelVersionNotFound", state.message());
    }
  }

  static void tellNothing(ServiceConditions conditions) {
    conditions.remove(CONDITION);
  }
}
