package dev.slipway.inference.trees;

import java.util.Arrays;

/// Decision trees, compiled: rows of doubles in, sums of leaf values or numbers of leaves out.
/// Immutable and thread-safe; [#sum], [#sumRows] and [#leaves] allocate nothing.
///
/// A forest adds the trees' values to its outputs strictly in tree order, so sums come out to the
/// last bit as those of a library that adds one tree after another. What the source of the model
/// does before and after (start values, averaging, link functions) is its engine's business.
///
/// Implementation note.
/// - *Layout.* A node is two longs side by side, so a visit touches one cache line. The first is
///   the header: index of the left child in bits 0–31 (the right one follows it, two longs
///   later), the flags below, the feature in bits 36–63. The second is the threshold's bits or
///   the handle of a set of [Categories]. A leaf's header has no flag and leads back to itself,
///   its threshold is infinite, so that a walk may go on after its end without harm.
/// - *Walk.* One step is `at = left + (x[feature] > threshold ? 2 : 0)`, a conditional move and no
///   branch, since trees exist to make branches unpredictable. Its latency is that of three
///   dependent loads; eight trees walk in lock-step to fill the wait, the last eight filled up
///   with blank ones. They stop together, when all have reached leaves; that is first asked after
///   as many levels as a balanced tree with their leaves would have, for no walk of eight is
///   likely to end sooner, and the count of steps is then the same for all rows.
/// - *Sums.* Eight values are added in a register: a chain of additions through memory would take
///   longer than the walk. A forest of several outputs or of vectors has several short chains.
/// - *Exceptions.* NaN compares as not greater, so goes left; rows with NaN take the same walk with
///   one more conditional move. Only where one of the eight has categories or zero-as-missing are
///   they walked one by one, with branches.
/// - *Batches.* Rows are taken in tiles; within a tile every eight trees see all rows before the
///   next eight, so their nodes stay in the first-level cache.
public final class Forest {
  static final long CATEGORY = 1L << 32;

  /// Set in inner nodes.
  static final long SPLIT = 1L << 33;

  /// As it stands, shifted right by 33, the distance to the right child.
  static final long MISSING_RIGHT = 1L << 34;
  static final long ZERO_MISSING = 1L << 35;
  static final int FEATURE_SHIFT = 36;

  private static final int LANES = 8;
  private static final int LEVELS_PER_CHECK = 2;
  private static final int TILE_ROWS = Long.SIZE; // one bit each

  private final int features;
  private final int outputs;
  private final boolean vectors;
  private final boolean singlePrecision;
  private final boolean oneChain; // whether eight values can be added up in a register
  private final long[] nodes;
  private final double[] values; // by node number: of leaves
  private final int trees;
  private final int blank;
  private final int[] roots; // filled up with blanks to whole eights
  private final int[] treeOutputs; // as many
  private final int[] tested; // the features any split looks at
  private final boolean[] lockStep; // by eights: whether they can be walked together
  private final int[] levels; // by eights: to walk before the first look for the end
  private final Categories categories;
  private final int[] ordinals; // by node number: of leaves, their place in the two below
  private final int[] leafIds;
  private final double[] leafVectors;
  private final int depth;
  private final double[] covers; // by node number; empty where the model tells none
  private final double[] expected; // by tree

  Forest(ForestBuilder built) {
    features = built.features;
    outputs = built.outputs;
    vectors = built.vectors;
    singlePrecision = built.isSinglePrecision();
    nodes = built.nodes();
    values = built.values();
    oneChain = !vectors && outputs == 1 && (!singlePrecision || areSingle(values));
    trees = built.trees();
    blank = built.blankRoot();
    roots = filledUp(built.roots());
    treeOutputs = Arrays.copyOf(built.treeOutputs(), roots.length);
    tested = testedFeatures(nodes);
    lockStep = lockStep(built.plain());
    levels = levels();
    categories = built.categories;
    ordinals = built.ordinals();
    leafIds = built.leafIds();
    leafVectors = built.leafVectors();
    depth = built.depth();
    covers = built.covers();
    expected = built.expected();
  }

