/// What holds for Katib's Experiment (`kubeflow.org/v1beta1`) before it is stored, after Katib
/// 0.19:
/// its defaults, its rules with the messages of the original, and two older dialects brought into
/// the form of today: parameters without a `feasibleSpace`, and templates in Go's language. Start
/// reading at {@link dev.slipway.api.katib.ExperimentRules}.
@NullMarked
package dev.slipway.api.katib;

import org.jspecify.annotations.NullMarked;
