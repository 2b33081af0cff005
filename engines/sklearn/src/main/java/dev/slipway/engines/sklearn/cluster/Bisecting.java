package dev.slipway.engines.sklearn.cluster;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;
import java.util.Optional;

/// `BisectingKMeans`: a row goes down a tree of centres.
final class Bisecting extends Fitted implements Estimator.Predictor, Estimator.Transformer {
  private static final int DEEPEST = 500;

  /// Either two children or, in a leaf, a label.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Node(double[] centre, Optional<Node> left, Optional<Node> right, int label) {}

  private final Node root;
  private final Centres leaves;
  private final Estimator.Transformer distances;

  Bisecting(PyObject object) {
    super(object, -1);
    var mean = object.has("_X_mean") ? object.doubles("_X_mean") : new double[0];
    this.root = node(object.object("_bisecting_tree"), mean, 0);
    var centres = Fields.matrix(object, "cluster_centers_");
    this.leaves = new Centres(object, centres, new int[0], true);
    this.distances = (Estimator.Transformer) Centres.measuring(object, centres, new int[0], true);
  }

  private static Node node(PyObject object, double[] mean, int depth) {
    if (depth > DEEPEST) {
      throw new UnsupportedEstimatorException(object + " is more than " + DEEPEST + " deep");
    }
    var centre = object.doubles("center").clone();
    for (int i = 0; i < mean.length; i++) {
      centre[i] += mean[i];
    }
    var left = object.optionalObject("left").map(child -> node(child, mean, depth + 1));
    var right = object.optionalObject("right").map(child -> node(child, mean, depth + 1));
    return new Node(centre, left, right, object.integer("label", -1));
  }

  @Override
  public int features() {
    return leaves.features();
  }

  @Override
  public Tensor predict(Frame frame) {
    var x = frame.matrix();
    var labels = new int[x.rows()];
    for (int row = 0; row < labels.length; row++) {
      labels[row] = label(x.values(), row * x.columns(), x.columns());
    }
    return Centres.numbers(labels, true);
  }

  private int label(double[] values, int from, int count) {
    var at = root;
    while (at.left().isPresent() && at.right().isPresent()) {
      var left = at.left().get();
      var right = at.right().get();
      double toLeft = Vectors.squaredDistance(values, from, left.centre(), 0, count);
      double toRight = Vectors.squaredDistance(values, from, right.centre(), 0, count);
      at = toRight < toLeft ? right : left;
    }
    return at.label();
  }

  @Override
  public Frame transform(Frame x) {
    return distances.transform(x);
  }
}
