package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A classifier put together of functions. Whether it has probabilities, decisions and a
/// transformation depends on its members, and on it depends of which class it is.
class MetaClassifier implements Estimator.Classes {
  /// What a classifier is made of.
  record Parts(
      Inputs inputs,
      Labels classes,
      Function<Frame, Tensor> predict,
      Optional<Function<Frame, Matrix>> probabilities,
      Optional<Function<Frame, Matrix>> decisions,
      Optional<Function<Frame, Frame>> transform) {
    static Parts of(Inputs inputs, Labels classes, Function<Frame, Tensor> predict) {
      return new Parts(
          inputs, classes, predict, Optional.empty(), Optional.empty(), Optional.empty());
    }

    Parts probabilities(Function<Frame, Matrix> function) {
      return new Parts(inputs, classes, predict, Optional.of(function), decisions, transform);
    }

    Parts decisions(Function<Frame, Matrix> function) {
      return new Parts(inputs, classes, predict, probabilities, Optional.of(function), transform);
    }

    Parts transform(Function<Frame, Frame> function) {
      return new Parts(inputs, classes, predict, probabilities, decisions, Optional.of(function));
    }

    MetaClassifier build() {
      boolean likely = probabilities.isPresent();
      if (decisions.isPresent()) {
        return likely
            ? transform.isPresent() ? new FullTransforming(this) : new Full(this)
            : transform.isPresent() ? new DecidingTransforming(this) : new Deciding(this);
      }
      return likely
          ? transform.isPresent() ? new LikelyTransforming(this) : new Likely(this)
          : transform.isPresent() ? new Transforming(this) : new MetaClassifier(this);
    }
  }

  final Parts parts;

  private MetaClassifier(Parts parts) {
    this.parts = parts;
  }

  @Override
  public int features() {
    return parts.inputs.features();
  }

  @Override
  public List<String> featureNames() {
    return parts.inputs.names();
  }

  @Override
  public boolean takesMissing() {
    return parts.inputs.takesMissing();
  }

  @Override
  public boolean takesByName() {
    return parts.inputs.takesByName();
  }

  @Override
  public List<DataType> featureTypes() {
    return parts.inputs.types();
  }

  @Override
  public Labels classes() {
    return parts.classes;
  }

  @Override
  public Tensor predict(Frame x) {
    return parts.predict.apply(x);
  }

  private interface Probable extends Estimator.Probabilities {
    Parts parts();

    @Override
    default Matrix predictProba(Frame x) {
      return parts().probabilities.orElseThrow().apply(x);
    }
  }

  private interface Decided extends Estimator.Decisions {
    Parts parts();

    @Override
    default Matrix decisionFunction(Frame x) {
      return parts().decisions.orElseThrow().apply(x);
    }
  }

  private interface Transformed extends Estimator.Transformer {
    Parts parts();

    @Override
    default Frame transform(Frame x) {
      return parts().transform.orElseThrow().apply(x);
    }
  }

  public final Parts parts() {
    return parts;
  }

  private static final class Likely extends MetaClassifier implements Probable {
    Likely(Parts parts) {
      super(parts);
    }
  }

  private static final class Deciding extends MetaClassifier implements Decided {
    Deciding(Parts parts) {
      super(parts);
    }
  }

  private static final class Full extends MetaClassifier implements Probable, Decided {
    Full(Parts parts) {
      super(parts);
    }
  }

  private static final class Transforming extends MetaClassifier implements Transformed {
    Transforming(Parts parts) {
      super(parts);
    }
  }

  private static final class LikelyTransforming extends MetaClassifier
      implements Probable, Transformed {
    LikelyTransforming(Parts parts) {
      super(parts);
    }
  }

  private static final class DecidingTransforming extends MetaClassifier
      implements Decided, Transformed {
    DecidingTransforming(Parts parts) {
      super(parts);
    }
  }

  private static final class FullTransforming extends MetaClassifier
      implements Probable, Decided, Transformed {
    FullTransforming(Parts parts) {
      super(parts);
    }
  }
}
