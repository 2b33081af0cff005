package dev.slipway.engines.sklearn.selection;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;

/// Selectors that judge each column by a score or a p-value of its own. The mask is computed from
/// the scores as scikit-learn does on every call, for it does not keep the mask.
final class ScoreSelection {
  private ScoreSelection() {}

  /// `VarianceThreshold`.
  static Estimator.Transformer variance(PyObject object, Estimators readers) {
    double threshold = object.number("threshold", 0);
    return new Selector(
        object, mask(object.doubles("variances_"), variance -> variance > threshold), false);
  }

  /// `SelectKBest`.
  static Estimator.Transformer best(PyObject object, Estimators readers) {
    return selector(object, best(object, "k"));
  }

  /// `SelectPercentile`.
  static Estimator.Transformer percentile(PyObject object, Estimators readers) {
    return selector(object, percentile(object, object.number("percentile", 10)));
  }

  /// `SelectFpr`.
  static Estimator.Transformer falsePositives(PyObject object, Estimators readers) {
    return selector(object, falsePositives(object, object.number("alpha", 0.05)));
  }

  /// `SelectFdr`.
  static Estimator.Transformer falseDiscoveries(PyObject object, Estimators readers) {
    return selector(object, falseDiscoveries(object, object.number("alpha", 0.05)));
  }

  /// `SelectFwe`.
  static Estimator.Transformer familyWise(PyObject object, Estimators readers) {
    return selector(object, familyWise(object, object.number("alpha", 0.05)));
  }

  /// `GenericUnivariateSelect`.
  static Estimator.Transformer generic(PyObject object, Estimators readers) {
    var mode = object.text("mode", "percentile");
    return selector(
        object,
        switch (mode) {
          case "percentile" -> percentile(object, object.number("param", 1e-5));
          case "k_best" -> best(object, "param");
          case "fpr" -> falsePositives(object, object.number("param", 1e-5));
          case "fdr" -> falseDiscoveries(object, object.number("param", 1e-5));
          case "fwe" -> familyWise(object, object.number("param", 1e-5));
          default ->
              throw new UnsupportedEstimatorException(
                  "GenericUnivariateSelect: mode \"" + mode + "\"");
        });
  }

  private static Estimator.Transformer selector(PyObject object, boolean[] support) {
    return new Selector(object, support, true);
  }

  private static boolean[] mask(double[] values, DoublePredicate kept) {
    var mask = new boolean[values.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = kept.test(values[i]);
    }
    return mask;
  }

  /// The highest scores; among equal ones the last.
  private static boolean[] best(PyObject object, String parameter) {
    var scores = scores(object);
    boolean all = "all".equals(object.attributes().get(parameter));
    int count = all ? scores.length : object.integer(parameter, 10);
    var mask = new boolean[scores.length];
    IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> scores[i]))
        .skip(Math.max(0, scores.length - count))
        .forEach(i -> mask[i] = true);
    return mask;
  }

  /// Scores above a percentile; of those at it, the first as far as they fit.
  private static boolean[] percentile(PyObject object, double percentile) {
    var scores = scores(object);
    if (percentile == 100 || percentile == 0) {
      return mask(scores, _ -> percentile == 100);
    }
    double threshold = Statistics.percentile(scores, 100 - percentile);
    var mask = mask(scores, score -> score > threshold);
    int most = (int) (scores.length * percentile / 100);
    int kept = 0;
    for (boolean each : mask) {
      kept += each ? 1 : 0;
    }
    int room = most - kept;
    // A negative room cuts that many ties off the end, as a negative slice does.
    int ties = (int) Arrays.stream(scores).filter(score -> score == threshold).count();
    int fitting = room >= 0 ? room : Math.max(0, ties + room);
    for (int i = 0; i < scores.length && fitting > 0; i++) {
      if (scores[i] == threshold) {
        mask[i] = true;
        fitting--;
      }
    }
    return mask;
  }

  /// `scores_`; NaN counts as the lowest.
  private static double[] scores(PyObject object) {
    return Arrays.stream(object.doubles("scores_"))
        .map(score -> Double.isNaN(score) ? -Double.MAX_VALUE : score)
        .toArray();
  }

  private static boolean[] falsePositives(PyObject object, double alpha) {
    return mask(object.doubles("pvalues_"), p -> p < alpha);
  }

  private static boolean[] familyWise(PyObject object, double alpha) {
    var pvalues = object.doubles("pvalues_");
    return mask(pvalues, p -> p < alpha / pvalues.length);
  }

  /// Benjamini and Hochberg's procedure.
  private static boolean[] falseDiscoveries(PyObject object, double alpha) {
    var pvalues = object.doubles("pvalues_");
    var sorted = pvalues.clone();
    Arrays.sort(sorted);
    double most = Double.NaN;
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] <= alpha / sorted.length * (i + 1)) {
        most = sorted[i];
      }
    }
    double bound = most;
    return mask(pvalues, p -> p <= bound);
  }
}