  private Forest(Forest whole, int trees) {
    features = whole.features;
    outputs = whole.outputs;
    vectors = whole.vectors;
    singlePrecision = whole.singlePrecision;
    oneChain = whole.oneChain;
    nodes = whole.nodes;
    values = whole.values;
    this.trees = trees;
    blank = whole.blank;
    roots = filledUp(Arrays.copyOf(whole.roots, trees));
    treeOutputs = whole.treeOutputs;
    tested = whole.tested;
    lockStep = whole.lockStep;
    levels = whole.levels;
    categories = whole.categories;
    ordinals = whole.ordinals;
    leafIds = whole.leafIds;
    leafVectors = whole.leafVectors;
    depth = whole.depth;
    covers = whole.covers;
    expected = whole.expected;
  }

  private static int[] testedFeatures(long... nodes) {
    var seen = new java.util.BitSet();
    for (int i = 0; i < nodes.length; i += 2) {
      if ((nodes[i] & SPLIT) != 0) {
        seen.set((int) (nodes[i] >>> FEATURE_SHIFT));
      }
    }
    return seen.stream().toArray();
  }

  private static boolean areSingle(double... values) {
    return Arrays.stream(values).allMatch(value -> (float) value == value);
  }

  private int[] filledUp(int... roots) {
    var filled = Arrays.copyOf(roots, (roots.length + LANES - 1) / LANES * LANES);
    Arrays.fill(filled, roots.length, filled.length, blank);
    return filled;
  }

  private static boolean[] lockStep(boolean... plain) {
    var together = new boolean[(plain.length + LANES - 1) / LANES];
    Arrays.fill(together, true);
    for (int tree = 0; tree < plain.length; tree++) {
      together[tree / LANES] &= plain[tree];
    }
    return together;
  }

  /// The depth of balanced trees with as many leaves, of each eight the greatest.
  private int[] levels() {
    var levels = new int[roots.length / LANES];
    for (int tree = 0; tree < trees; tree++) {
      int end = tree + 1 < trees ? roots[tree + 1] : blank;
      int splits = (end - roots[tree]) / 4;
      int level = Integer.SIZE - Integer.numberOfLeadingZeros(splits);
      levels[tree / LANES] = Math.max(levels[tree / LANES], level);
    }
    return levels;
  }

  /// Columns of a row.
  public int features() {
    return features;
  }

  /// Numbers a row gets.
  public int outputs() {
    return outputs;
  }

  public int trees() {
    return trees;
  }

  /// The forest of the first trees alone, sharing the nodes.
  public Forest first(int trees) {
    if (trees < 0 || trees > this.trees) {
      throw new IllegalArgumentException(trees + " of " + this.trees + " trees");
    }
    return trees == this.trees ? this : new Forest(this, trees);
  }

  /// Heap held, in bytes.
  public long memoryBytes() {
    return 8L * nodes.length
        + 8L * values.length
        + 4L * ordinals.length
        + 4L * leafIds.length
        + 8L * leafVectors.length
        + 17L * roots.length
        + 8L * covers.length
        + categories.memoryBytes();
  }

  /// Adds each tree's value for one row to the outputs, in tree order.
  ///
  /// @param x holds the row, `features()` values from `offset`
  /// @param out holds the outputs, `outputs()` values from `outOffset`; with start values in it
  public void sum(double[] x, int offset, double[] out, int outOffset) {
    boolean missing = hasMissing(x, offset);
    for (int tree = 0; tree < trees; tree += LANES) {
      sumSome(tree, missing, x, offset, out, outOffset);
    }
  }

  /// As [#sum] for rows laid one after another.
  ///
  /// @param x `[rows, features()]`
  /// @param out `[rows, outputs()]`
  public void sumRows(double[] x, int rows, double[] out) {
    for (int tile = 0; tile < rows; tile += TILE_ROWS) {
      int end = Math.min(rows, tile + TILE_ROWS);
      long missing = 0;
      for (int row = tile; row < end; row++) {
        missing |= (hasMissing(x, row * features) ? 1L : 0) << (row - tile);
      }
      for (int tree = 0; tree < trees; tree += LANES) {
        for (int row = tile; row < end; row++) {
          boolean rowMissing = ((missing >>> (row - tile)) & 1) != 0;
          sumSome(tree, rowMissing, x, row * features, out, row * outputs);
        }
      }
    }
  }

  private boolean hasMissing(double[] x, int offset) {
    for (int feature : tested) {
      if (Double.isNaN(x[offset + feature])) {
        return true;
      }
    }
    return false;
  }

  /// Adds the eight trees from here on.
  private void sumSome(
      int tree, boolean missing, double[] x, int offset, double[] out, int outOffset) {
    if (!lockStep[tree / LANES]) {
      for (int next = tree; next < Math.min(trees, tree + LANES); next++) {
        add(next, walk(roots[next], x, offset), out, outOffset);
      }
    } else if (missing) {
      sumEightMissing(tree, x, offset, out, outOffset);
    } else {
      sumEight(tree, x, offset, out, outOffset);
    }
  }

