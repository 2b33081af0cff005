package dev.slipway.inference.trees;

import static dev.slipway.inference.trees.Forest.CATEGORY;
import static dev.slipway.inference.trees.Forest.FEATURE_SHIFT;
import static dev.slipway.inference.trees.Forest.MISSING_RIGHT;
import static dev.slipway.inference.trees.Forest.SPLIT;
import static dev.slipway.inference.trees.Forest.ZERO_MISSING;

import java.util.Arrays;

/// One tree while it is being read: nodes come in any order under the numbers the model gives
/// them, 0 being the root.
///
/// What is judged at once or in [#end()], each with an `IllegalArgumentException` that names the
/// node: numbers out of range, a node given twice, a child that was never given, a node with two
/// parents (so no cycles), a threshold that is NaN. Nodes that no path reaches are left out.
public final class TreeBuilder {
  private static final byte ABSENT = 0;
  private static final byte INNER = 1;
  private static final byte LEAF = 2;
  private static final byte PLACED = 3;

  private final ForestBuilder forest;
  private final int output;
  private final byte[] kinds;
  private final long[] headers; // of inner nodes; children are filled in when the tree ends
  private final long[] operands; // threshold bits, or the handle of a set of categories
  private final int[] lefts;
  private final int[] rights; // of leaves: the id
  private final double[][] values;
  private double[] covers = new double[0];
  private int coverCount;
  private int depth;
  private boolean plain = true;

  TreeBuilder(ForestBuilder forest, int output, int nodes) {
    if (nodes < 1 || nodes > ForestBuilder.MOST_NODES) {
      throw new IllegalArgumentException("a tree of " + nodes + " nodes");
    }
    this.forest = forest;
    this.output = output;
    this.kinds = new byte[nodes];
    this.headers = new long[nodes];
    this.operands = new long[nodes];
    this.lefts = new int[nodes];
    this.rights = new int[nodes];
    this.values = new double[forest.vectors ? nodes : 0][];
  }

