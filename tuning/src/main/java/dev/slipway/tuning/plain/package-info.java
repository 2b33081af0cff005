/// Searches that learn nothing from trials: random, grid, Sobol points.
@NullMarked
package dev.slipway.tuning.plain;

import org.jspecify.annotations.NullMarked;
