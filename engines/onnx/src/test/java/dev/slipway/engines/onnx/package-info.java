/// Proof that models answer as ONNX says they must.
@NullMarked
package dev.slipway.engines.onnx;

import org.jspecify.annotations.NullMarked;
