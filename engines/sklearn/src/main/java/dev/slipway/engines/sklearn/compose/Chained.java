package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/// Estimators that do what the last of a chain does.
///
/// Implementation note. What an estimator can do is what it implements, so each combination that
/// occurs is a record of its own: a line each, out of the interfaces below.
public final class Chained {
  private Chained() {}

  /// An estimator with something before it; it implements what the last one implements, but for
  /// the inverse.
  ///
  /// @param first says what the whole takes
  /// @param before turns the input of the whole into the input of the last
  public static Estimator of(Estimator first, UnaryOperator<Frame> before, Estimator last) {
    return of(Chain.of(first, before, last), last instanceof Estimator.Transformer);
  }

  /// A transformer that also predicts, through an estimator that is given what it makes:
  /// recursive elimination of features.
  public static Estimator selecting(Estimator.Transformer selector, Estimator last) {
    return of(
        new Chain(
            selector, x -> Gaps.checked(last, selector.transform(x)), last, selector::transform),
        true);
  }

  private static Estimator of(Chain chain, boolean transforms) {
    var last = chain.last();
    if (last instanceof Estimator.Classes) {
      return classifier(chain, transforms);
    }
    if (last instanceof Estimator.Predictor) {
      return predictor(chain, transforms);
    }
    boolean scores = last instanceof Estimator.Scores;
    return transforms && scores
        ? new Density(chain)
        : scores ? new Scorer(chain) : new Plain(chain);
  }

  private static Estimator classifier(Chain chain, boolean transforms) {
    boolean decides = chain.last() instanceof Estimator.Decisions;
    if (chain.last() instanceof Estimator.Probabilities) {
      if (decides) {
        return transforms ? new FullClassifierPlus(chain) : new FullClassifier(chain);
      }
      return transforms ? new LikelyClassifierPlus(chain) : new LikelyClassifier(chain);
    }
    if (decides) {
      return transforms ? new DecidingClassifierPlus(chain) : new DecidingClassifier(chain);
    }
    return transforms ? new BareClassifierPlus(chain) : new BareClassifier(chain);
  }

  private static Estimator predictor(Chain chain, boolean transforms) {
    var last = chain.last();
    if (last instanceof Estimator.OutputProbabilities) {
      return transforms ? new SeveralOutputsPlus(chain) : new SeveralOutputs(chain);
    }
    boolean scores = last instanceof Estimator.Scores;
    if (last instanceof Estimator.Probabilities) {
      return scores ? new Mixture(chain) : new LikelyPredictor(chain);
    }
    if (last instanceof Estimator.Decisions) {
      return scores ? new Detector(chain) : new DecidingPredictor(chain);
    }
    return transforms ? new PredictorPlus(chain) : new BarePredictor(chain);
  }

  private interface Link extends Estimator {
    Chain chain();

    @Override
    default int features() {
      return chain().first().features();
    }

    @Override
    default List<String> featureNames() {
      return chain().first().featureNames();
    }

    @Override
    default boolean takesMissing() {
      return chain().first().takesMissing();
    }

    @Override
    default boolean takesByName() {
      return chain().first().takesByName();
    }

    @Override
    default List<DataType> featureTypes() {
      return chain().first().featureTypes();
    }

    default Frame before(Frame x) {
      return chain().before().apply(x);
    }
  }

  private interface Predicts extends Link, Estimator.Predictor {
    @Override
    default Tensor predict(Frame x) {
      return ((Estimator.Predictor) chain().last()).predict(before(x));
    }
  }

  private interface Classifies extends Predicts, Estimator.Classes {
    @Override
    default Labels classes() {
      return ((Estimator.Classes) chain().last()).classes();
    }
  }

  private interface Weighs extends Link, Estimator.Probabilities {
    @Override
    default Matrix predictProba(Frame x) {
      return ((Estimator.Probabilities) chain().last()).predictProba(before(x));
    }
  }

  private interface WeighsOutputs extends Link, Estimator.OutputProbabilities {
    @Override
    default List<Matrix> predictProbaPerOutput(Frame x) {
      return ((Estimator.OutputProbabilities) chain().last()).predictProbaPerOutput(before(x));
    }
  }

  private interface Decides extends Link, Estimator.Decisions {
    @Override
    default Matrix decisionFunction(Frame x) {
      return ((Estimator.Decisions) chain().last()).decisionFunction(before(x));
    }
  }

  private interface Rates extends Link, Estimator.Scores {
    @Override
    default Matrix scoreSamples(Frame x) {
      return ((Estimator.Scores) chain().last()).scoreSamples(before(x));
    }
  }

  private interface Transforms extends Link, Estimator.Transformer {
    @Override
    default Frame transform(Frame x) {
      return chain().transform().apply(x);
    }
  }

  private record FullClassifier(Chain chain) implements Classifies, Weighs, Decides {}

  private record FullClassifierPlus(Chain chain)
      implements Classifies, Weighs, Decides, Transforms {}

  private record LikelyClassifier(Chain chain) implements Classifies, Weighs {}

  private record LikelyClassifierPlus(Chain chain) implements Classifies, Weighs, Transforms {}

  private record DecidingClassifier(Chain chain) implements Classifies, Decides {}

  private record DecidingClassifierPlus(Chain chain) implements Classifies, Decides, Transforms {}

  private record BareClassifier(Chain chain) implements Classifies {}

  private record BareClassifierPlus(Chain chain) implements Classifies, Transforms {}

  private record SeveralOutputs(Chain chain) implements Predicts, WeighsOutputs {}

  private record SeveralOutputsPlus(Chain chain) implements Predicts, WeighsOutputs, Transforms {}

  private record Mixture(Chain chain) implements Predicts, Weighs, Rates {}

  private record LikelyPredictor(Chain chain) implements Predicts, Weighs {}

  private record Detector(Chain chain) implements Predicts, Decides, Rates {}

  private record DecidingPredictor(Chain chain) implements Predicts, Decides {}

  private record BarePredictor(Chain chain) implements Predicts {}

  private record PredictorPlus(Chain chain) implements Predicts, Transforms {}

  private record Scorer(Chain chain) implements Rates {}

  private record Density(Chain chain) implements Transforms, Rates {}

  private record Plain(Chain chain) implements Transforms {}
}
