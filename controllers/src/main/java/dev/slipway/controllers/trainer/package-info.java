/// Training jobs that run on a runtime: `trainer.kubeflow.org/v1alpha1` TrainJob, TrainingRuntime
/// and
/// ClusterTrainingRuntime, after Kubeflow Trainer 2.3 (`pkg/controller`, `pkg/runtime`). A TrainJob
/// becomes a JobSet. Left out: the flux policy, the data cache. Start reading at
/// [TrainJobReconciler], [Blueprint] and [BuiltinTrainingRuntimes].
@NullMarked
package dev.slipway.controllers.trainer;

import org.jspecify.annotations.NullMarked;
