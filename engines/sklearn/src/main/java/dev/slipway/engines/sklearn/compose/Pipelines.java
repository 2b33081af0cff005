package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.ArrayList;
import java.util.List;

/// `Pipeline`: transformers one after the other, and an estimator last that answers.
final class Pipelines {
  private Pipelines() {}

  static Estimator read(PyObject object, Estimators readers) {
    var steps = Steps.of(object, "steps");
    if (steps.isEmpty()) {
      throw new UnsupportedEstimatorException(object.type() + ": a pipeline without steps");
    }
    var transformers = new ArrayList<Estimator.Transformer>();
    for (var step : steps.subList(0, steps.size() - 1)) {
      if (!Identity.named(step.value())) {
        transformers.add(step.transformer(object, readers));
      }
    }
    var end = steps.getLast();
    var last = Identity.named(end.value()) ? Identity.ANY : readers.read(end.value());
    if (transformers.isEmpty()) {
      return last;
    }
    return Chained.of(
        transformers.getFirst(), x -> Gaps.checked(last, applied(transformers, x)), last);
  }

  private static Frame applied(List<Estimator.Transformer> transformers, Frame x) {
    var frame = x;
    for (var transformer : transformers) {
      frame = transformer.transform(Gaps.checked(transformer, frame));
    }
    return frame;
  }
}