  private void sumEight(int tree, double[] x, int offset, double[] out, int outOffset) {
    var nodes = this.nodes;
    int a = roots[tree];
    int b = roots[tree + 1];
    int c = roots[tree + 2];
    int d = roots[tree + 3];
    int e = roots[tree + 4];
    int f = roots[tree + 5];
    int g = roots[tree + 6];
    int h = roots[tree + 7];
    for (int level = levels[tree / LANES]; level > 0; level--) {
      a = step(nodes, a, x, offset);
      b = step(nodes, b, x, offset);
      c = step(nodes, c, x, offset);
      d = step(nodes, d, x, offset);
      e = step(nodes, e, x, offset);
      f = step(nodes, f, x, offset);
      g = step(nodes, g, x, offset);
      h = step(nodes, h, x, offset);
    }
    while (((nodes[a] | nodes[b] | nodes[c] | nodes[d] | nodes[e] | nodes[f] | nodes[g] | nodes[h])
            & SPLIT)
        != 0) {
      for (int level = 0; level < LEVELS_PER_CHECK; level++) {
        a = step(nodes, a, x, offset);
        b = step(nodes, b, x, offset);
        c = step(nodes, c, x, offset);
        d = step(nodes, d, x, offset);
        e = step(nodes, e, x, offset);
        f = step(nodes, f, x, offset);
        g = step(nodes, g, x, offset);
        h = step(nodes, h, x, offset);
      }
    }
    addEight(tree, a, b, c, d, e, f, g, h, out, outOffset);
  }

  private static int step(long[] nodes, int at, double[] x, int offset) {
    long header = nodes[at];
    double threshold = Double.longBitsToDouble(nodes[at + 1]);
    return (int) header + (x[offset + (int) (header >>> FEATURE_SHIFT)] > threshold ? 2 : 0);
  }

  private void sumEightMissing(int tree, double[] x, int offset, double[] out, int outOffset) {
    var nodes = this.nodes;
    int a = roots[tree];
    int b = roots[tree + 1];
    int c = roots[tree + 2];
    int d = roots[tree + 3];
    int e = roots[tree + 4];
    int f = roots[tree + 5];
    int g = roots[tree + 6];
    int h = roots[tree + 7];
    for (int level = levels[tree / LANES]; level > 0; level--) {
      a = stepMissing(nodes, a, x, offset);
      b = stepMissing(nodes, b, x, offset);
      c = stepMissing(nodes, c, x, offset);
      d = stepMissing(nodes, d, x, offset);
      e = stepMissing(nodes, e, x, offset);
      f = stepMissing(nodes, f, x, offset);
      g = stepMissing(nodes, g, x, offset);
      h = stepMissing(nodes, h, x, offset);
    }
    while (((nodes[a] | nodes[b] | nodes[c] | nodes[d] | nodes[e] | nodes[f] | nodes[g] | nodes[h])
            & SPLIT)
        != 0) {
      for (int level = 0; level < LEVELS_PER_CHECK; level++) {
        a = stepMissing(nodes, a, x, offset);
        b = stepMissing(nodes, b, x, offset);
        c = stepMissing(nodes, c, x, offset);
        d = stepMissing(nodes, d, x, offset);
        e = stepMissing(nodes, e, x, offset);
        f = stepMissing(nodes, f, x, offset);
        g = stepMissing(nodes, g, x, offset);
        h = stepMissing(nodes, h, x, offset);
      }
    }
    addEight(tree, a, b, c, d, e, f, g, h, out, outOffset);
  }

  private static int stepMissing(long[] nodes, int at, double[] x, int offset) {
    long header = nodes[at];
    double threshold = Double.longBitsToDouble(nodes[at + 1]);
    double value = x[offset + (int) (header >>> FEATURE_SHIFT)];
    int right = value > threshold ? 2 : 0;
    int missing = Double.isNaN(value) ? (int) (header >>> 33) & 2 : 0;
    return (int) header + (right | missing);
  }

