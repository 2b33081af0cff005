package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.trees.ForestBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Reads trees and means of trees: `DecisionTree*`, `ExtraTree*`, `RandomForest*`, `ExtraTrees*`,
/// `RandomTreesEmbedding`.
final class ForestReader {
  private ForestReader() {}

  static Estimator tree(PyObject object, Estimators readers) {
    var trees = List.of(new TreeNodes(object.object("tree_")));
    return object.has("classes_") ? classifier(object, trees) : regressor(object, trees);
  }

  static Estimator forest(PyObject object, Estimators readers) {
    var trees = members(object);
    return object.has("classes_") ? classifier(object, trees) : regressor(object, trees);
  }

  static Estimator embedding(PyObject object, Estimators readers) {
    var trees = members(object);
    var input = input(object, trees);
    var forest = ForestBuilder.scalars(width(input), 1);
    for (var tree : trees) {
      tree.addTo(forest, 0, IntUnaryOperator.identity(), _ -> new double[1]);
    }
    if (readers.read(object.object("one_hot_encoder_")) instanceof Estimator.Transformer encoder) {
      return new TreesEmbedding(input, forest.build(), encoder);
    }
    throw new UnsupportedEstimatorException(
        object.type()
            + ": one_hot_encoder_ should transform, found "
            + object.object("one_hot_encoder_").type());
  }

  /// The trees of an ensemble, in the order in which they are summed.
  static List<TreeNodes> members(PyObject object) {
    var trees = new ArrayList<TreeNodes>();
    for (var member : object.list("estimators_")) {
      trees.add(member(object, member));
    }
    if (trees.isEmpty()) {
      throw new UnsupportedEstimatorException(object.type() + ": estimators_ is empty");
    }
    return trees;
  }

  static TreeNodes member(PyObject object, @Nullable Object member) {
    if (member instanceof PyObject tree && tree.has("tree_")) {
      return new TreeNodes(tree.object("tree_"));
    }
    throw new UnsupportedEstimatorException(
        object.type() + ": estimators_ should be decision trees, found " + member);
  }

  static SinglePrecision input(PyObject object, List<TreeNodes> trees) {
    return new SinglePrecision(Inputs.of(object), trees.getFirst().knowsMissing());
  }

  static int width(SinglePrecision input) {
    if (input.inputs().features() < 0) {
      throw new UnsupportedEstimatorException(
          input.inputs().estimator() + ": n_features_in_ is missing; is the model fitted?");
    }
    return input.inputs().features();
  }

  private static Estimator regressor(PyObject object, List<TreeNodes> trees) {
    var input = input(object, trees);
    int outputs = trees.getFirst().outputs();
    if (outputs == 1) {
      var forest = ForestBuilder.scalars(width(input), 1);
      for (var tree : trees) {
        tree.addTo(forest, 0, IntUnaryOperator.identity(), node -> new double[] {tree.value(node)});
      }
      return new ForestRegressor(input, forest.build());
    }
    var forest = ForestBuilder.vectors(width(input), outputs);
    for (var tree : trees) {
      tree.addTo(forest, 0, IntUnaryOperator.identity(), tree::values);
    }
    return new ForestRegressor(input, forest.build());
  }

  private static Estimator classifier(PyObject object, List<TreeNodes> trees) {
    var input = input(object, trees);
    var labels = labels(object);
    var counts = labels.stream().mapToInt(Labels::count).toArray();
    int width = 0;
    for (int count : counts) {
      width += count;
    }
    var forest = ForestBuilder.vectors(width(input), width);
    for (var tree : trees) {
      boolean counted = tree.holdsCounts();
      tree.addTo(
          forest, 0, IntUnaryOperator.identity(), node -> tree.shares(node, counted, counts));
    }
    var built = forest.build();
    return labels.size() == 1
        ? new ForestClassifier(input, built, labels.getFirst())
        : new ForestClassifierOfOutputs(input, built, labels);
  }

  private static List<Labels> labels(PyObject object) {
    if (object.value("classes_") instanceof NdArray classes) {
      return List.of(Labels.of(classes));
    }
    var all = new ArrayList<Labels>();
    for (var classes : object.list("classes_")) {
      if (!(classes instanceof NdArray array)) {
        throw new UnsupportedEstimatorException(
            object.type() + ": classes_ should be arrays, found " + classes);
      }
      all.add(Labels.of(array));
    }
    return List.copyOf(all);
  }
}
