package dev.slipway.engines.boosting;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A boosted model in memory: rows of numbers in, one tensor out, by several methods. It computes
/// in plain Java and holds no native memory.
public final class BoostedModel implements LoadedModel {
  /// What every method calls its answer, as KServe's servers do.
  public static final String OUTPUT = "output-0";

  /// The name of the matrix in the metadata; a client may call it anything.
  public static final String INPUT = "input-0";

  /// One thing that can be asked.
  ///
  /// @param output name, type and shape of the answer
  /// @param arithmetic that computes it
  public record Method(Signature.Spec output, Arithmetic arithmetic) {
    public static Method of(DataType type, Arithmetic arithmetic, long... shape) {
      return new Method(Signature.Spec.of(OUTPUT, type, shape), arithmetic);
    }
  }

  /// Computes the answer to some rows.
  @FunctionalInterface
  public interface Arithmetic {
    /// @param x `[rows, features]`; not to be written to
    /// @return a tensor named [#OUTPUT], its first dimension `rows`
    Tensor answer(double[] x, int rows);
  }

  private final String platform;
  private final FeatureTable features;
  private final SequencedMap<String, Method> methods;
  private final SequencedMap<String, Signature> signatures = new LinkedHashMap<>();
  private final long memoryBytes;

  /// @param methods by name, the first being the one a request gets that names none
  public BoostedModel(
      String platform,
      FeatureTable features,
      SequencedMap<String, Method> methods,
      long memoryBytes) {
    this.platform = platform;
    this.features = features;
    this.methods = new LinkedHashMap<>(methods);
    this.memoryBytes = memoryBytes;
    var input = Signature.Spec.of(INPUT, features.type(), -1, features.width());
    this.methods.forEach(
        (name, method) ->
            signatures.put(name, new Signature(List.of(input), List.of(method.output()))));
  }

  @Override
  public SequencedMap<String, Signature> signatures() {
    return signatures;
  }

  @Override
  public List<Tensor> infer(Invocation call) {
    var method =
        call.signature().isEmpty()
            ? methods.firstEntry().getValue()
            : methods.get(call.signature());
    if (method == null) {
      throw new InvalidInputException(
          "no signature \"%s\" (expected one of: %s)"
              .formatted(call.signature(), String.join(", ", methods.keySet())));
    }
    for (var wanted : call.outputs()) {
      if (!wanted.equals(method.output().name())) {
        throw new InvalidInputException(
            "no output \"%s\" (expected: %s)".formatted(wanted, method.output().name()));
      }
    }
    var rows = features.read(call.inputs());
    return List.of(method.arithmetic().answer(rows.x(), rows.count()));
  }

  @Override
  public String platform() {
    return platform;
  }

  @Override
  public long memoryBytes() {
    return memoryBytes;
  }

  @Override
  public boolean batchable() {
    return true;
  }

  @Override
  public void close() {}
}
