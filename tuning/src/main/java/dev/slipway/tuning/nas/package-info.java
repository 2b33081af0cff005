/// Searches for network architectures (Katib's `nasConfig`).
@NullMarked
package dev.slipway.tuning.nas;

import org.jspecify.annotations.NullMarked;
