package dev.slipway.inference.tensor;

import java.util.OptionalInt;

/// A tensor in the type a model wants, where nothing is lost but the rounding of a float: JSON has
/// one kind of number, so clients say `FP64` for `FP32` and `INT64` for `INT32`.
public final class Coercion {
  private Coercion() {}

  /// @return the tensor in that type, the same one if it is already
  /// @throws Unfit if a value cannot be one of that type; the message says which
  public static Tensor to(DataType wanted, Tensor tensor) throws Unfit {
    var found = tensor.type();
    if (found == wanted) {
      return tensor;
    }
    if (found == DataType.BYTES || wanted == DataType.BYTES) {
      throw new Unfit("text is not converted to numbers or back");
    }
    var misfit = wanted.floating() ? floatMisfit(wanted, tensor) : wholeMisfit(wanted, tensor);
    if (misfit.isPresent()) {
      int at = misfit.getAsInt();
      throw new Unfit("element " + at + " is " + show(tensor, at) + ", no " + wanted);
    }
    return Tensor.of(tensor.name(), wanted, tensor.shape(), array(wanted, tensor));
  }

  /// Why a tensor cannot be had in a type.
  public static final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    Unfit(String message) {
      super(message, null, false, false);
    }
  }

  /// The first whole number that a float cannot say exactly, or float that overflows.
  private static OptionalInt floatMisfit(DataType wanted, Tensor tensor) {
    var values = tensor.asDoubles();
    if (tensor.type().floating()) {
      double most = largest(wanted);
      return first(values, value -> Math.abs(value) > most && !Double.isInfinite(value));
    }
    double exact = Math.scalb(1.0, digits(wanted));
    return first(values, value -> Math.abs(value) > exact && narrowed(wanted, value) != value);
  }

  private static double largest(DataType floating) {
    return switch (floating) {
      case FP16 -> 65519.99;
      case FP32, BF16 -> 3.4028235677973362e38;
      default -> Double.MAX_VALUE;
    };
  }

  private static int digits(DataType floating) {
    return switch (floating) {
      case BF16 -> 8;
      case FP16 -> 11;
      case FP32 -> 24;
      default -> 53;
    };
  }

  private static double narrowed(DataType floating, double value) {
    return switch (floating) {
      case BF16 -> Float.intBitsToFloat(bf16((float) value) << 16);
      case FP16 -> Float.float16ToFloat(Float.floatToFloat16((float) value));
      case FP32 -> (float) value;
      default -> value;
    };
  }

  private static OptionalInt wholeMisfit(DataType wanted, Tensor tensor) {
    if (tensor.type().floating()) {
      double least = least(wanted);
      double most = most(wanted);
      return first(
          tensor.asDoubles(),
          value -> !(value >= least && value <= most && value == Math.rint(value)));
    }
    var values = tensor.asLongs();
    boolean large = tensor.type() == DataType.UINT64;
    for (int i = 0; i < values.length; i++) {
      long value = values[i];
      boolean fits =
          switch (wanted) {
            case INT64 -> !large || value >= 0;
            case UINT64 -> large || value >= 0;
            default -> value >= (long) least(wanted) && value <= (long) most(wanted);
          };
      if (!fits) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private static double least(DataType whole) {
    return whole == DataType.BOOL || whole.unsigned() ? 0 : -Math.scalb(1.0, whole.size() * 8 - 1);
  }

  /// The largest value; for 64 bits the largest double below the limit.
  private static double most(DataType whole) {
    return switch (whole) {
      case BOOL -> 1;
      case INT64 -> Math.nextDown(Math.scalb(1.0, 63));
      case UINT64 -> Math.nextDown(Math.scalb(1.0, 64));
      default -> Math.scalb(1.0, whole.size() * 8 - (whole.unsigned() ? 0 : 1)) - 1;
    };
  }

  private static OptionalInt first(double[] values, java.util.function.DoublePredicate misfit) {
    for (int i = 0; i < values.length; i++) {
      if (misfit.test(values[i])) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private static Object array(DataType wanted, Tensor tensor) {
    return switch (wanted) {
      case FP64 -> tensor.asDoubles();
      case FP32 -> tensor.asFloats();
      case FP16, BF16 -> halves(wanted, tensor.asFloats());
      case INT64, UINT64 -> longs(tensor);
      case INT32, UINT32 -> ints(longs(tensor));
      case INT16, UINT16 -> shorts(longs(tensor));
      case INT8, UINT8, BOOL -> bytes(longs(tensor));
      case BYTES -> throw new IllegalStateException("BYTES are not converted");
    };
  }

  private static long[] longs(Tensor tensor) {
    if (!tensor.type().floating()) {
      return tensor.asLongs();
    }
    var values = tensor.asDoubles();
    var longs = new long[values.length];
    double half = Math.scalb(1.0, 63);
    for (int i = 0; i < values.length; i++) {
      longs[i] = values[i] >= half ? (long) (values[i] - half) | Long.MIN_VALUE : (long) values[i];
    }
    return longs;
  }

  private static short[] halves(DataType wanted, float[] values) {
    var halves = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      halves[i] =
          wanted == DataType.FP16 ? Float.floatToFloat16(values[i]) : (short) bf16(values[i]);
    }
    return halves;
  }

  /// Round to nearest, ties to even; NaN stays one.
  private static int bf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (bits >>> 16) | 0x40;
    }
    return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
  }

  private static int[] ints(long[] values) {
    var ints = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      ints[i] = (int) values[i];
    }
    return ints;
  }

  private static short[] shorts(long[] values) {
    var shorts = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      shorts[i] = (short) values[i];
    }
    return shorts;
  }

  private static byte[] bytes(long[] values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static String show(Tensor tensor, int index) {
    if (tensor.type().floating()) {
      return Double.toString(tensor.asDoubles()[index]);
    }
    long value = tensor.asLongs()[index];
    return tensor.type() == DataType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
  }
}
