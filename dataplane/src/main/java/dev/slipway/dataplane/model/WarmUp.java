package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.InferenceException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// First calls of a model, made before a client's: they load classes, fill caches and let the
/// compiler see the code.
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final int MAX_ELEMENTS = 1_000_000;
  private static final int REPEATS = 32;
  private static final long BUDGET_NANOS = 20_000_000;

  private WarmUp() {}

  /// @param calls what the model's directory gives; otherwise one row of zeros
  static void run(LoadedModel model, List<Invocation> calls) {
    var chosen = calls.isEmpty() ? zeros(model).stream().toList() : calls;
    long until = System.nanoTime() + BUDGET_NANOS;
    for (var call : chosen) {
      try {
        model.infer(call);
        for (int i = 1; i < REPEATS && System.nanoTime() < until; i++) {
          model.infer(call);
        }
      } catch (InferenceException | ServeException problem) { // a step of an ensemble may yet come
        LOG.debug("a warm-up request was refused: {}", problem.getMessage());
      }
    }
  }

  private static Optional<Invocation> zeros(LoadedModel model) {
    var inputs = new ArrayList<Tensor>();
    for (var spec : model.signatures().firstEntry().getValue().inputs()) {
      if (!spec.optional()) {
        var zero = zero(spec);
        if (zero.isEmpty()) {
          return Optional.empty();
        }
        inputs.add(zero.get());
      }
    }
    return Optional.of(Invocation.of(inputs));
  }

  private static Optional<Tensor> zero(Signature.Spec spec) {
    var shape = spec.shape().stream().mapToLong(dimension -> Math.max(1, dimension)).toArray();
    double elements = 1;
    for (long dimension : shape) {
      elements *= dimension;
    }
    if (elements > MAX_ELEMENTS || spec.shape().contains(0L)) {
      return Optional.empty();
    }
    int size = (int) elements;
    if (spec.type() == DataType.BYTES) {
      var texts = new String[size];
      java.util.Arrays.fill(texts, "");
      return Optional.of(Tensor.ofStrings(spec.name(), shape, texts));
    }
    var bytes = ByteBuffer.allocate(size * spec.type().size());
    return Optional.of(Tensor.ofRaw(spec.name(), spec.type(), shape, bytes));
  }
}
