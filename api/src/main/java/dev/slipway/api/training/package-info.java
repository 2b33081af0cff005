/// Rules and defaults of the jobs of Kubeflow's Training Operator v1 (`kubeflow.org/v1`): TFJob,
/// PyTorchJob, MPIJob, XGBoostJob, PaddleJob and JAXJob. Follows release 1.9; start reading at
/// [TrainingKind], [TrainingRules], [TrainingDefaults].
@NullMarked
package dev.slipway.api.training;

import org.jspecify.annotations.NullMarked;
