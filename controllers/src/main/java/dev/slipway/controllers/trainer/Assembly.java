package dev.slipway.controllers.trainer;

import dev.slipway.api.trainer.Trainer;
import dev.slipway.base.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts into a blueprint what the policy of its runtime and the TrainJob say, in the order of the
/// original: policy, reports, initializers, trainer.
record Assembly(Blueprint blueprint, StatusReports reports) {

  void run() {
    policy();
    reports.apply(blueprint);
    Initializers.apply(blueprint);
    blueprint.node().ifPresent(this::trainer);
  }

  private void policy() {
    if (blueprint.policy("torch").isObject()) {
      new TorchPolicy(blueprint).apply();
    } else if (blueprint.policy("jax").isObject()) {
      OtherPolicies.jax(blueprint);
    } else if (blueprint.policy("xgboost").isObject()) {
      OtherPolicies.xgboost(blueprint);
    } else if (!blueprint.policy("mpi").isObject()) {
      OtherPolicies.plain(blueprint);
    }
  }

  /// What the TrainJob runs in place of what the runtime does. A command that fine-tunes was
  /// settled by the policy.
  private void trainer(ObjectNode container) {
    JsonNode trainer = blueprint.trainer();
    if (trainer.path("image").isString()) {
      container.put("image", Json.text(trainer, "image"));
    }
    boolean tunes =
        blueprint.policy("torch").isObject()
            && dev.slipway.api.trainer.TorchTune.asked(blueprint.job().spec());
    for (String field : tunes ? List.of("args") : List.of("command", "args")) {
      if (trainer.path(field).isArray()) {
        container.set(field, trainer.path(field).deepCopy());
      }
    }
    if (blueprint.ancestor(Trainer.TRAINER).isPresent()) {
      PodEdit.envs(container, trainer.path("env"));
    }
  }
}
