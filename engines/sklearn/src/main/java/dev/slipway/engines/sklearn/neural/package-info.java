/// Multi-layer perceptrons and Boltzmann machines.
@NullMarked
package dev.slipway.engines.sklearn.neural;

import org.jspecify.annotations.NullMarked;
