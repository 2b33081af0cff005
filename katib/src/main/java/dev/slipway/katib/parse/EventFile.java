package dev.slipway.katib.parse;

import dev.slipway.net.grpc.GrpcException;
import dev.slipway.net.grpc.ProtoReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/// Reads TensorFlow's event files, as TensorFlow and PyTorch write them for TensorBoard: records of
/// a length, its checksum, an `Event`, its checksum.
///
/// Checksums are not looked at: a record that is cut off at the end of a file being written is read
/// when it is whole. Source: tensorflow/core/lib/io/record_writer.h, core/util/event.proto,
/// core/framework/summary.proto, core/framework/tensor.proto.
public final class EventFile {
  private static final int LENGTH_BYTES = 12; // with its checksum
  private static final int CHECKSUM_BYTES = 4;

  private static final int FLOAT = 1; // DataType
  private static final int DOUBLE = 2;
  private static final int INT32 = 3;
  private static final int INT64 = 9;
  private static final int HALF = 19;
  private static final int BFLOAT16 = 14;

  private EventFile() {}

  /// One number of a summary.
  ///
  /// @param seconds since 1970
  public record Scalar(double seconds, String tag, double value) {}

  /// What could be read.
  ///
  /// @param bytes of whole records
  public record Read(List<Scalar> scalars, int bytes) {
    public Read {
      scalars = List.copyOf(scalars);
    }
  }

  /// Whole records from the beginning of the bytes; what is damaged is passed over.
  public static Read read(byte[] bytes) {
    var found = new ArrayList<Scalar>();
    int at = 0;
    while (bytes.length - at >= LENGTH_BYTES) {
      long length = ByteBuffer.wrap(bytes, at, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (length < 0 || length > bytes.length - at - LENGTH_BYTES - CHECKSUM_BYTES) {
        break;
      }
      int from = at + LENGTH_BYTES;
      event(Arrays.copyOfRange(bytes, from, from + (int) length), found);
      at = from + (int) length + CHECKSUM_BYTES;
    }
    return new Read(found, at);
  }

  // Event: wall_time 1, summary 5. Summary: value 1.
  private static void event(byte[] record, List<Scalar> found) {
    try {
      double time = 0;
      var summary = new ProtoReader(new byte[0]);
      for (var fields = new ProtoReader(record); fields.next(); ) {
        switch (fields.field()) {
          case 1 -> time = fields.real();
          case 5 -> summary = fields.message();
          default -> {}
        }
      }
      while (summary.next()) {
        if (summary.field() == 1) {
          value(summary.message(), time, found);
        }
      }
    } catch (GrpcException _) {
      return; // a damaged record; TensorBoard passes over it as well
    }
  }

  // Summary.Value: tag 1, simple_value 2, tensor 8.
  private static void value(ProtoReader fields, double time, List<Scalar> found) {
    var tag = "";
    var value = OptionalDouble.empty();
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> tag = fields.text();
        case 2 -> value = OptionalDouble.of(fields.real());
        case 8 -> value = tensor(fields.message());
        default -> {}
      }
    }
    if (value.isPresent()) {
      found.add(new Scalar(time, tag, value.getAsDouble()));
    }
  }

  // TensorProto: dtype 1, tensor_content 4, float_val 5, double_val 6, int_val 7, int64_val 10.
  private static OptionalDouble tensor(ProtoReader fields) {
    int type = 0;
    var content = new byte[0];
    var value = OptionalDouble.empty();
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> type = (int) fields.number();
        case 4 -> content = fields.bytes();
        case 5 -> value = first(fields.bytes(), 4, FLOAT);
        case 6 -> value = first(fields.bytes(), 8, DOUBLE);
        case 7, 10 -> value = OptionalDouble.of(whole(fields));
        default -> {}
      }
    }
    return value.isPresent() ? value : content(content, type);
  }

  /// Packed or alone; only scalars are metrics.
  private static OptionalDouble first(byte[] packed, int size, int type) {
    return packed.length == size ? content(packed, type) : OptionalDouble.empty();
  }

  private static double whole(ProtoReader field) {
    var packed = field.bytes();
    if (packed.length == 0) {
      return (double) field.number();
    }
    long value = 0;
    for (int i = 0; i < packed.length && i < 10; i++) {
      value |= (long) (packed[i] & 0x7f) << (7 * i);
    }
    return (double) value;
  }

  private static OptionalDouble content(byte[] bytes, int type) {
    var value = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return switch (type) {
      case FLOAT ->
          bytes.length == 4 ? OptionalDouble.of(value.getFloat()) : OptionalDouble.empty();
      case DOUBLE ->
          bytes.length == 8 ? OptionalDouble.of(value.getDouble()) : OptionalDouble.empty();
      case INT32 -> bytes.length == 4 ? OptionalDouble.of(value.getInt()) : OptionalDouble.empty();
      case INT64 ->
          bytes.length == 8 ? OptionalDouble.of((double) value.getLong()) : OptionalDouble.empty();
      case HALF ->
          bytes.length == 2
              ? OptionalDouble.of(Float.float16ToFloat(value.getShort()))
              : OptionalDouble.empty();
      case BFLOAT16 ->
          bytes.length == 2
              ? OptionalDouble.of(Float.intBitsToFloat(value.getShort() << 16))
              : OptionalDouble.empty();
      default -> OptionalDouble.empty();
    };
  }
}
