/// Nearest neighbours.
@NullMarked
package dev.slipway.engines.sklearn.neighbors;

import org.jspecify.annotations.NullMarked;
