package dev.slipway.controllers.knative;

import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;

/// The shares of the revisions now: at once as the targets say, or step by step where a
/// `rollout-duration` asks for it.
///
/// @param shares percent by revision
/// @param annotation the state kept on the Ingress between steps
/// @param again when the next step is due
record RouteRollout(
    Map<String, Integer> shares,
    boolean moving,
    Optional<String> annotation,
    Optional<Duration> again) {
  static final String ANNOTATION = "serving.knative.dev/rollout";

  static RouteRollout of(Resource route, List<TrafficTargets.Target> targets, Observed observed) {
    return new RouteRollout(
        TrafficTargets.shares(targets), false, Optional.empty(), Optional.empty());
  }

  /// Entries of `status.traffic` for revisions that are only there because they are being left.
  void addMoving(ArrayNode traffic) {}
}
