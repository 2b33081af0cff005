package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.tensor.DataType;
import java.util.Optional;

/// TensorFlow's names and numbers of element types (`tensorflow/core/framework/types.proto`).
public final class TfTypes {
  private TfTypes() {}

  /// `DT_FLOAT`.
  public static String name(DataType type) {
    return switch (type) {
      case FP32 -> "DT_FLOAT";
      case FP64 -> "DT_DOUBLE";
      case FP16 -> "DT_HALF";
      case BF16 -> "DT_BFLOAT16";
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> "DT_" + type.name();
      case BOOL -> "DT_BOOL";
      case BYTES -> "DT_STRING";
    };
  }

  /// The number on the wire.
  public static int number(DataType type) {
    return switch (type) {
      case FP32 -> 1;
      case FP64 -> 2;
      case INT32 -> 3;
      case UINT8 -> 4;
      case INT16 -> 5;
      case INT8 -> 6;
      case BYTES -> 7;
      case INT64 -> 9;
      case BOOL -> 10;
      case BF16 -> 14;
      case UINT16 -> 17;
      case FP16 -> 19;
      case UINT32 -> 22;
      case UINT64 -> 23;
    };
  }

  /// The type of a number; empty for those that have no counterpart.
  public static Optional<DataType> of(int number) {
    for (var type : DataType.values()) {
      if (number(type) == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
