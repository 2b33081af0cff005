package dev.slipway.controllers.knative;

import dev.slipway.control.Reconciler;
import java.util.List;

/// All reconcilers of Knative Serving; [KnativeAutoscaler] runs beside them.
public final class KnativeControllers {
  private KnativeControllers() {}

  public static List<Reconciler> all(KnativeSettings settings) {
    return List.of(
        new KnativeServiceReconciler(),
        new ConfigurationReconciler(),
        new RevisionReconciler(),
        new RouteReconciler(settings),
        new DomainMappingReconciler(),
        new PodAutoscalerReconciler(),
        new KnativeIngressReconciler());
  }
}
