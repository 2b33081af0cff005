package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyGlobal;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `FixedThresholdClassifier` and `TunedThresholdClassifierCV`: a classifier of two classes with
/// another threshold.
///
/// @param positive the class whose score is compared, and that rows get which reach it, as a
/// position
record Threshold(Estimator.Classes classifier, boolean likely, int positive, double least) {
  private static final Set<String> SCORERS_OF_ONE =
      Set.of(
          "f1_score",
          "fbeta_score",
          "precision_score",
          "recall_score",
          "jaccard_score",
          "average_precision_score");

  static Estimator fixed(PyObject object, Estimators readers) {
    var positive = Optional.ofNullable(object.attributes().get("pos_label"));
    var threshold = object.attributes().get("threshold");
    var least =
        threshold instanceof Number number
            ? Optional.of(number.doubleValue())
            : Optional.<Double>empty();
    return read(object, readers, positive, least);
  }

  static Estimator tuned(PyObject object, Estimators readers) {
    var scorer = object.object("_curve_scorer");
    var positive = scorerLabel(scorer, scorer.attributes().get("_kwargs"));
    return read(object, readers, positive, Optional.of(object.number("best_threshold_")));
  }

  /// The label a scorer was given, or 1 where that is its function's default.
  private static Optional<Object> scorerLabel(PyObject scorer, @Nullable Object settings) {
    if (settings instanceof Map<?, ?> given && given.containsKey("pos_label")) {
      return Optional.ofNullable(given.get("pos_label"));
    }
    return scorer.attributes().get("_score_func") instanceof PyGlobal function
            && SCORERS_OF_ONE.contains(function.name())
        ? Optional.of(1L)
        : Optional.empty();
  }

  private static Estimator read(
      PyObject object, Estimators readers, Optional<Object> label, Optional<Double> least) {
    var attribute = Members.either(object, "estimator_", "estimator");
    var inner = Members.one(object, attribute, readers, Estimator.Classes.class);
    var classes = inner.classes();
    if (classes.count() != 2) {
      throw new UnsupportedEstimatorException(
          object.type() + ": two classes were expected, found " + classes.count());
    }
    var method = object.text("response_method", "auto");
    boolean likely =
        method.equals("predict_proba")
            || (method.equals("auto") && inner instanceof Estimator.Probabilities);
    var ability = likely ? Estimator.Probabilities.class : Estimator.Decisions.class;
    Members.able(object, attribute, inner, ability);
    int positive = label.isPresent() ? new LabelIndex(classes).of(label.get()) : 1;
    double from = least.orElse(likely ? 0.5 : 0.0);
    var threshold = new Threshold(inner, likely, positive, from);
    return threshold.build(Inputs.of(object));
  }

  private Estimator build(Inputs own) {
    var inputs = own.handedTo(List.of(classifier));
    var parts = MetaClassifier.Parts.of(inputs, classifier.classes(), this::predict);
    if (classifier instanceof Estimator.Probabilities inner) {
      parts = parts.probabilities(inner::predictProba);
    }
    if (classifier instanceof Estimator.Decisions inner) {
      parts = parts.decisions(inner::decisionFunction);
    }
    return parts.build();
  }

  private Tensor predict(Frame x) {
    var scores = scores(x);
    var chosen = new int[scores.length];
    for (int row = 0; row < chosen.length; row++) {
      chosen[row] = scores[row] >= least ? positive : 1 - positive;
    }
    return classifier.classes().at(chosen);
  }

  private double[] scores(Frame x) {
    if (likely) {
      return Margins.column(((Estimator.Probabilities) classifier).predictProba(x), positive);
    }
    var scores = ((Estimator.Decisions) classifier).decisionFunction(x).values();
    for (int row = 0; row < scores.length && positive == 0; row++) {
      scores[row] = -scores[row];
    }
    return scores;
  }
}
