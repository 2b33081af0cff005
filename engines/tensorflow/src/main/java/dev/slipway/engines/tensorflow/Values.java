package dev.slipway.engines.tensorflow;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Tensors of ours as TensorFlow's and back; both directions copy.
final class Values {
  /// Size of `TF_TString`, a string's header with short ones inside (`tsl/platform/ctstring.h`).
  static final long TEXT_BYTES = 24;

  private static final long ALIGNMENT = 64;

  private Values() {}

  /// A new `TF_Tensor`, to be deleted by the caller.
  ///
  /// @param code TensorFlow's number of the type
  static long of(Arena arena, Tensor tensor, int code) {
    var shape = arena.allocateFrom(ValueLayout.JAVA_LONG, tensor.shape()).address();
    int rank = tensor.shape().length;
    try {
      if (tensor.type() == DataType.BYTES) {
        return texts(arena, tensor.strings(), shape, rank);
      }
      long bytes = (long) tensor.size() * tensor.type().size();
      long made = (long) Tf.ALLOCATE.invokeExact(code, shape, rank, bytes);
      if (made == 0) {
        throw new InvalidInputException("input \"" + tensor.name() + "\": out of memory");
      }
      if (bytes > 0) {
        copy(tensor, Tf.at((long) Tf.TENSOR_DATA.invokeExact(made), bytes));
      }
      return made;
    } catch (Throwable problem) {
      throw Tf.unexpected(problem);
    }
  }

  /// Text lives until the last that uses the tensor lets go of it, which may be an output or a
  /// variable of the model: TensorFlow then calls [Tf#TEXT_FREED].
  private static long texts(Arena arena, byte[][] texts, long shape, int rank) throws Throwable {
    long bytes = texts.length * TEXT_BYTES;
    long rounded = Math.max(ALIGNMENT, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    long data = (long) Tf.ALIGNED.invokeExact(ALIGNMENT, rounded);
    if (data == 0) {
      throw new OutOfMemoryError("no " + rounded + " bytes of native memory");
    }
    int longest = 1;
    for (var text : texts) {
      longest = Math.max(longest, text.length);
    }
    var copy = arena.allocate(longest);
    for (int i = 0; i < texts.length; i++) {
      long at = data + i * TEXT_BYTES;
      MemorySegment.copy(texts[i], 0, copy, ValueLayout.JAVA_BYTE, 0, texts[i].length);
      Tf.STRING_INIT.invokeExact(at);
      Tf.STRING_COPY.invokeExact(at, copy.address(), (long) texts[i].length);
    }
    return (long)
        Tf.NEW_TENSOR.invokeExact(
            Types.STRING, shape, rank, data, bytes, Tf.TEXT_FREED, (long) texts.length);
  }

  private static void copy(Tensor tensor, MemorySegment to) {
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

  /// A copy of what a `TF_Tensor` holds.
  static Tensor read(Port port, long value) {
    try {
      int rank = (int) Tf.RANK.invokeExact(value);
      var shape = new long[rank];
      long size = 1;
      for (int i = 0; i < rank; i++) {
        shape[i] = (long) Tf.DIMENSION.invokeExact(value, i);
        size = Math.multiplyExact(size, shape[i]);
      }
      long bytes = (long) Tf.TENSOR_BYTES.invokeExact(value);
      long data = (long) Tf.TENSOR_DATA.invokeExact(value);
      int code = (int) Tf.TENSOR_TYPE.invokeExact(value);
      var type = Types.of(code).orElse(port.type());
      if (type == DataType.BYTES) {
        return Tensor.of(port.name(), type, shape, texts(data, Math.toIntExact(size)));
      }
      if (size * type.size() > Integer.MAX_VALUE - 8) {
        throw new IllegalStateException(
            "output \"" + port.name() + "\" is of " + bytes + " bytes, more than fit one tensor");
      }
      int elements = (int) size;
      var from = elements == 0 ? MemorySegment.NULL : Tf.at(data, bytes);
      return Tensor.of(port.name(), type, shape, array(type, elements, from));
    } catch (Throwable problem) {
      throw Tf.unexpected(problem);
    }
  }

  private static Object array(DataType type, int size, MemorySegment from) {
    if (size == 0) {
      return switch (type) {
        case FP32 -> new float[0];
        case FP64 -> new double[0];
        case INT64, UINT64 -> new long[0];
        case INT32, UINT32 -> new int[0];
        case INT16, UINT16, FP16, BF16 -> new short[0];
        default -> new byte[0];
      };
    }
    var exact = from.asSlice(0, (long) size * type.size());
    return switch (type) {
      case FP32 -> exact.toArray(ValueLayout.JAVA_FLOAT);
      case FP64 -> exact.toArray(ValueLayout.JAVA_DOUBLE);
      case INT64, UINT64 -> exact.toArray(ValueLayout.JAVA_LONG);
      case INT32, UINT32 -> exact.toArray(ValueLayout.JAVA_INT);
      case INT16, UINT16, FP16, BF16 -> exact.toArray(ValueLayout.JAVA_SHORT);
      case INT8, UINT8, BOOL -> exact.toArray(ValueLayout.JAVA_BYTE);
      case BYTES -> throw new IllegalStateException("BYTES have no elements of one size");
    };
  }

  private static byte[][] texts(long data, int count) throws Throwable {
    var texts = new byte[count][];
    for (int i = 0; i < count; i++) {
      long at = data + i * TEXT_BYTES;
      long length = (long) Tf.STRING_SIZE.invokeExact(at);
      long bytes = (long) Tf.STRING_DATA.invokeExact(at);
      texts[i] = length == 0 ? new byte[0] : Tf.at(bytes, length).toArray(ValueLayout.JAVA_BYTE);
    }
    return texts;
  }
}
