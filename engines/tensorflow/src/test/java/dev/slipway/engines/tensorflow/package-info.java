@NullMarked
package dev.slipway.engines.tensorflow;

import org.jspecify.annotations.NullMarked;
