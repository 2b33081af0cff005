package dev.slipway.node;

import dev.slipway.control.Resource;
import tools.jackson.databind.node.ObjectNode;

/// Where it is told what becomes of a pod. Called in the pod's turn.
interface PodReports {
  /// Whether to be told of its outcome alone: that it answers, or that it has failed.
  default boolean onlyOutcome() {
    return false;
  }

  /// Its status as it is from now on.
  ///
  /// @return the pod with what is known of it now
  /// @throws dev.slipway.control.ClusterException where it could not be told
  Resource status(Resource pod, ObjectNode status);

  /// Nothing of it runs any more.
  ///
  /// @param status the last
  void ended(Resource pod, ObjectNode status);
}
