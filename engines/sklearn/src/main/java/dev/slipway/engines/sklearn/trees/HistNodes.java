package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.trees.ForestBuilder;
import dev.slipway.inference.trees.Missing;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A `TreePredictor` of histogram gradient boosting: the structured array `nodes`, and the sets of
/// categories that go left, eight words of 32 bits each.
final class HistNodes {
  private static final int WORDS = 8;
  private static final int WORD_BITS = 32;

  private final NdArray nodes;
  private final Optional<NdArray> categories;

  private HistNodes(NdArray nodes, Optional<NdArray> categories) {
    this.nodes = nodes;
    this.categories = categories;
  }

  static HistNodes of(PyObject object, @Nullable Object predictor) {
    if (!(predictor instanceof PyObject tree)) {
      throw new UnsupportedEstimatorException(
          object.type() + ": _predictors should be trees, found " + predictor);
    }
    var sets =
        tree.has("raw_left_cat_bitsets")
            ? Optional.of(tree.array("raw_left_cat_bitsets"))
            : Optional.<NdArray>empty();
    return new HistNodes(tree.array("nodes"), sets);
  }

  void addTo(ForestBuilder forest, int output) {
    var value = nodes.field("value").doubles();
    var isLeaf = nodes.field("is_leaf").doubles();
    var left = nodes.field("left").integers();
    var right = nodes.field("right").integers();
    var feature = nodes.field("feature_idx").integers();
    var threshold = nodes.field(nodes.hasField("num_threshold") ? "num_threshold" : "threshold");
    var thresholds = threshold.doubles();
    var missingLeft = nodes.field("missing_go_to_left").doubles();
    var categorical = flags("is_categorical");
    var set = flags("bitset_idx");
    var tree = forest.tree(output, value.length);
    for (int node = 0; node < value.length; node++) {
      var missing = missingLeft[node] != 0 ? Missing.LEFT : Missing.RIGHT;
      if (isLeaf[node] != 0) {
        tree.leaf(node, value[node]);
      } else if (categorical[node] != 0) {
        int[] members = members((int) set[node]);
        tree.splitCategories(node, feature[node], members, missing, left[node], right[node]);
      } else {
        tree.split(node, feature[node], thresholds[node], missing, left[node], right[node]);
      }
    }
    tree.end();
  }

  private double[] flags(String field) {
    return nodes.hasField(field) ? nodes.field(field).doubles() : new double[nodes.size()];
  }

  private int[] members(int set) {
    var words = categories.orElseThrow().doubles();
    var members = new int[WORDS * WORD_BITS];
    int count = 0;
    for (int category = 0; category < members.length; category++) {
      long word = (long) words[set * WORDS + category / WORD_BITS];
      if ((word >>> category % WORD_BITS & 1) != 0) {
        members[count++] = category;
      }
    }
    return Arrays.copyOf(members, count);
  }
}
