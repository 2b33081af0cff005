package dev.slipway.engines.lightgbm;

import dev.slipway.inference.trees.Forest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The linear models in the leaves of linear trees (`linear_tree=true`), by tree and leaf.
final class LinearLeaves {
  /// `constant + Σ coefficient * x`, or `value` if one of those x is NaN.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Leaf(double constant, double value, int[] features, double[] coefficients) {
    private static final int[] NONE = new int[0];

    static Leaf plain(double value) {
      return new Leaf(value, value, NONE, new double[0]);
    }

    /// A leaf with the part of a tree's features and coefficients that is its own.
    static Leaf of(
        double constant, double value, int[] features, double[] coefficients, int from, int to) {
      return new Leaf(
          constant,
          value,
          Arrays.copyOfRange(features, from, to),
          Arrays.copyOfRange(coefficients, from, to));
    }

    double evaluate(double[] x, int offset) {
      double sum = constant;
      for (int i = 0; i < features.length; i++) {
        double feature = x[offset + features[i]];
        if (Double.isNaN(feature)) {
          return value;
        }
        sum += coefficients[i] * feature;
      }
      return sum;
    }

    long memoryBytes() {
      return 64 + 12L * features.length;
    }
  }

  /// Collects the trees of a model.
  static final class Builder {
    private final List<double[]> values = new ArrayList<>();
    private final List<Leaf @Nullable []> leaves = new ArrayList<>();
    private boolean any;

    /// The next tree, whose leaves have these values alone.
    void addPlain(double... leafValues) {
      values.add(leafValues);
      leaves.add(null);
    }

    /// The next tree.
    void add(Leaf... treeLeaves) {
      values.add(new double[0]);
      leaves.add(treeLeaves);
      any = true;
    }

    /// Null if no tree is linear.
    @Nullable LinearLeaves build() {
      if (!any) {
        return null;
      }
      var all = new Leaf[leaves.size()][];
      for (int tree = 0; tree < all.length; tree++) {
        var found = leaves.get(tree);
        all[tree] =
            found != null
                ? found
                : Arrays.stream(values.get(tree)).mapToObj(Leaf::plain).toArray(Leaf[]::new);
      }
      return new LinearLeaves(all);
    }
  }

  private final Leaf[][] trees;

  private LinearLeaves(Leaf[]... trees) {
    this.trees = trees;
  }

  /// Adds each tree's value for one row to the outputs, in tree order.
  void sum(Forest forest, double[] x, int offset, double[] out, int outOffset) {
    var reached = new int[forest.trees()];
    forest.leaves(x, offset, reached, 0);
    for (int tree = 0; tree < reached.length; tree++) {
      out[outOffset + tree % forest.outputs()] += trees[tree][reached[tree]].evaluate(x, offset);
    }
  }

  long memoryBytes() {
    return Arrays.stream(trees).flatMap(Arrays::stream).mapToLong(Leaf::memoryBytes).sum();
  }
}
