/// What Katib's kinds mean: an Experiment searches for the parameters with which a job does best.
///
/// Kinds: Experiment, Suggestion and Trial of `kubeflow.org/v1beta1`, after Katib 0.19. An
/// Experiment
/// asks its Suggestion for sets of parameters and keeps a Trial for each; a Trial runs one job and
/// ends
/// with what was observed of it. The algorithms are in `dev.slipway.tuning`; others are reached
/// through
/// {@link dev.slipway.controllers.katib.SuggestionService}. What jobs report comes through
/// {@link dev.slipway.controllers.katib.Observations}.
@NullMarked
package dev.slipway.controllers.katib;

import org.jspecify.annotations.NullMarked;
