/// Decompositions of a matrix.
@NullMarked
package dev.slipway.engines.sklearn.decomposition;

import org.jspecify.annotations.NullMarked;
