package dev.slipway.controllers.trainer;

import dev.slipway.api.trainer.Trainer;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Takes a finalizer of Trainer 2.0 off runtimes: a job keeps what it read of its runtime, so that
/// a
/// runtime may go whenever its owner wants.
///
/// Source: `pkg/controller/trainingruntime_controller.go`.
final class RuntimeReconciler implements Reconciler {
  private final Kind kind;

  RuntimeReconciler(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public Plan plan(Resource runtime, Observed observed) {
    ObjectNode freed = runtime.copy();
    ArrayNode kept = Json.array();
    for (var each : runtime.at("metadata", "finalizers")) {
      if (!each.asString("").equals(Trainer.IN_USE)) {
        kept.add(each);
      }
    }
    if (kept.size() == runtime.at("metadata", "finalizers").size()) {
      return new Plan();
    }
    Json.ensureObject(freed, "metadata").set("finalizers", kept);
    return new Plan().primary(freed);
  }
}
