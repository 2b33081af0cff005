/// What the jobs of Kubeflow's Training Operator v1 mean: TFJob, PyTorchJob, MPIJob, XGBoostJob,
/// PaddleJob, JAXJob of `kubeflow.org/v1`. Follows release 1.9; left out: PodGroup objects (gangs
/// are the scheduler's own), init containers that wait for a master. Start reading at
/// [TrainingReconciler], [Progress], [Injected].
@NullMarked
package dev.slipway.controllers.training;

import org.jspecify.annotations.NullMarked;
