/// Which parameters to try next, and which trials to stop early. Start reading at
/// {@link dev.slipway.tuning.Algorithm}.
@NullMarked
package dev.slipway.tuning;

import org.jspecify.annotations.NullMarked;
