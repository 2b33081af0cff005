package dev.slipway.inference.tensor;

import java.util.Locale;
import java.util.Optional;

/// Element types of the Open Inference Protocol (V2, "Tensor Data Types").
public enum DataType {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FP16(2),
  BF16(2),
  FP32(4),
  FP64(8),
  /// Byte strings of any length.
  BYTES(0);

  private final int size;

  DataType(int size) {
    this.size = size;
  }

  /// Bytes of one element; 0 for `BYTES`.
  public int size() {
    return size;
  }

  public boolean floating() {
    return switch (this) {
      case FP16, BF16, FP32, FP64 -> true;
      case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES -> false;
    };
  }

  public boolean unsigned() {
    return switch (this) {
      case UINT8, UINT16, UINT32, UINT64 -> true;
      case BOOL, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64, BYTES -> false;
    };
  }

  /// The type of that name, in any case; empty for names the protocol does not have.
  public static Optional<DataType> parse(String name) {
    try {
      return Optional.of(valueOf(name.toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
