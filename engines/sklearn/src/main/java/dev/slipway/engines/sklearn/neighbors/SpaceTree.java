package dev.slipway.engines.sklearn.neighbors;

import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;
import java.util.Optional;

/// The nodes of a pickled `KDTree` or `BallTree`. They are walked as scikit-learn walks them, depth
/// first and the nearer child first, because that decides which of equally far rows are found.
final class SpaceTree {
  private static final int ORDER = 1;
  private static final int NODES = 2;
  private static final int BOUNDS = 3;

  private final boolean ball;
  private final int[] order;
  private final int[] begins;
  private final int[] ends;
  private final boolean[] leaf;
  private final double[] radius;
  private final double[] bounds;
  private final int width;

  private SpaceTree(PyObject tree, NdArray order, NdArray nodes, NdArray bounds) {
    this.ball = tree.name().startsWith("BallTree");
    this.order = order.integers();
    this.begins = nodes.field("idx_start").integers();
    this.ends = nodes.field("idx_end").integers();
    this.radius = nodes.field("radius").doubles();
    var leaves = nodes.field("is_leaf").doubles();
    this.leaf = new boolean[leaves.length];
    for (int i = 0; i < leaf.length; i++) {
      leaf[i] = leaves[i] != 0;
    }
    this.bounds = bounds.doubles();
    this.width = bounds.shape()[2];
  }

  /// The tree of a neighbours estimator; empty where it searches without one.
  static Optional<SpaceTree> of(PyObject object) {
    var method = object.text("_fit_method", "brute");
    if (!method.equals("kd_tree") && !method.equals("ball_tree")) {
      return Optional.empty();
    }
    var tree = object.object("_tree");
    if (tree.attributes().get("__state__") instanceof PyTuple(var state)
        && state.size() > BOUNDS
        && state.get(ORDER) instanceof NdArray order
        && state.get(NODES) instanceof NdArray nodes
        && state.get(BOUNDS) instanceof NdArray bounds
        && bounds.shape().length == 3) {
      return Optional.of(new SpaceTree(tree, order, nodes, bounds));
    }
    throw new UnsupportedEstimatorException(tree + " has a state that is not known");
  }

  /// What is done with each row of a leaf.
  interface Visitor {
    void row(int row);

    /// Rows farther than this need not be shown, as a reduced distance.
    double limit();
  }

  void search(Distance distance, double[] point, int from, Visitor visitor) {
    search(distance, point, from, visitor, 0, least(distance, point, from, 0));
  }

  private void search(
      Distance distance, double[] point, int from, Visitor visitor, int node, double least) {
    if (least > visitor.limit()) {
      return;
    }
    int left = 2 * node + 1;
    if (leaf[node] || left + 1 >= leaf.length) {
      for (int i = begins[node]; i < ends[node]; i++) {
        visitor.row(order[i]);
      }
      return;
    }
    double toLeft = least(distance, point, from, left);
    double toRight = least(distance, point, from, left + 1);
    if (toLeft <= toRight) {
      search(distance, point, from, visitor, left, toLeft);
      search(distance, point, from, visitor, left + 1, toRight);
    } else {
      search(distance, point, from, visitor, left + 1, toRight);
      search(distance, point, from, visitor, left, toLeft);
    }
  }

  /// The smallest reduced distance any row of a node can have.
  private double least(Distance distance, double[] point, int from, int node) {
    int at = node * width;
    if (ball) {
      double toCentre = distance.fromReduced(distance.reduced(point, from, bounds, at, width));
      return distance.toReduced(Math.max(0, toCentre - radius[node]));
    }
    int upper = leaf.length * width + at;
    double sum = 0;
    for (int i = 0; i < width; i++) {
      double below = bounds[at + i] - point[from + i];
      double above = point[from + i] - bounds[upper + i];
      double outside = 0.5 * (below + Math.abs(below) + (above + Math.abs(above)));
      sum =
          switch (distance.kind()) {
            case EUCLIDEAN -> sum + outside * outside;
            case CHEBYSHEV -> Math.max(sum, outside);
            case MANHATTAN -> sum + outside;
            default -> sum + weight(distance, i) * Math.pow(outside, distance.power());
          };
    }
    return sum;
  }

  private static double weight(Distance distance, int feature) {
    return distance.weights().length == 0 ? 1 : distance.weights()[feature];
  }
}
