package dev.slipway.node.models;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.InferenceFailedException;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands in for scikit-learn: multiplies by the number in its file. A `0` cannot
/// compute zeros, a `-1` takes none.
final class TimesEngine implements Engine {
  final AtomicInteger loads = new AtomicInteger();
  final AtomicInteger inMemory = new AtomicInteger();
  final AtomicInteger calls = new AtomicInteger();

  @Override
  public String format() {
    return "sklearn";
  }

  @Override
  public boolean recognises(Path artifact) {
    return artifact.toString().endsWith(".joblib");
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    try {
      var factor = Double.parseDouble(Files.readString(source.artifact()).strip());
      loads.incrementAndGet();
      inMemory.incrementAndGet();
      return new Times(factor);
    } catch (IOException | NumberFormatException _) {
      throw new ModelLoadException(source.artifact().getFileName() + " holds no number");
    }
  }

  private final class Times implements LoadedModel {
    private final double factor;

    private Times(double factor) {
      this.factor = factor;
    }

    @Override
    public SequencedMap<String, Signature> signatures() {
      var all = new LinkedHashMap<String, Signature>();
      all.put(
          "predict",
          new Signature(
              List.of(Signature.Spec.of("x", DataType.FP64, -1, 1)),
              List.of(Signature.Spec.of("y", DataType.FP64, -1, 1))));
      return all;
    }

    @Override
    public List<Tensor> infer(Invocation call) {
      calls.incrementAndGet();
      var x = call.inputs().getFirst();
      if (x.asDoubles()[0] == 0 && factor == 0) {
        throw new InferenceFailedException("division by zero", new ArithmeticException());
      }
      if (x.asDoubles()[0] == 0 && factor == -1) {
        throw new InvalidInputException("zeros are not taken");
      }
      var times = x.asDoubles().clone();
      for (int i = 0; i < times.length; i++) {
        times[i] *= factor;
      }
      return List.of(Tensor.ofDoubles("y", x.shape(), times));
    }

    @Override
    public String platform() {
      return "times";
    }

    @Override
    public long memoryBytes() {
      return 1000;
    }

    @Override
    public boolean batchable() {
      return true;
    }

    @Override
    public void close() {
      inMemory.decrementAndGet();
    }
  }
}