  /// A split on a number: `x[feature] <= threshold` goes left, anything greater goes right.
  public TreeBuilder split(
      int node, int feature, double threshold, Missing missing, int left, int right) {
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("node " + node + ": the threshold is NaN");
    }
    boolean missingRight = missing == Missing.AS_ZERO ? 0 > threshold : goesRight(missing);
    long header = header(feature, missingRight, missing.zero());
    return inner(node, header, Double.doubleToRawLongBits(threshold), left, right);
  }

  /// A split on a float32: `x[feature] < threshold` goes left (XGBoost).
  public TreeBuilder splitBelow(
      int node, int feature, float threshold, Missing missing, int left, int right) {
    return split(node, feature, Math.nextDown(threshold), missing, left, right);
  }

  /// A split on a category, the value truncated to an integer: a member of the set goes left, any
  /// other (a negative one, too) right. Where members go right, exchange the children and turn
  /// `missing` round.
  ///
  /// @param members not negative
  public TreeBuilder splitCategories(
      int node, int feature, int[] members, Missing missing, int left, int right) {
    for (int member : members) {
      if (member < 0) {
        throw new IllegalArgumentException("node " + node + ": category " + member);
      }
    }
    boolean missingRight =
        missing == Missing.AS_ZERO
            ? Arrays.stream(members).noneMatch(member -> member == 0)
            : goesRight(missing);
    long header = header(feature, missingRight, missing.zero()) | CATEGORY;
    return inner(node, header, forest.categories.add(members), left, right);
  }

  private static boolean goesRight(Missing missing) {
    return missing == Missing.RIGHT || missing == Missing.ZERO_RIGHT;
  }

  private static long header(int feature, boolean missingRight, boolean zeroMissing) {
    return (long) feature << FEATURE_SHIFT
        | SPLIT
        | (missingRight ? MISSING_RIGHT : 0)
        | (zeroMissing ? ZERO_MISSING : 0);
  }

  private TreeBuilder inner(int node, long header, long operand, int left, int right) {
    int feature = (int) (header >>> FEATURE_SHIFT);
    if (feature >= forest.features) {
      throw new IllegalArgumentException(
          "node " + node + ": feature " + feature + " of " + forest.features);
    }
    place(node, INNER);
    headers[node] = header;
    operands[node] = operand;
    lefts[node] = left;
    rights[node] = right;
    plain &= (header & (CATEGORY | ZERO_MISSING)) == 0;
    return this;
  }

  /// A leaf whose id is its node's number.
  ///
  /// @param value a number, or one for each output
  public TreeBuilder leaf(int node, double... value) {
    return leafWithId(node, node, value);
  }

  /// A leaf.
  ///
  /// @param id what [Forest#leaves] gives for it
  public TreeBuilder leafWithId(int node, int id, double... value) {
    int expected = forest.vectors ? forest.outputs : 1;
    if (value.length != expected) {
      throw new IllegalArgumentException(
          "node " + node + ": " + value.length + " leaf values instead of " + expected);
    }
    place(node, LEAF);
    rights[node] = id;
    if (forest.vectors) {
      values[node] = value.clone();
    } else {
      operands[node] = Double.doubleToRawLongBits(value[0]);
    }
    return this;
  }

  /// How much of the training data came through a node: what [Forest#contributions] weighs paths
  /// by. All nodes of all trees need one, or none.
  public TreeBuilder cover(int node, double weight) {
    if (node < 0 || node >= kinds.length) {
      throw new IllegalArgumentException("node " + node + " of " + kinds.length);
    }
    if (covers.length == 0) {
      covers = new double[kinds.length];
    }
    covers[node] = weight;
    coverCount++;
    return this;
  }

  private void place(int node, byte kind) {
    if (node < 0 || node >= kinds.length) {
      throw new IllegalArgumentException("node " + node + " of " + kinds.length);
    }
    if (kinds[node] != ABSENT) {
      throw new IllegalArgumentException("node " + node + " is given twice");
    }
    kinds[node] = kind;
  }

  /// Adds the tree to its forest: siblings side by side, a subtree's nodes near one another.
  ///
  /// @throws IllegalArgumentException if the nodes are not one whole tree; the forest is then
  /// unchanged as far as anyone can see
  public void end() {
    int[] order = reachable();
    int[] numbers = new int[kinds.length];
    int base = forest.reserve(order.length);
    for (int i = 0; i < order.length; i++) {
      numbers[order[i]] = base + i;
    }
    for (int i = 0; i < order.length; i++) {
      write(order[i], base + i, numbers);
    }
    boolean covered = coverCount >= order.length;
    forest.endTree(base, output, plain);
    forest.endCovers(depth, covered, covered ? expected() : 0);
  }

  /// The mean of the leaves' values over the training data.
  private double expected() {
    double total = covers[0];
    double sum = 0;
    for (int node = 0; node < kinds.length; node++) {
      if (kinds[node] == PLACED && (headers[node] & SPLIT) == 0 && !forest.vectors) {
        double value = Double.longBitsToDouble(operands[node]);
        sum += kinds.length == 1 ? value : covers[node] / total * value;
      }
    }
    return sum;
  }

  private void write(int node, int number, int... numbers) {
    if (covers.length > 0) {
      forest.cover(number, covers[node]);
    }
    if ((headers[node] & SPLIT) != 0) {
      forest.node(number, headers[node] | 2L * numbers[lefts[node]], operands[node]);
    } else if (forest.vectors) {
      forest.leafNode(number, rights[node], values[node]);
    } else {
      forest.leafNode(number, rights[node], Double.longBitsToDouble(operands[node]));
    }
  }

  /// The nodes from the root down in the order they are laid out: the root, then pairs of
  /// siblings, level by level.
  private int[] reachable() {
    var order = new int[kinds.length];
    int count = 0;
    order[count++] = visit(0, 0);
    int levelEnd = count;
    for (int next = 0; next < count; next++) {
      if (next == levelEnd) {
        depth++;
        levelEnd = count;
      }
      int node = order[next];
      if ((headers[node] & SPLIT) != 0) {
        order[count++] = visit(lefts[node], node);
        order[count++] = visit(rights[node], node);
      }
    }
    return Arrays.copyOf(order, count);
  }

  private int visit(int node, int parent) {
    if (node < 0 || node >= kinds.length) {
      throw new IllegalArgumentException(
          "node " + parent + ": child " + node + " of " + kinds.length + " nodes");
    }
    if (kinds[node] == ABSENT) {
      throw new IllegalArgumentException("node " + node + " is missing");
    }
    if (kinds[node] == PLACED) {
      throw new IllegalArgumentException("node " + parent + ": child " + node + " has two parents");
    }
    kinds[node] = PLACED;
    return node;
  }
}
