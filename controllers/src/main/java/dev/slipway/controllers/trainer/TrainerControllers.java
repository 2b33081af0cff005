package dev.slipway.controllers.trainer;

import dev.slipway.control.Reconciler;
import dev.slipway.controllers.jobset.JobSetReconciler;
import java.util.List;

/// All reconcilers of Kubeflow Trainer, and of the JobSets its jobs become.
public final class TrainerControllers {
  private TrainerControllers() {}

  public static List<Reconciler> all(StatusReports reports) {
    return List.of(
        new JobSetReconciler(),
        new TrainJobReconciler(reports, SshKeys::generate),
        new RuntimeReconciler(TrainerKinds.TRAINING_RUNTIME),
        new RuntimeReconciler(TrainerKinds.CLUSTER_TRAINING_RUNTIME));
  }
}
