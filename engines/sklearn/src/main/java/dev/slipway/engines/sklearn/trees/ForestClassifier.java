package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.inference.trees.Forest;
import java.util.List;

/// A classification tree, or the mean of several: `DecisionTreeClassifier`,
/// `RandomForestClassifier` and the like with one output.
record ForestClassifier(SinglePrecision input, Forest forest, Labels classes)
    implements Estimator.Classes, Estimator.Probabilities {
  /// Its trees know where missing values go, or refuse them by themselves.
  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public int features() {
    return input.inputs().features();
  }

  @Override
  public List<String> featureNames() {
    return input.inputs().names();
  }

  @Override
  public Tensor predict(Frame x) {
    int count = classes.count();
    return classes.at(Argmax.rows(means(forest, input, x), count, 0, count));
  }

  @Override
  public Matrix predictProba(Frame x) {
    return new Matrix(means(forest, input, x), x.rows(), classes.count());
  }

  /// Leaves summed in tree order, then divided by the number of trees.
  static double[] means(Forest forest, SinglePrecision input, Frame x) {
    var means = new double[Math.multiplyExact(x.rows(), forest.outputs())];
    forest.sumRows(input.rows(x), x.rows(), means);
    int trees = forest.trees();
    for (int i = 0; i < means.length && trees > 1; i++) {
      means[i] /= trees;
    }
    return means;
  }
}
