package dev.slipway.controllers.batch;

import dev.slipway.control.Reconciler;
import java.time.ZoneId;
import java.util.List;

/// All reconcilers of `batch/v1`.
public final class BatchControllers {
  private BatchControllers() {}

  /// @param zone where schedules that name no time zone are read
  public static List<Reconciler> all(ZoneId zone) {
    return List.of(new JobReconciler(), new JobOrphans(), new CronJobReconciler(zone));
  }
}
