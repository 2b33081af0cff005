package dev.slipway.controllers.apps;

import dev.slipway.control.Reconciler;
import java.util.List;

/// All reconcilers of `apps/v1`.
public final class AppsControllers {
  private AppsControllers() {}

  public static List<Reconciler> all() {
    return List.of(
        new DeploymentReconciler(),
        new ReplicaSetReconciler(),
        new StatefulSetReconciler(),
        new DaemonSetReconciler());
  }
}
