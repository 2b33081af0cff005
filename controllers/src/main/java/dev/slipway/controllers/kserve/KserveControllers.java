package dev.slipway.controllers.kserve;

import dev.slipway.control.Reconciler;
import java.util.List;

/// The reconcilers of this package.
public final class KserveControllers {
  private KserveControllers() {}

  public static List<Reconciler> all(KserveSettings settings) {
    return List.of(
        new InferenceServiceReconciler(settings),
        new InferenceGraphReconciler(settings),
        new TrainedModelReconciler(settings),
        new LocalModelCacheReconciler(),
        new LocalModelNodeReconciler());
  }
}
