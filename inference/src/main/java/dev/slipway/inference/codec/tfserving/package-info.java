/// TensorFlow Serving's REST bodies: bytes in, messages out. Read
/// [dev.slipway.inference.codec.tfserving.TfRequestReader] first.
///
/// Source: tensorflow/serving `g3doc/api_rest.md`, `util/json_tensor.cc`, 2.20.
@NullMarked
package dev.slipway.inference.codec.tfserving;

import org.jspecify.annotations.NullMarked;
