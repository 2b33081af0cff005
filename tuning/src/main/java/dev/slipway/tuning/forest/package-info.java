/// Regression trees over the cube: models for Bayesian optimisation, and what importance is read
/// from.
@NullMarked
package dev.slipway.tuning.forest;

import org.jspecify.annotations.NullMarked;
