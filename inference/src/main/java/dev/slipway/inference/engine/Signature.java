package dev.slipway.inference.engine;

import dev.slipway.inference.tensor.DataType;
import java.util.List;

/// Inputs and outputs of a model, or of one of the things it can do.
public record Signature(List<Spec> inputs, List<Spec> outputs) {
  public Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /// One input or output.
  ///
  /// @param shape dimensions, -1 where any length will do
  /// @param optional whether an input may be left out
  public record Spec(String name, DataType type, List<Long> shape, boolean optional) {
    public Spec {
      shape = List.copyOf(shape);
    }

    public static Spec of(String name, DataType type, long... shape) {
      return new Spec(name, type, java.util.Arrays.stream(shape).boxed().toList(), false);
    }
  }
}
