package dev.slipway.controllers.policy;

import dev.slipway.control.Reconciler;
import java.util.List;

/// All reconcilers of `policy/v1`.
public final class PolicyControllers {
  private PolicyControllers() {}

  public static List<Reconciler> all() {
    return List.of(new DisruptionBudgetReconciler());
  }
}
