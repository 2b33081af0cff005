/// Tree-structured Parzen estimators: where good trials are dense and others are not. Start reading
/// at {@link dev.slipway.tuning.tpe.ParzenSearch}.
@NullMarked
package dev.slipway.tuning.tpe;

import org.jspecify.annotations.NullMarked;
