package dev.slipway.engines.lightgbm;

import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.trees.ForestBuilder;
import dev.slipway.inference.trees.Missing;
import dev.slipway.inference.trees.TreeBuilder;
import java.util.BitSet;
import java.util.stream.IntStream;

/// One tree's block of lines. Inner nodes are numbered from 0, the root; leaf `k` is child `~k`.
///
/// Source: LightGBM 4.6, `src/io/tree.cpp`.
final class LightGbmTree {
  private static final int CATEGORICAL = 1;
  private static final int DEFAULT_LEFT = 2;
  private static final int MISSING_SHIFT = 2;
  private static final int MISSING_NONE = 0;
  private static final int MISSING_ZERO = 1;
  private static final int WORD_BITS = 32;

  private final LightGbmText.Block block;
  private final int leaves;
  private final int splits;

  LightGbmTree(LightGbmText.Block block) throws ModelLoadException {
    this.block = block;
    this.leaves = block.integer("num_leaves", 1, ForestBuilder.MOST_NODES / 2);
    this.splits = leaves - 1;
  }

  /// @throws IllegalArgumentException if the nodes are not one tree
  void addTo(ForestBuilder forest, LinearLeaves.Builder linear) throws ModelLoadException {
    int output = forest.trees() % forest.outputs();
    var values = block.numbers("leaf_value", leaves);
    var tree = forest.tree(output, leaves + splits);
    for (int leaf = 0; leaf < leaves; leaf++) {
      tree.leafWithId(splits + leaf, leaf, values[leaf]);
    }
    if (splits > 0) {
      addSplits(tree);
    }
    addCounts(tree);
    tree.end();
    if (block.integer("is_linear", 0, 1, 0) == 1) {
      linear.add(linearLeaves(values, forest.features()));
    } else {
      linear.addPlain(values);
    }
  }

  private void addSplits(TreeBuilder tree) throws ModelLoadException {
    var lefts = block.integers("left_child", splits);
    var rights = block.integers("right_child", splits);
    var features = block.integers("split_feature", splits);
    var thresholds = block.numbers("threshold", splits);
    var types =
        block.has("decision_type") ? block.integers("decision_type", splits) : new int[splits];
    var sets = new Sets();
    for (int i = 0; i < splits; i++) {
      int left = node(lefts[i]);
      int right = node(rights[i]);
      if ((types[i] & CATEGORICAL) != 0) {
        var members = sets.members(thresholds[i]);
        tree.splitCategories(i, features[i], members, Missing.RIGHT, left, right);
      } else {
        tree.split(i, features[i], thresholds[i], missing(i, types[i]), left, right);
      }
    }
  }

  private int node(int child) {
    return child >= 0 ? child : splits + ~child;
  }

  private Missing missing(int node, int type) throws ModelLoadException {
    boolean left = (type & DEFAULT_LEFT) != 0;
    return switch (type >> MISSING_SHIFT & 3) {
      case MISSING_NONE -> Missing.AS_ZERO;
      case MISSING_ZERO -> left ? Missing.ZERO_LEFT : Missing.ZERO_RIGHT;
      case 2 -> left ? Missing.LEFT : Missing.RIGHT;
      default ->
          throw block.wrong(
              "decision_type", type + " as value " + node, "a missing type of 0 to 2");
    };
  }

  private void addCounts(TreeBuilder tree) throws ModelLoadException {
    if (splits == 0) {
      tree.cover(0, 1); // a lone leaf is written without a count, and takes every row
      return;
    }
    if (!block.has("leaf_count") || !block.has("internal_count")) {
      return;
    }
    var counts = block.numbers("leaf_count", leaves);
    for (int leaf = 0; leaf < leaves; leaf++) {
      tree.cover(splits + leaf, counts[leaf]);
    }
    var inner = block.numbers("internal_count", splits);
    for (int i = 0; i < splits; i++) {
      tree.cover(i, inner[i]);
    }
  }

  private LinearLeaves.Leaf[] linearLeaves(double[] values, int features)
      throws ModelLoadException {
    var constants =
        block.has("leaf_const") ? block.numbers("leaf_const", leaves) : new double[leaves];
    var counts =
        block.has("num_features") ? block.integers("num_features", leaves) : new int[leaves];
    long total = 0;
    for (int count : counts) {
      if (count < 0) {
        throw block.wrong("num_features", String.valueOf(count), "counts");
      }
      total += count;
    }
    int all = (int) Math.min(Integer.MAX_VALUE, total);
    var columns = all == 0 ? new int[0] : block.integers("leaf_features", all);
    var coefficients = all == 0 ? new double[0] : block.numbers("leaf_coeff", all);
    for (int column : columns) {
      if (column < 0 || column >= features) {
        throw block.wrong("leaf_features", String.valueOf(column), "features below " + features);
      }
    }
    var result = new LinearLeaves.Leaf[leaves];
    int from = 0;
    for (int leaf = 0; leaf < leaves; leaf++) {
      result[leaf] =
          LinearLeaves.Leaf.of(
              constants[leaf], values[leaf], columns, coefficients, from, from + counts[leaf]);
      from += counts[leaf];
    }
    return result;
  }

  /// The tree's sets of categories: bits in words of 32, set `i` from word `cat_boundaries[i]` to
  /// before the next.
  private final class Sets {
    private final BitSet used = new BitSet();
    private int[] boundaries = new int[0];
    private int[] words = new int[0];

    /// The members of a set. Each belongs to one split: a file in which many share a huge one
    /// would fill the memory.
    int[] members(double threshold) throws ModelLoadException {
      if (boundaries.length == 0) {
        read();
      }
      int index = (int) threshold;
      if (index < 0 || index >= boundaries.length - 1 || used.get(index)) {
        throw block.wrong(
            "threshold",
            index + " for a categorical split",
            "each number below num_cat, " + (boundaries.length - 1) + ", once");
      }
      used.set(index);
      int from = boundaries[index];
      int bits = (boundaries[index + 1] - from) * WORD_BITS;
      return IntStream.range(0, bits)
          .filter(bit -> (words[from + bit / WORD_BITS] >>> bit & 1) != 0)
          .toArray();
    }

    private void read() throws ModelLoadException {
      int sets = block.integer("num_cat", 1, splits);
      boundaries = block.integers("cat_boundaries", sets + 1);
      for (int i = 0; i <= sets; i++) {
        int least = i == 0 ? 0 : boundaries[i - 1];
        if (boundaries[i] < least || boundaries[i] > Integer.MAX_VALUE / WORD_BITS) {
          throw block.wrong("cat_boundaries", boundaries[i] + " as value " + i, "rising numbers");
        }
      }
      words = block.integers("cat_threshold", boundaries[sets]);
    }
  }
}
