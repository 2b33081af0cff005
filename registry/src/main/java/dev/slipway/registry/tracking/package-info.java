/// Experiments, runs, metrics, inputs, logged models and traces.
@NullMarked
package dev.slipway.registry.tracking;

import org.jspecify.annotations.NullMarked;
