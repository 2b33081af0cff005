/// When trials that promise little are stopped.
@NullMarked
package dev.slipway.tuning.stopping;

import org.jspecify.annotations.NullMarked;
