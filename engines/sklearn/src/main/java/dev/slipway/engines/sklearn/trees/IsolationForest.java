package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.inference.trees.Forest;
import dev.slipway.inference.trees.ForestBuilder;
import java.util.List;

/// `IsolationForest`: how soon random splits set a row apart (Liu, Ting, Zhou 2008). Depths of the
/// leaves are compiled into a forest that adds them up.
///
/// @param expected the sum of depths of an average row; 0 if trees saw one row
/// @param offset the score below which a row is an outlier
record IsolationForest(SinglePrecision input, Forest forest, double expected, double offset)
    implements Estimator.Predictor, Estimator.Decisions, Estimator.Scores {
  private static final double EULER_GAMMA = 0.5772156649015329;

  static Estimator read(PyObject object, Estimators readers) {
    var trees = ForestReader.members(object);
    var input = ForestReader.input(object, trees);
    var subsets = object.list("estimators_features_");
    var forest = ForestBuilder.scalars(ForestReader.width(input), 1);
    for (int i = 0; i < trees.size(); i++) {
      int[] columns = ((NdArray) java.util.Objects.requireNonNull(subsets.get(i))).integers();
      var tree = trees.get(i);
      var depths = depths(tree);
      tree.addTo(forest, 0, feature -> columns[feature], node -> new double[] {depths[node]});
    }
    double rows = object.number("_max_samples", object.number("max_samples_", 0));
    double expected = trees.size() * averagePath(rows);
    return new IsolationForest(input, forest.build(), expected, object.number("offset_"));
  }

  /// For each node, the nodes on the path to it and what a full tree of its rows would add.
  private static double[] depths(TreeNodes tree) {
    var samples = tree.samples();
    var length = new double[tree.count()];
    length[0] = 1;
    for (int node = 0; node < length.length; node++) {
      if (!tree.isLeaf(node)) {
        length[tree.left(node)] = length[node] + 1;
        length[tree.right(node)] = length[node] + 1;
      }
    }
    for (int node = 0; node < length.length; node++) {
      length[node] = length[node] + averagePath(samples[node]) - 1;
    }
    return length;
  }

  /// The average length of an unsuccessful search in a binary search tree of some rows (equation
  /// 1).
  private static double averagePath(double rows) {
    if (rows <= 1) {
      return 0;
    }
    return rows == 2 ? 1 : 2 * (Math.log(rows - 1) + EULER_GAMMA) - 2 * (rows - 1) / rows;
  }

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
  public Matrix scoreSamples(Frame x) {
    var scores = new double[x.rows()];
    forest.sumRows(input.rows(x), x.rows(), scores);
    for (int row = 0; row < scores.length; row++) {
      scores[row] = -Math.pow(2, -(expected == 0 ? 1 : scores[row] / expected));
    }
    return new Matrix(scores, scores.length, 1);
  }

  @Override
  public Matrix decisionFunction(Frame x) {
    var scores = scoreSamples(x);
    for (int row = 0; row < scores.rows(); row++) {
      scores.values()[row] -= offset;
    }
    return scores;
  }

  /// 1 for an inlier, -1 for an outlier.
  @Override
  public Tensor predict(Frame x) {
    var decisions = decisionFunction(x).values();
    var sides = new long[decisions.length];
    for (int row = 0; row < sides.length; row++) {
      sides[row] = decisions[row] < 0 ? -1 : 1;
    }
    return Tensor.ofLongs("", new long[] {sides.length}, sides);
  }
}
