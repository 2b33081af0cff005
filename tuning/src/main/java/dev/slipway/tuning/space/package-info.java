/// What all algorithms share: the unit cube beneath a space, the past of a study, seeds and
/// settings. Start reading at {@link dev.slipway.tuning.space.Space}.
@NullMarked
package dev.slipway.tuning.space;

import org.jspecify.annotations.NullMarked;
