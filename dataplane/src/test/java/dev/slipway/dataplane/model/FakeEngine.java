package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Multiplies by the number in its file; refuses negative values; can be made to wait.
public final class FakeEngine implements Engine {
  private static final long BYTES = 1000;

  /// Calls wait here while it has no permits.
  public final Semaphore gate = new Semaphore(Integer.MAX_VALUE / 2);

  /// Rows of each call, in order.
  public final Queue<Integer> calls = new ConcurrentLinkedQueue<>();

  public final AtomicInteger inMemory = new AtomicInteger();
  public final AtomicInteger loads = new AtomicInteger();
  public final AtomicInteger usedAfterClose = new AtomicInteger();

  private final String format;

  public FakeEngine() {
    this("fake");
  }

  /// Under the name of a format that directories of other systems may have.
  public FakeEngine(String format) {
    this.format = format;
  }

  /// A model file that multiplies.
  public static Path file(Path directory, double factor) {
    try {
      return Files.writeString(directory.resolve("model.fake"), Double.toString(factor));
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  @Override
  public String format() {
    return format;
  }

  @Override
  public boolean recognises(Path artifact) {
    return artifact.toString().endsWith("." + format);
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    try {
      var factor = Double.parseDouble(Files.readString(source.artifact()));
      loads.incrementAndGet();
      inMemory.incrementAndGet();
      return new Times(factor);
    } catch (IOException | NumberFormatException problem) {
      throw new ModelLoadException(source.artifact() + " holds no number", problem);
    }
  }

  private final class Times implements LoadedModel {
    private final double factor;
    private volatile boolean closed;

    private Times(double factor) {
      this.factor = factor;
    }

    @Override
    public SequencedMap<String, Signature> signatures() {
      var all = new LinkedHashMap<String, Signature>();
      all.put(
          "predict",
          new Signature(
              List.of(Signature.Spec.of("x", DataType.FP64, -1, 2)),
              List.of(Signature.Spec.of("y", DataType.FP64, -1, 2))));
      return all;
    }

    @Override
    public List<Tensor> infer(Invocation call) {
      gate.acquireUninterruptibly();
      gate.release();
      if (closed) {
        usedAfterClose.incrementAndGet();
      }
      var x = call.inputs().getFirst();
      calls.add(x.rows());
      var values = x.asDoubles().clone();
      for (int i = 0; i < values.length; i++) {
        if (values[i] < 0) {
          throw new InvalidInputException("input x is negative");
        }
        values[i] *= factor;
      }
      return List.of(Tensor.ofDoubles("y", x.shape(), values));
    }

    @Override
    public String platform() {
      return "fake";
    }

    @Override
    public long memoryBytes() {
      return BYTES;
    }

    @Override
    public boolean batchable() {
      return true;
    }

    @Override
    public void close() {
      closed = true;
      inMemory.decrementAndGet();
    }
  }
}
