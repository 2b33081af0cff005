package dev.slipway.engines.torch;

import dev.slipway.inference.tensor.DataType;
import java.util.Optional;

/// The protocol's element types and libtorch's, as DJL numbers them.
final class Types {
  private Types() {}

  /// The type a tensor is handed over in: unsigned and 16-bit integers in the next larger one,
  /// bfloat16 as FP32. The bridge ends the process when it is asked to make any other.
  static DataType passed(DataType type) {
    return switch (type) {
      case INT16, UINT16 -> DataType.INT32;
      case UINT32, UINT64 -> DataType.INT64;
      case BF16 -> DataType.FP32;
      case BOOL, UINT8, INT8, INT32, INT64, FP16, FP32, FP64, BYTES -> type;
    };
  }

  static ai.djl.ndarray.types.DataType djl(DataType type) {
    return switch (type) {
      case BOOL -> ai.djl.ndarray.types.DataType.BOOLEAN;
      case UINT8 -> ai.djl.ndarray.types.DataType.UINT8;
      case INT8 -> ai.djl.ndarray.types.DataType.INT8;
      case INT32 -> ai.djl.ndarray.types.DataType.INT32;
      case INT64 -> ai.djl.ndarray.types.DataType.INT64;
      case FP16 -> ai.djl.ndarray.types.DataType.FLOAT16;
      case FP32 -> ai.djl.ndarray.types.DataType.FLOAT32;
      case FP64 -> ai.djl.ndarray.types.DataType.FLOAT64;
      case INT16, UINT16, UINT32, UINT64, BF16, BYTES ->
          throw new IllegalArgumentException(type + " is not passed");
    };
  }

  static Optional<DataType> of(ai.djl.ndarray.types.DataType type) {
    return switch (type) {
      case BOOLEAN -> Optional.of(DataType.BOOL);
      case UINT8 -> Optional.of(DataType.UINT8);
      case INT8 -> Optional.of(DataType.INT8);
      case INT16 -> Optional.of(DataType.INT16);
      case INT32 -> Optional.of(DataType.INT32);
      case INT64 -> Optional.of(DataType.INT64);
      case FLOAT16 -> Optional.of(DataType.FP16);
      case BFLOAT16 -> Optional.of(DataType.BF16);
      case FLOAT32 -> Optional.of(DataType.FP32);
      case FLOAT64 -> Optional.of(DataType.FP64);
      default -> Optional.empty();
    };
  }
}
