package dev.slipway.engines.sklearn.selection;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// `SelectFromModel`: the columns that a model finds important.
final class ModelSelection {
  private static final double LASSO_THRESHOLD = 1e-5;

  private ModelSelection() {}

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    var model = object.object(object.has("estimator_") ? "estimator_" : "estimator");
    var getter = object.attributes().getOrDefault("importance_getter", "auto");
    if (!(getter instanceof String path)) {
      throw new UnsupportedEstimatorException(
          "SelectFromModel: importance_getter " + getter + " is Python code");
    }
    var importances = norms(Importances.of(model, path), object.number("norm_order", 1));
    double threshold = threshold(object, model, importances);
    var mask = new boolean[importances.length];
    candidates(object, importances).forEach(i -> mask[i] = !(importances[i] < threshold));
    return new Selector(object, mask, false);
  }

  /// One row is taken by its size, several by the norm of each column.
  private static double[] norms(NdArray importances, double order) {
    var values = importances.doubles();
    if (importances.shape().length == 1) {
      return Arrays.stream(values).map(Math::abs).toArray();
    }
    int columns = importances.shape()[1];
    return IntStream.range(0, columns)
        .mapToDouble(
            column ->
                norm(
                    IntStream.range(0, importances.shape()[0])
                        .mapToDouble(row -> Math.abs(values[row * columns + column]))
                        .toArray(),
                    order))
        .toArray();
  }

  private static double norm(double[] sizes, double order) {
    if (Double.isInfinite(order)) {
      var stream = Arrays.stream(sizes);
      return (order > 0 ? stream.max() : stream.min()).orElse(0);
    }
    if (order == 0) {
      return Arrays.stream(sizes).filter(size -> size != 0).count();
    }
    double sum = 0;
    for (double size : sizes) {
      sum += order == 1 ? size : order == 2 ? size * size : Math.pow(size, order);
    }
    return order == 1 ? sum : order == 2 ? Math.sqrt(sum) : Math.pow(sum, 1 / order);
  }

  /// The most important `max_features`, or all.
  private static IntStream candidates(PyObject object, double[] importances) {
    var all = IntStream.range(0, importances.length);
    if (!object.has("max_features")) {
      return all;
    }
    int most = object.integer(object.has("max_features_") ? "max_features_" : "max_features");
    return all.boxed()
        .sorted(Comparator.comparingDouble(i -> -importances[i]))
        .limit(Math.max(0, most))
        .mapToInt(Integer::intValue);
  }

  private static double threshold(PyObject object, PyObject model, double... importances) {
    var given = object.attributes().get("threshold");
    return switch (given) {
      case null -> sparse(model) ? LASSO_THRESHOLD : Statistics.mean(importances);
      case Number number -> number.doubleValue();
      case String text -> threshold(text, importances);
      default -> throw new UnsupportedEstimatorException("SelectFromModel: threshold " + given);
    };
  }

  /// `mean`, `median`, or a number times one of them.
  private static double threshold(String text, double... importances) {
    int star = text.indexOf('*');
    try {
      double scale = star < 0 ? 1 : Double.parseDouble(text.substring(0, star).strip());
      var reference = text.substring(star + 1).strip();
      return switch (reference) {
        case "mean" -> scale * Statistics.mean(importances);
        case "median" -> scale * Statistics.median(importances);
        default ->
            throw new UnsupportedEstimatorException("SelectFromModel: threshold \"" + text + "\"");
      };
    } catch (NumberFormatException _) {
      throw new UnsupportedEstimatorException("SelectFromModel: threshold \"" + text + "\"");
    }
  }

  /// Whether the model's own penalty sets coefficients to zero.
  private static boolean sparse(PyObject model) {
    var name = model.name();
    if (model.text("penalty", "").equals("l1") || name.contains("Lasso")) {
      return true;
    }
    return switch (name) {
      case "ElasticNet" -> one(model, "l1_ratio");
      case "ElasticNetCV" -> one(model, "l1_ratio_");
      case "LogisticRegression" ->
          !model.text("penalty", "deprecated").equals("l2") && one(model, "l1_ratio");
      case "LogisticRegressionCV" ->
          model.attributes().get("l1_ratio_") instanceof NdArray ratios
              && ratios.size() > 0
              && Arrays.stream(ratios.doubles()).allMatch(ModelSelection::one);
      default -> false;
    };
  }

  private static boolean one(PyObject model, String attribute) {
    return model.attributes().get(attribute) instanceof Number number && one(number.doubleValue());
  }

  private static boolean one(double value) {
    return Math.abs(value - 1) <= 1e-8 + 1e-5;
  }
}
