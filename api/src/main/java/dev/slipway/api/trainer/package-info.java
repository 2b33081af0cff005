/// What holds for the kinds of `trainer.kubeflow.org/v1alpha1` before they are stored, after
/// Kubeflow
/// Trainer 2.3: their defaults, their rules with the messages of the original, and the overrides of
/// 2.0 and 2.1 brought into the form of today. Left out: the flux policy. Start reading at
/// [TrainJobRules] and [Trainer].
@NullMarked
package dev.slipway.api.trainer;

import org.jspecify.annotations.NullMarked;