  /// Adds the values of eight leaves, one after another.
  private void addEight(
      int tree, int a, int b, int c, int d, int e, int f, int g, int h, double[] out, int at) {
    if (!oneChain) {
      add(tree, a, out, at);
      add(tree + 1, b, out, at);
      add(tree + 2, c, out, at);
      add(tree + 3, d, out, at);
      add(tree + 4, e, out, at);
      add(tree + 5, f, out, at);
      add(tree + 6, g, out, at);
      add(tree + 7, h, out, at);
    } else if (singlePrecision) {
      float total = (float) (out[at] + values[a >> 1]); // the start value may be a double
      total += (float) values[b >> 1];
      total += (float) values[c >> 1];
      total += (float) values[d >> 1];
      total += (float) values[e >> 1];
      total += (float) values[f >> 1];
      total += (float) values[g >> 1];
      out[at] = total + (float) values[h >> 1];
    } else {
      double total = out[at] + values[a >> 1];
      total += values[b >> 1];
      total += values[c >> 1];
      total += values[d >> 1];
      total += values[e >> 1];
      total += values[f >> 1];
      total += values[g >> 1];
      out[at] = total + values[h >> 1];
    }
  }

  private void add(int tree, int leaf, double[] out, int outOffset) {
    if (vectors) {
      addVector(leaf, out, outOffset);
      return;
    }
    int at = outOffset + treeOutputs[tree];
    double total = out[at] + values[leaf >> 1];
    out[at] = singlePrecision ? (float) total : total;
  }

  private void addVector(int leaf, double[] out, int outOffset) {
    int from = ordinals[leaf >> 1] * outputs;
    for (int output = 0; output < outputs; output++) {
      double total = out[outOffset + output] + leafVectors[from + output];
      out[outOffset + output] = singlePrecision ? (float) total : total;
    }
  }

  /// The leaf each tree reaches for one row, as the id the builder was given.
  ///
  /// @param x holds the row, `features()` values from `offset`
  /// @param out gets `trees()` ids from `outOffset`
  public void leaves(double[] x, int offset, int[] out, int outOffset) {
    for (int tree = 0; tree < trees; tree++) {
      out[outOffset + tree] = leafIds[ordinals[walk(roots[tree], x, offset) >> 1]];
    }
  }

  private int walk(int root, double[] x, int offset) {
    int at = root;
    long header = nodes[at];
    while ((header & SPLIT) != 0) {
      double value = x[offset + (int) (header >>> FEATURE_SHIFT)];
      at = (int) header + (goesRight(header, nodes[at + 1], value) ? 2 : 0);
      header = nodes[at];
    }
    return at;
  }

  private boolean goesRight(long header, long operand, double value) {
    if (Double.isNaN(value)
        || ((header & ZERO_MISSING) != 0 && Math.abs(value) <= Missing.ZERO_LIMIT)) {
      return (header & MISSING_RIGHT) != 0;
    }
    return (header & CATEGORY) == 0
        ? value > Double.longBitsToDouble(operand)
        : !categories.contains(operand, (int) value);
  }

  /// Whether [#contributions] can be asked for: leaves are numbers, the model tells how much of
  /// its training data came through each node, and no tree is deeper than 500.
  public boolean explains() {
    return !vectors && covers.length > 0 && depth <= TreeShap.DEEPEST;
  }

  /// Adds each feature's share in the sums for one row (SHAP values).
  ///
  /// @param x holds the row, `features()` values from `offset`
  /// @param out `[outputs(), features() + 1]` from `outOffset`; the last of a line gets what the
  /// trees give on average, so that a line's total is the output's sum
  /// @throws IllegalStateException unless [#explains()]
  /// @see TreeShap
  public void contributions(double[] x, int offset, double[] out, int outOffset) {
    if (!explains()) {
      throw new IllegalStateException("the model does not tell what contributions need");
    }
    var shap = new TreeShap(this, x, offset, out);
    for (int tree = 0; tree < trees; tree++) {
      int line = outOffset + treeOutputs[tree] * (features + 1);
      out[line + features] += expected[tree];
      if (isSplit(roots[tree])) {
        shap.add(roots[tree], line);
      }
    }
  }

  boolean isSplit(int at) {
    return (nodes[at] & SPLIT) != 0;
  }

  int feature(int at) {
    return (int) (nodes[at] >>> FEATURE_SHIFT);
  }

  int left(int at) {
    return (int) nodes[at];
  }

  boolean goesRight(int at, double value) {
    return goesRight(nodes[at], nodes[at + 1], value);
  }

  double value(int at) {
    return values[at >> 1];
  }

  double cover(int at) {
    return covers[at >> 1];
  }

  int depth() {
    return depth;
  }
}
