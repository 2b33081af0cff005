/// Gaussian processes.
@NullMarked
package dev.slipway.engines.sklearn.gaussian;

import org.jspecify.annotations.NullMarked;
