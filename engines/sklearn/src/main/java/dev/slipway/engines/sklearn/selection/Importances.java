package dev.slipway.engines.sklearn.selection;

import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a fitted model finds important: `coef_` as it is in the file, or `feature_importances_`,
/// which scikit-learn computes from the trees when asked.
final class Importances {
  private Importances() {}

  /// @param path `auto`, or attributes joined by points: `named_steps.last.coef_`
  /// @throws UnsupportedEstimatorException if the model has none that can be computed here
  static NdArray of(PyObject model, String path) {
    if (path.equals("auto")) {
      return model.has("coef_") || linearKernel(model) ? coefficients(model) : trees(model);
    }
    Object at = model;
    for (var part : path.split("\\.", -1)) {
      at = step(model, at, part);
    }
    if (at instanceof NdArray array) {
      return array;
    }
    throw unknown(model, path);
  }

  private static Object step(PyObject model, Object at, String part) {
    if (!(at instanceof PyObject object)) {
      var found = at instanceof java.util.Map<?, ?> map ? map.get(part) : null;
      if (found != null) {
        return found;
      }
      throw unknown(model, part);
    }
    return switch (part) {
      case "named_steps" -> named(object);
      case "feature_importances_" -> trees(object);
      case "coef_" -> coefficients(object);
      default -> object.value(part);
    };
  }

  private static java.util.Map<String, Object> named(PyObject pipeline) {
    var named = new java.util.HashMap<String, Object>();
    for (var step : pipeline.list("steps")) {
      if (step instanceof PyTuple(var pair)
          && pair.size() == 2
          && pair.getFirst() instanceof String name
          && pair.get(1) instanceof PyObject estimator) {
        named.put(name, estimator);
      }
    }
    return named;
  }

  private static UnsupportedEstimatorException unknown(PyObject model, String path) {
    return new UnsupportedEstimatorException(
        "SelectFromModel: " + path + " of " + model.type() + " is not known here");
  }

  private static boolean linearKernel(PyObject model) {
    return model.text("kernel", "").equals("linear") && model.has("support_vectors_");
  }

  private static NdArray coefficients(PyObject model) {
    if (model.attributes().get("coef_") instanceof NdArray array) {
      return array;
    }
    if (!linearKernel(model) || model.array("dual_coef_").shape()[0] != 1) {
      throw unknown(model, "coef_");
    }
    var vectors = model.array("support_vectors_");
    var weights = model.doubles("dual_coef_");
    int width = vectors.shape()[1];
    var sums = new double[width];
    for (int row = 0; row < weights.length; row++) {
      for (int column = 0; column < width; column++) {
        sums[column] += weights[row] * vectors.doubles()[row * width + column];
      }
    }
    return new NdArray("f8", new int[] {1, width}, sums);
  }

  private static NdArray trees(PyObject model) {
    var importances = importances(model);
    return new NdArray("f8", new int[] {importances.length}, importances);
  }

  private static double[] importances(PyObject model) {
    if (model.attributes().get("feature_importances_") instanceof NdArray given) {
      return given.doubles();
    }
    if (model.has("tree_")) {
      return shares(reductions(model.object("tree_")));
    }
    if (!model.has("estimators_")) {
      throw unknown(model, "coef_ or feature_importances_");
    }
    if (model.has("estimator_weights_")) {
      return weighted(model);
    }
    boolean boosted = model.name().startsWith("GradientBoosting");
    var all = new ArrayList<double[]>();
    for (var estimator : estimators(model)) {
      if (estimator.object("tree_").integer("node_count") > 1) {
        var own = reductions(estimator.object("tree_"));
        all.add(boosted ? own : shares(own));
      }
    }
    return all.isEmpty() ? new double[model.integer("n_features_in_")] : shares(means(all));
  }

  private static List<PyObject> estimators(PyObject model) {
    var found = new ArrayList<PyObject>();
    for (var value : model.list("estimators_")) {
      if (!(value instanceof PyObject estimator) || !estimator.has("tree_")) {
        throw unknown(model, "feature_importances_");
      }
      found.add(estimator);
    }
    return found;
  }

  /// AdaBoost: the mean over its estimators, by their weights.
  private static double[] weighted(PyObject model) {
    var weights = model.doubles("estimator_weights_");
    double all = Statistics.sum(weights, 0, weights.length);
    double[] sums = {};
    int which = 0;
    for (var estimator : estimators(model)) {
      var own = shares(reductions(estimator.object("tree_")));
      sums = which == 0 ? new double[own.length] : sums;
      for (int i = 0; i < own.length; i++) {
        sums[i] += weights[which] * own[i] / all;
      }
      which++;
    }
    return sums;
  }

  /// By how much the splits at each feature lower the impurity.
  private static double[] reductions(PyObject tree) {
    var nodes = tree.array("nodes");
    int[] left = nodes.field("left_child").integers();
    int[] right = nodes.field("right_child").integers();
    int[] feature = nodes.field("feature").integers();
    var impurity = nodes.field("impurity").doubles();
    var weight = nodes.field("weighted_n_node_samples").doubles();
    int features = ((Number) argument(tree)).intValue();
    var sums = new double[features];
    for (int node = 0; node < left.length; node++) {
      if (left[node] != -1) {
        sums[feature[node]] +=
            weight[node] * impurity[node]
                - weight[left[node]] * impurity[left[node]]
                - weight[right[node]] * impurity[right[node]];
      }
    }
    for (int i = 0; i < features; i++) {
      sums[i] /= weight[0];
    }
    return sums;
  }

  private static Object argument(PyObject tree) {
    var arguments = tree.arguments();
    @Nullable Object first = arguments.isEmpty() ? null : arguments.getFirst();
    return first == null ? 0 : first;
  }

  private static double[] means(List<double[]> all) {
    var sums = new double[all.getFirst().length];
    for (var each : all) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += each[i];
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= all.size();
    }
    return sums;
  }

  private static double[] shares(double... values) {
    double sum = Statistics.sum(values, 0, values.length);
    if (sum > 0) {
      for (int i = 0; i < values.length; i++) {
        values[i] /= sum;
      }
    }
    return values;
  }
}
