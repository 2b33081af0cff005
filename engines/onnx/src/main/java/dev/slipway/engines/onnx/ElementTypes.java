package dev.slipway.engines.onnx;

import dev.slipway.inference.tensor.DataType;
import java.util.Optional;

/// ONNX's numbers of element types (`TensorProto.DataType`) and the protocol's types.
final class ElementTypes {
  private static final String[] NAMES = {
    "UNDEFINED",
    "FLOAT",
    "UINT8",
    "INT8",
    "UINT16",
    "INT16",
    "INT32",
    "INT64",
    "STRING",
    "BOOL",
    "FLOAT16",
    "DOUBLE",
    "UINT32",
    "UINT64",
    "COMPLEX64",
    "COMPLEX128",
    "BFLOAT16",
    "FLOAT8E4M3FN",
    "FLOAT8E4M3FNUZ",
    "FLOAT8E5M2",
    "FLOAT8E5M2FNUZ",
    "UINT4",
    "INT4",
    "FLOAT4E2M1"
  };

  private ElementTypes() {}

  static int onnx(DataType type) {
    return switch (type) {
      case FP32 -> 1;
      case UINT8 -> 2;
      case INT8 -> 3;
      case UINT16 -> 4;
      case INT16 -> 5;
      case INT32 -> 6;
      case INT64 -> 7;
      case BYTES -> 8;
      case BOOL -> 9;
      case FP16 -> 10;
      case FP64 -> 11;
      case UINT32 -> 12;
      case UINT64 -> 13;
      case BF16 -> 16;
    };
  }

  /// Empty for types the protocol does not have.
  static Optional<DataType> of(int onnx) {
    for (var type : DataType.values()) {
      if (onnx(type) == onnx) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /// ONNX's own word.
  static String name(int onnx) {
    return onnx >= 0 && onnx < NAMES.length ? NAMES[onnx] : "element type " + onnx;
  }
}
