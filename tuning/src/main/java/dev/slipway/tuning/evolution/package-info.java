/// Searches that breed: covariance matrix adaptation, and populations that train on.
@NullMarked
package dev.slipway.tuning.evolution;

import org.jspecify.annotations.NullMarked;
