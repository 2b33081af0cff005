/// Bayesian optimisation: a model of what is known, and a search for the point that promises most
/// under it. Start reading at {@link dev.slipway.tuning.bayes.BayesianOptimization}.
@NullMarked
package dev.slipway.tuning.bayes;

import org.jspecify.annotations.NullMarked;
