package dev.slipway.engines.onnx;

import dev.slipway.engines.onnx.ValueType.Dense;
import dev.slipway.inference.tensor.Coercion;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// Whether a model is so small that calling it costs as much as computing it. Measured at loading
/// with made-up inputs, or over the first real calls where the model does not take those.
final class Calibration {
  /// Faster calls than this gain from a session of their own (measured: throughput of two threads
  /// doubles at 3.5 microseconds a call, and is the same from about 50).
  private static final long SMALL_NANOS = 50_000;

  /// Larger weights are not kept once a core.
  private static final long MOST_BYTES = 8L << 20;

  private static final int CALLS = 24;
  private static final int CLEARLY = 10;
  private static final int MOST_CALLS = 2000;
  private static final long MOST_WARM_UP_NANOS = 20_000_000;
  private static final long MOST_ELEMENTS = 1L << 22;

  private final boolean eligible;
  private int calls;
  private long least = Long.MAX_VALUE;
  private volatile boolean decided;
  private volatile boolean small;

  Calibration(long fileBytes) {
    this.eligible = fileBytes <= MOST_BYTES;
    this.decided = !eligible;
  }

  boolean decided() {
    return decided;
  }

  boolean small() {
    return small;
  }

  /// One call's duration. The shortest counts: everything else is the machine, and Java code that
  /// is not compiled yet, so a model is called large early only if it clearly is.
  synchronized void took(long nanos) {
    if (decided) {
      return;
    }
    least = Math.min(least, nanos);
    calls++;
    boolean large = calls >= CALLS && least > CLEARLY * SMALL_NANOS;
    small = least < SMALL_NANOS;
    decided = small || large || calls >= MOST_CALLS;
  }

  /// Calls the model with ones, so that the first request finds it warm. A model that does not
  /// take them is left to real calls.
  void warmUp(Session session, int[] outputs) {
    var inputs = new Tensor[session.inputs().size()][];
    long elements = 0;
    for (int i = 0; i < inputs.length; i++) {
      if (!(session.inputs().get(i).type() instanceof Dense dense) || !dense.ranked()) {
        return;
      }
      var shape = Arrays.stream(dense.shape()).map(length -> length < 0 ? 1 : length).toArray();
      for (long length : shape) {
        elements += length;
      }
      if (product(shape) > MOST_ELEMENTS || elements > MOST_ELEMENTS) {
        return;
      }
      inputs[i] = new Tensor[] {ones(dense.type(), shape)};
    }
    try {
      long begin = System.nanoTime();
      for (int i = 0; i < CALLS && System.nanoTime() - begin < MOST_WARM_UP_NANOS; i++) {
        long start = System.nanoTime();
        List<Tensor> _ = SharedRun.run(session, inputs, outputs);
        took(System.nanoTime() - start);
      }
    } catch (OrtFailure _) {
      // real calls will tell
    }
  }

  private static long product(long[] shape) {
    long product = 1;
    for (long length : shape) {
      product = product > MOST_ELEMENTS ? product : product * length;
    }
    return product;
  }

  private static Tensor ones(DataType type, long[] shape) {
    int size = (int) product(shape);
    if (type == DataType.BYTES) {
      var strings = new byte[size][];
      Arrays.fill(strings, new byte[0]);
      return Tensor.of("", type, shape, strings);
    }
    try {
      var ones = new byte[size];
      Arrays.fill(ones, (byte) 1);
      return Coercion.to(type, Tensor.of("", DataType.UINT8, shape, ones));
    } catch (Coercion.Unfit impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
