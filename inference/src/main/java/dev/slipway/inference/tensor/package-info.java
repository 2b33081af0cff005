/// Tensors and their types. Read [dev.slipway.inference.tensor.Tensor] first.
@NullMarked
package dev.slipway.inference.tensor;

import org.jspecify.annotations.NullMarked;
