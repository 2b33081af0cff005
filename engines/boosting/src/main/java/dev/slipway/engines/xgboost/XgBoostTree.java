package dev.slipway.engines.xgboost;

import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.trees.ForestBuilder;
import dev.slipway.inference.trees.Missing;
import dev.slipway.inference.trees.TreeBuilder;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// One tree as its columns: node `i` is element `i` of each. A node without a left child is a leaf
/// and has its value where splits have their condition.
@SuppressWarnings("ArrayRecordComponent") // never compared
record XgBoostTree(
    double[] lefts,
    double[] rights,
    double[] features,
    double[] conditions,
    double[] defaultLefts,
    double[] covers,
    double[] leafVectors,
    int vectorSize,
    boolean vectorsByLeaf,
    Map<Integer, int[]> categories) {

  /// From a document of version 1.0 or later.
  static XgBoostTree of(Node tree) throws ModelLoadException {
    var param = tree.get("tree_param");
    int nodes = param.get("num_nodes").integer(1, ForestBuilder.MOST_NODES);
    int size = 1;
    if (param.find("size_leaf_vector").isPresent()) {
      size = Math.max(1, param.get("size_leaf_vector").integer(0, 1 << 20));
    }
    var leafWeights = tree.find("leaf_weights");
    var vectors =
        size == 1
            ? new double[0]
            : leafWeights.isPresent()
                ? leafWeights.get().numbers()
                : tree.get("base_weights").numbers(Math.multiplyExact(nodes, size));
    var hessians = tree.find("sum_hessian");
    return new XgBoostTree(
        tree.get("left_children").numbers(nodes),
        tree.get("right_children").numbers(nodes),
        tree.get("split_indices").numbers(nodes),
        tree.get("split_conditions").numbers(nodes),
        tree.get("default_left").numbers(nodes),
        hessians.isPresent() ? hessians.get().numbers(nodes) : new double[0],
        vectors,
        size,
        size > 1 && leafWeights.isPresent(),
        categories(tree, nodes));
  }

  private static Map<Integer, int[]> categories(Node tree, int nodes) throws ModelLoadException {
    var found = new HashMap<Integer, int[]>();
    if (tree.find("categories_nodes").isEmpty()) {
      return found;
    }
    var owners = tree.get("categories_nodes").numbers();
    var segments = tree.get("categories_segments").numbers(owners.length);
    var sizes = tree.get("categories_sizes").numbers(owners.length);
    var all = tree.get("categories").numbers();
    long end = 0;
    for (int i = 0; i < owners.length; i++) {
      if (segments[i] < end || sizes[i] < 0 || segments[i] + sizes[i] > all.length) {
        throw tree.get("categories_segments").wrong("segments one after another of the categories");
      }
      var set = new int[(int) sizes[i]];
      for (int k = 0; k < set.length; k++) {
        set[k] = (int) all[(int) segments[i] + k];
      }
      end = (long) (segments[i] + sizes[i]);
      if (owners[i] < 0 || owners[i] >= nodes) {
        throw tree.get("categories_nodes").wrong("numbers of nodes");
      }
      found.put((int) owners[i], set);
    }
    return found;
  }

  /// Adds the tree's reachable nodes to a forest: XGBoost leaves pruned ones in the columns.
  ///
  /// @param weight of the tree in a DART model, otherwise 1
  /// @throws IllegalArgumentException if the nodes are not one tree
  void addTo(ForestBuilder forest, int output, float weight) {
    var tree = forest.tree(vectorSize > 1 ? 0 : output, lefts.length);
    var seen = new BitSet();
    var open = new int[lefts.length];
    int count = 0;
    seen.set(0);
    open[count++] = 0;
    while (count > 0) {
      int node = open[--count];
      if (covers.length > 0) {
        tree.cover(node, covers[node]);
      }
      if (lefts[node] < 0) {
        leaf(tree, node, weight);
        continue;
      }
      split(tree, node);
      for (double child : new double[] {lefts[node], rights[node]}) {
        int next = (int) child;
        if (next >= 0 && next < lefts.length && !seen.get(next)) {
          seen.set(next);
          open[count++] = next;
        }
      }
    }
    tree.end();
  }

  private void leaf(TreeBuilder tree, int node, float weight) {
    if (vectorSize == 1) {
      float own = (float) conditions[node];
      tree.leaf(node, own * weight);
      return;
    }
    long row = vectorsByLeaf ? (long) rights[node] : node;
    long from = row * vectorSize;
    if (from < 0 || from + vectorSize > leafVectors.length) {
      throw new IllegalArgumentException("node " + node + ": no leaf vector " + rights[node]);
    }
    var values = new double[vectorSize];
    for (int i = 0; i < vectorSize; i++) {
      float own = (float) leafVectors[(int) from + i];
      values[i] = own * weight;
    }
    tree.leaf(node, values);
  }

  private void split(TreeBuilder tree, int node) {
    int feature = (int) features[node];
    int left = (int) lefts[node];
    int right = (int) rights[node];
    boolean defaultLeft = defaultLefts[node] != 0;
    var members = categories.get(node);
    if (members != null) {
      // here members go right, in the forest left
      var missing = defaultLeft ? Missing.RIGHT : Missing.LEFT;
      tree.splitCategories(node, feature, members, missing, /* left= */ right, /* right= */ left);
    } else {
      var missing = defaultLeft ? Missing.LEFT : Missing.RIGHT;
      tree.splitBelow(node, feature, (float) conditions[node], missing, left, right);
    }
  }
}
