package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.trees.ForestBuilder;
import dev.slipway.inference.trees.Missing;
import java.util.function.IntUnaryOperator;

/// A `sklearn.tree._tree.Tree` as its pickle has it: fields of the structured array `nodes`, and
/// `values[nodes, outputs, classes]`.
final class TreeNodes {
  private static final double FRACTION_TOLERANCE = 1e-6;

  private final int[] left;
  private final int[] right;
  private final int[] feature;
  private final double[] threshold;
  private final boolean[] missingLeft;
  private final boolean knowsMissing;
  private final NdArray nodes;
  private final double[] values;
  private final int outputs;
  private final int classes;

  TreeNodes(PyObject tree) {
    nodes = tree.array("nodes");
    left = nodes.field("left_child").integers();
    right = nodes.field("right_child").integers();
    feature = nodes.field("feature").integers();
    threshold = nodes.field("threshold").doubles();
    knowsMissing = nodes.hasField("missing_go_to_left");
    missingLeft = new boolean[left.length];
    if (knowsMissing) {
      var flags = nodes.field("missing_go_to_left").doubles();
      for (int node = 0; node < flags.length; node++) {
        missingLeft[node] = flags[node] != 0;
      }
    }
    var array = tree.array("values");
    values = array.doubles();
    outputs = array.shape()[1];
    classes = array.shape()[2];
    if (array.shape()[0] != left.length) {
      throw new UnsupportedEstimatorException(
          tree + ": " + array.shape()[0] + " values for " + left.length + " nodes");
    }
  }

  /// Whether splits say where NaN goes (since scikit-learn 1.3).
  boolean knowsMissing() {
    return knowsMissing;
  }

  int count() {
    return left.length;
  }

  int outputs() {
    return outputs;
  }

  boolean isLeaf(int node) {
    return left[node] < 0;
  }

  int left(int node) {
    return left[node];
  }

  int right(int node) {
    return right[node];
  }

  /// Training rows that reached each node.
  double[] samples() {
    return nodes.field("n_node_samples").doubles();
  }

  /// The first number of a node: what a regression tree of one output predicts there.
  double value(int node) {
    return values[node * outputs * classes];
  }

  /// A node's numbers, the first of each output.
  double[] values(int node) {
    var all = new double[outputs];
    for (int output = 0; output < outputs; output++) {
      all[output] = values[(node * outputs + output) * classes];
    }
    return all;
  }

  /// Shares of the classes in a node, the outputs one after another. Up to scikit-learn 1.2 nodes
  /// hold weighted counts, which become shares here.
  ///
  /// @param counts of classes, one an output
  double[] shares(int node, boolean counted, int... counts) {
    int width = 0;
    for (int count : counts) {
      width += count;
    }
    var shares = new double[width];
    int at = 0;
    for (int output = 0; output < counts.length; output++) {
      int from = (node * outputs + output) * classes;
      double total = counted ? total(from) : 1;
      for (int i = 0; i < counts[output]; i++) {
        shares[at++] = values[from + i] / (total == 0 ? 1 : total);
      }
    }
    return shares;
  }

  /// Whether nodes hold counts of rows and not shares that sum to one.
  boolean holdsCounts() {
    for (int from = 0; from < values.length; from += classes) {
      if (Math.abs(total(from) - 1) > FRACTION_TOLERANCE) {
        return true;
      }
    }
    return false;
  }

  private double total(int from) {
    double total = 0;
    for (int i = 0; i < classes; i++) {
      total += values[from + i];
    }
    return total;
  }

  /// What a forest is to add up for a leaf.
  interface Leaves {
    double[] at(int node);
  }

  /// Adds this tree to a forest, in which the leaves keep the numbers of their nodes.
  ///
  /// @param output that the tree adds to
  /// @param columns where a feature of the tree is found in a row
  void addTo(ForestBuilder forest, int output, IntUnaryOperator columns, Leaves leaves) {
    var tree = forest.tree(output, count());
    for (int node = 0; node < count(); node++) {
      if (isLeaf(node)) {
        tree.leaf(node, leaves.at(node));
      } else {
        var missing = missingLeft[node] ? Missing.LEFT : Missing.RIGHT;
        int column = columns.applyAsInt(feature[node]);
        tree.split(node, column, threshold[node], missing, left[node], right[node]);
      }
    }
    tree.end();
  }
}
