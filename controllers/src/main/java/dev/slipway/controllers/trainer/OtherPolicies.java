package dev.slipway.controllers.trainer;

import tools.jackson.databind.node.ObjectNode;

/// What frameworks with few words of their own are told: JAX, XGBoost, and none at all.
///
/// Source: `pkg/runtime/framework/plugins/{jax,xgboost,plainml}`.
final class OtherPolicies {
  private OtherPolicies() {}

  /// `mlPolicy.jax`: one process a node, the first coordinates.
  static void jax(Blueprint blueprint) {
    blueprint.takeNumNodes();
    blueprint
        .node()
        .ifPresent(
            container -> {
              PodEdit.env(container, "JAX_NUM_PROCESSES", Integer.toString(blueprint.nodes()));
              PodEdit.envFromField(container, "JAX_PROCESS_ID", Blueprint.COMPLETION_INDEX);
              PodEdit.env(
                  container,
                  "JAX_COORDINATOR_ADDRESS",
                  blueprint.firstNode() + ":" + Blueprint.PORT);
              finish(blueprint, container);
            });
  }

  /// `mlPolicy.xgboost`: a worker a GPU, or one a node; the tracker is on the first.
  static void xgboost(Blueprint blueprint) {
    blueprint.takeNumNodes();
    int workers = blueprint.nodes() * Math.max(1, blueprint.capacity().gpus());
    blueprint
        .node()
        .ifPresent(
            container -> {
              PodEdit.env(container, "DMLC_TRACKER_URI", blueprint.firstNode());
              PodEdit.env(container, "DMLC_TRACKER_PORT", Integer.toString(Blueprint.PORT));
              PodEdit.envFromField(container, "DMLC_TASK_ID", Blueprint.COMPLETION_INDEX);
              PodEdit.env(container, "DMLC_NUM_WORKER", Integer.toString(workers));
              finish(blueprint, container);
            });
  }

  private static void finish(Blueprint blueprint, ObjectNode container) {
    PodEdit.envs(container, blueprint.trainer().path("env"));
    PodEdit.port(container, Blueprint.PORT);
  }

  /// No policy: the nodes and their variables alone.
  static void plain(Blueprint blueprint) {
    blueprint.takeNumNodes();
    blueprint
        .node()
        .ifPresent(container -> PodEdit.envs(container, blueprint.trainer().path("env")));
  }
}
