package dev.slipway.engines.onnx;

import dev.slipway.inference.tensor.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// What a model declares of one of its inputs or outputs.
sealed interface ValueType {
  /// A tensor.
  ///
  /// @param shape dimensions, -1 where any length will do; empty if not `ranked`
  /// @param names of the dimensions, `""` where they have none
  /// @param ranked whether the model says how many dimensions there are
  @SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
  record Dense(DataType type, long[] shape, List<String> names, boolean ranked)
      implements ValueType {
    /// `FP32 of shape [-1, 4]`.
    @Override
    public String toString() {
      return type + (ranked ? " of shape " + Arrays.toString(shape) : " of any shape");
    }

    boolean fixed() {
      return ranked && Arrays.stream(shape).allMatch(dimension -> dimension >= 0);
    }
  }

  /// Values of one type in order.
  record Sequence(ValueType element) implements ValueType {
    @Override
    public String toString() {
      return "a sequence of " + element;
    }
  }

  /// Values by key.
  record Mapping(DataType key, ValueType value) implements ValueType {
    @Override
    public String toString() {
      return "a map of " + key + " to " + value;
    }
  }

  /// A value or nothing.
  record Maybe(ValueType element) implements ValueType {
    @Override
    public String toString() {
      return "optionally " + element;
    }
  }

  /// A named input or output.
  record Port(String name, ValueType type) {
    /// What travels: the type itself, or what an optional holds.
    ValueType content() {
      return type instanceof Maybe(var element) ? element : type;
    }

    static String list(List<Port> ports) {
      return ports.stream()
          .map(port -> "\"" + port.name() + "\" (" + port.type() + ")")
          .collect(Collectors.joining(", "));
    }
  }
}
