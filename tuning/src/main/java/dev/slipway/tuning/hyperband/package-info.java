/// Many short trials, then fewer longer ones.
@NullMarked
package dev.slipway.tuning.hyperband;

import org.jspecify.annotations.NullMarked;
