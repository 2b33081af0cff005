package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.inference.trees.Forest;
import java.util.ArrayList;
import java.util.List;

/// Classification trees with several outputs: a leaf holds the shares of each output's classes one
/// after another.
record ForestClassifierOfOutputs(SinglePrecision input, Forest forest, List<Labels> classes)
    implements Estimator.Predictor, Estimator.OutputProbabilities {
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
    var means = ForestClassifier.means(forest, input, x);
    var columns = new ArrayList<Tensor>();
    int from = 0;
    for (var labels : classes) {
      columns.add(labels.at(Argmax.rows(means, forest.outputs(), from, labels.count())));
      from += labels.count();
    }
    return Columns.side(columns);
  }

  @Override
  public List<Matrix> predictProbaPerOutput(Frame x) {
    var means = new Matrix(ForestClassifier.means(forest, input, x), x.rows(), forest.outputs());
    var all = new ArrayList<Matrix>();
    int from = 0;
    for (var labels : classes) {
      all.add(Columns.cut(means, from, labels.count()));
      from += labels.count();
    }
    return all;
  }
}
