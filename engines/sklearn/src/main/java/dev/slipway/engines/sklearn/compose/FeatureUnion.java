package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.DataType;
import java.util.ArrayList;
import java.util.List;

/// `FeatureUnion`: transformers of all columns each, their results side by side.
final class FeatureUnion implements Estimator.Transformer {
  private final List<Part> parts;

  private record Part(Estimator.Transformer transformer, double weight) {}

  private FeatureUnion(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    var parts = new ArrayList<Part>();
    for (var step : Steps.of(object, "transformer_list")) {
      if (!step.dropped()) {
        double weight = SideBySide.weight(object, step.name());
        parts.add(new Part(step.transformer(object, readers), weight));
      }
    }
    return new FeatureUnion(parts);
  }

  @Override
  public int features() {
    return parts.isEmpty() ? -1 : parts.getFirst().transformer().features();
  }

  @Override
  public List<String> featureNames() {
    return parts.isEmpty() ? List.of() : parts.getFirst().transformer().featureNames();
  }

  @Override
  public boolean takesMissing() {
    return parts.stream().allMatch(part -> part.transformer().takesMissing());
  }

  @Override
  public List<DataType> featureTypes() {
    return parts.isEmpty() ? List.of() : parts.getFirst().transformer().featureTypes();
  }

  @Override
  public Frame transform(Frame x) {
    if (parts.isEmpty()) {
      return new Frame.Dense(Matrix.zeros(x.rows(), 0));
    }
    var frames = new ArrayList<Frame>();
    for (var part : parts) {
      frames.add(SideBySide.weighted(part.transformer().transform(x), part.weight()));
    }
    boolean sparse = frames.stream().anyMatch(Frame.Sparse.class::isInstance);
    return SideBySide.of(frames, x.rows(), sparse);
  }
}
