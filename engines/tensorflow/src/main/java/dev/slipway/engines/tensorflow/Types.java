package dev.slipway.engines.tensorflow;

import dev.slipway.inference.tensor.DataType;
import java.util.Optional;

/// TensorFlow's element types (`tensorflow/core/framework/types.proto`) and the protocol's.
final class Types {
  static final int STRING = 7;

  private Types() {}

  /// Empty for types the protocol cannot say: complex numbers, resources, variants.
  static Optional<DataType> of(int type) {
    return Optional.ofNullable(
        switch (type) {
          case 1 -> DataType.FP32;
          case 2 -> DataType.FP64;
          case 3, 13 -> DataType.INT32;
          case 4, 12 -> DataType.UINT8;
          case 5, 15 -> DataType.INT16;
          case 6, 11 -> DataType.INT8;
          case STRING -> DataType.BYTES;
          case 9 -> DataType.INT64;
          case 10 -> DataType.BOOL;
          case 14 -> DataType.BF16;
          case 16, 17 -> DataType.UINT16;
          case 19 -> DataType.FP16;
          case 22 -> DataType.UINT32;
          case 23 -> DataType.UINT64;
          default -> null;
        });
  }

  /// TensorFlow's own word, for messages.
  static String word(int type) {
    return switch (type) {
      case 8 -> "complex64";
      case 18 -> "complex128";
      case 20 -> "resource";
      case 21 -> "variant";
      default -> "type " + type;
    };
  }
}
