package dev.slipway.engines.onnx;

import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Makes native values of tensors. Each must be released.
final class Values {
  private static final int SEQUENCE = 2;

  private Values() {}

  /// A tensor's value. Its elements live in `arena`, or where they are if they came in a direct
  /// buffer; both must outlive the value.
  static long tensor(Arena arena, Tensor tensor) throws OrtFailure {
    var out = arena.allocate(ValueLayout.JAVA_LONG);
    var shape = arena.allocateFrom(ValueLayout.JAVA_LONG, tensor.shape());
    int rank = tensor.shape().length;
    int type = ElementTypes.onnx(tensor.type());
    if (tensor.type() == DataType.BYTES) {
      Ort.check(Ort.CREATE_TENSOR.of(Ort.ALLOCATOR, shape.address(), rank, type, out.address()));
      long value = out.get(ValueLayout.JAVA_LONG, 0);
      fill(value, tensor.strings(), out);
      return value;
    }
    var data = data(arena, tensor);
    Ort.check(
        Ort.CREATE_TENSOR_OVER.of(
            Ort.CPU_MEMORY,
            data.address(),
            bytes(tensor),
            shape.address(),
            rank,
            type,
            out.address()));
    return out.get(ValueLayout.JAVA_LONG, 0);
  }

  private static long bytes(Tensor tensor) {
    return (long) tensor.size() * tensor.type().size();
  }

  private static void fill(long value, byte[][] strings, MemorySegment out) throws OrtFailure {
    for (int i = 0; i < strings.length; i++) {
      int length = strings[i].length;
      Ort.check(Ort.STRING_ELEMENT_BUFFER.of(value, i, length, out.address()));
      if (length > 0) {
        var buffer = Ort.at(out.get(ValueLayout.JAVA_LONG, 0), length);
        MemorySegment.copy(strings[i], 0, buffer, ValueLayout.JAVA_BYTE, 0, length);
      }
    }
  }

  private static MemorySegment data(Arena arena, Tensor tensor) {
    if (tensor.size() == 0) {
      return arena.allocate(ValueLayout.JAVA_LONG);
    }
    if (!tensor.isRaw()) {
      return switch (tensor.type()) {
        case FP32 -> arena.allocateFrom(ValueLayout.JAVA_FLOAT, tensor.floats());
        case FP64 -> arena.allocateFrom(ValueLayout.JAVA_DOUBLE, tensor.doubles());
        case INT64, UINT64 -> arena.allocateFrom(ValueLayout.JAVA_LONG, tensor.longs());
        case INT32, UINT32 -> arena.allocateFrom(ValueLayout.JAVA_INT, tensor.ints());
        case INT16, UINT16, FP16, BF16 ->
            arena.allocateFrom(ValueLayout.JAVA_SHORT, tensor.shorts());
        case INT8, UINT8, BOOL -> arena.allocateFrom(ValueLayout.JAVA_BYTE, tensor.bytes());
        case BYTES -> throw new IllegalStateException("BYTES have no elements of one size");
      };
    }
    var raw = MemorySegment.ofBuffer(tensor.wire());
    if (raw.isNative() && raw.address() % tensor.type().size() == 0) {
      return raw;
    }
    var copy = arena.allocate(bytes(tensor), Long.BYTES);
    return copy.copyFrom(raw);
  }

  /// Copies a tensor of fixed-size elements into memory of its size.
  static void copy(Tensor tensor, MemorySegment to) {
    int size = tensor.size();
    if (tensor.isRaw()) {
      to.copyFrom(MemorySegment.ofBuffer(tensor.wire()));
      return;
    }
    switch (tensor.type()) {
      case FP32 -> MemorySegment.copy(tensor.floats(), 0, to, ValueLayout.JAVA_FLOAT, 0, size);
      case FP64 -> MemorySegment.copy(tensor.doubles(), 0, to, ValueLayout.JAVA_DOUBLE, 0, size);
      case INT64, UINT64 ->
          MemorySegment.copy(tensor.longs(), 0, to, ValueLayout.JAVA_LONG, 0, size);
      case INT32, UINT32 -> MemorySegment.copy(tensor.ints(), 0, to, ValueLayout.JAVA_INT, 0, size);
      case INT16, UINT16, FP16, BF16 ->
          MemorySegment.copy(tensor.shorts(), 0, to, ValueLayout.JAVA_SHORT, 0, size);
      case INT8, UINT8, BOOL ->
          MemorySegment.copy(tensor.bytes(), 0, to, ValueLayout.JAVA_BYTE, 0, size);
      case BYTES -> throw new IllegalStateException("BYTES have no elements of one size");
    }
  }

  /// A sequence's value.
  static long sequence(Arena arena, DataType type, Tensor[] tensors) throws OrtFailure {
    if (tensors.length == 0) {
      return EmptySequence.of(type);
    }
    var elements = arena.allocate(ValueLayout.JAVA_LONG, tensors.length);
    int made = 0;
    try {
      for (; made < tensors.length; made++) {
        elements.setAtIndex(ValueLayout.JAVA_LONG, made, tensor(arena, tensors[made]));
      }
      var out = arena.allocate(ValueLayout.JAVA_LONG);
      Ort.check(
          Ort.CREATE_COMPOUND.of(elements.address(), tensors.length, SEQUENCE, out.address()));
      return out.get(ValueLayout.JAVA_LONG, 0);
    } finally {
      for (int i = 0; i < made; i++) {
        Ort.RELEASE_VALUE.of(elements.getAtIndex(ValueLayout.JAVA_LONG, i));
      }
    }
  }
}
