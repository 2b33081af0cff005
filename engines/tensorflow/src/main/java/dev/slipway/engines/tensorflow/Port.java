package dev.slipway.engines.tensorflow;

import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import java.util.List;

/// An input or output of a signature.
///
/// @param name as clients write it
/// @param operation in the graph that makes or takes the value
/// @param index among the operation's outputs
/// @param code TensorFlow's number of the type
/// @param shape -1 where any length will do; meaningless without a rank
/// @param ranked whether the number of dimensions is known
record Port(
    String name,
    String operation,
    int index,
    int code,
    DataType type,
    List<Long> shape,
    boolean ranked) {
  Port {
    shape = List.copyOf(shape);
  }

  Signature.Spec spec() {
    return new Signature.Spec(name, type, ranked ? shape : List.of(-1L), false);
  }

  boolean batched() {
    return ranked && !shape.isEmpty() && shape.getFirst() < 0;
  }

  boolean takes(long... found) {
    if (!ranked) {
      return true;
    }
    if (found.length != shape.size()) {
      return false;
    }
    for (int i = 0; i < found.length; i++) {
      if (shape.get(i) >= 0 && shape.get(i) != found[i]) {
        return false;
      }
    }
    return true;
  }

  /// `FP32 of shape [-1, 4]`.
  String expected() {
    return type + " of " + (ranked ? "shape " + shape : "any shape");
  }
}
