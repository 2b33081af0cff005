package dev.slipway.inference.trees;

import java.util.Arrays;

/// Collects trees for a [Forest], in the order in which it will add them up. For one thread.
///
/// ```java
/// var forest = ForestBuilder.scalars(2, 1);
/// forest
///     .tree(0, 3) // adds to output 0, has three nodes; node 0 is the root
///     .split(0, 1, 0.5, Missing.LEFT, 1, 2) // x[1] <= 0.5 ? node 1 : node 2
///     .leaf(1, -1.0)
///     .leaf(2, 1.0)
///     .end();
/// Forest stump = forest.build();
/// ```
public final class ForestBuilder {
  /// Most nodes of one forest.
  public static final int MOST_NODES = 1 << 29;

  /// Most features a forest may look at.
  public static final int MOST_FEATURES = 1 << 28;

  final int features;
  final int outputs;
  final boolean vectors;
  final Categories categories = new Categories();
  private boolean singlePrecision;

  private long[] nodes = new long[64];
  private double[] values = new double[32];
  private int[] ordinals = new int[32];
  private int nodeCount;
  private int blank; // a leaf whose value, -0.0, changes no sum it is added to
  private int[] roots = new int[8];
  private int[] treeOutputs = new int[8];
  private boolean[] plain = new boolean[8];
  private int treeCount;
  private int[] leafIds = new int[16];
  private double[] leafVectors = new double[0];
  private int leafCount;
  private double[] covers = new double[0];
  private double[] expected = new double[8];
  private boolean covered = true;
  private int depth;

  private ForestBuilder(int features, int outputs, boolean vectors) {
    if (features < 0 || features > MOST_FEATURES || outputs < 1) {
      throw new IllegalArgumentException(features + " features, " + outputs + " outputs");
    }
    this.features = features;
    this.outputs = outputs;
    this.vectors = vectors;
  }

  /// A forest each of whose trees adds one number to one of the outputs.
  ///
  /// @param features columns of a row
  public static ForestBuilder scalars(int features, int outputs) {
    return new ForestBuilder(features, outputs, false);
  }

  /// A forest each of whose leaves holds a number for every output.
  public static ForestBuilder vectors(int features, int outputs) {
    return new ForestBuilder(features, outputs, true);
  }

  /// Rounds each partial sum to float32, as XGBoost adds.
  public ForestBuilder singlePrecision() {
    singlePrecision = true;
    return this;
  }

  /// Begins the next tree; it joins the forest with [TreeBuilder#end()].
  ///
  /// @param output that the tree adds to; 0 where leaves are vectors
  /// @param nodes the tree has at most; they are numbered from 0, the root
  public TreeBuilder tree(int output, int nodes) {
    if (output < 0 || output >= outputs || (vectors && output != 0)) {
      throw new IllegalArgumentException("output " + output + " of " + outputs);
    }
    return new TreeBuilder(this, output, nodes);
  }

  /// Columns of a row.
  public int features() {
    return features;
  }

  /// Numbers a row gets.
  public int outputs() {
    return outputs;
  }

  /// Trees so far.
  public int trees() {
    return treeCount;
  }

  /// The forest of all trees ended so far. The builder is done with after this.
  public Forest build() {
    categories.trim();
    blank = reserve(1);
    var nothing = new double[vectors ? outputs : 1];
    Arrays.fill(nothing, -0.0);
    leafNode(blank, 0, nothing);
    return new Forest(this);
  }

  /// Makes room for nodes and gives the first one's number.
  int reserve(int count) {
    if (count > MOST_NODES - nodeCount) {
      throw new IllegalArgumentException("more than " + MOST_NODES + " nodes in a forest");
    }
    int first = nodeCount;
    nodeCount += count;
    if (nodeCount > ordinals.length) {
      int capacity = (int) Math.min(MOST_NODES, nodeCount + (nodeCount >> 1) + 16L);
      nodes = Arrays.copyOf(nodes, 2 * capacity);
      ordinals = Arrays.copyOf(ordinals, capacity);
      values = vectors ? values : Arrays.copyOf(values, capacity);
    }
    return first;
  }

  void node(int number, long header, long operand) {
    nodes[2 * number] = header;
    nodes[2 * number + 1] = operand;
  }

  /// Writes a leaf, which leads back to itself: nothing is greater than its threshold.
  void leafNode(int number, int id, double... value) {
    node(number, 2L * number, Double.doubleToRawLongBits(Double.POSITIVE_INFINITY));
    if (!vectors) {
      values[number] = value[0];
    }
    if (leafCount == leafIds.length) {
      leafIds = Arrays.copyOf(leafIds, 2 * leafCount);
    }
    leafIds[leafCount] = id;
    if (vectors) {
      int at = Math.multiplyExact(leafCount, outputs);
      int needed = Math.addExact(at, outputs);
      if (needed > leafVectors.length) {
        leafVectors =
            Arrays.copyOf(leafVectors, (int) Math.min(Integer.MAX_VALUE - 8, needed * 2L));
      }
      System.arraycopy(value, 0, leafVectors, at, outputs);
    }
    ordinals[number] = leafCount++;
  }

  void endTree(int root, int output, boolean isPlain) {
    if (treeCount == roots.length) {
      roots = Arrays.copyOf(roots, 2 * treeCount);
      treeOutputs = Arrays.copyOf(treeOutputs, 2 * treeCount);
      plain = Arrays.copyOf(plain, 2 * treeCount);
    }
    roots[treeCount] = 2 * root;
    treeOutputs[treeCount] = output;
    plain[treeCount] = isPlain;
    treeCount++;
  }

  void cover(int number, double weight) {
    if (covers.length < ordinals.length) {
      covers = Arrays.copyOf(covers, ordinals.length);
    }
    covers[number] = weight;
  }

  void endCovers(int treeDepth, boolean treeCovered, double treeExpected) {
    depth = Math.max(depth, treeDepth);
    covered &= treeCovered;
    expected = treeCount > expected.length ? Arrays.copyOf(expected, 2 * treeCount) : expected;
    expected[treeCount - 1] = treeExpected;
  }

  int depth() {
    return depth;
  }

  /// By node; empty unless all trees gave covers.
  double[] covers() {
    return covered && treeCount > 0 ? Arrays.copyOf(covers, nodeCount) : new double[0];
  }

  double[] expected() {
    return Arrays.copyOf(expected, treeCount);
  }

  boolean isSinglePrecision() {
    return singlePrecision;
  }

  long[] nodes() {
    return Arrays.copyOf(nodes, 2 * nodeCount);
  }

  int[] ordinals() {
    return Arrays.copyOf(ordinals, nodeCount);
  }

  /// Leaf values by node; empty where leaves hold vectors.
  double[] values() {
    return vectors ? new double[0] : Arrays.copyOf(values, nodeCount);
  }

  /// Where the root of the tree that consists of the blank leaf is.
  int blankRoot() {
    return 2 * blank;
  }

  int[] roots() {
    return Arrays.copyOf(roots, treeCount);
  }

  int[] treeOutputs() {
    return Arrays.copyOf(treeOutputs, treeCount);
  }

  boolean[] plain() {
    return Arrays.copyOf(plain, treeCount);
  }

  int[] leafIds() {
    return Arrays.copyOf(leafIds, leafCount);
  }

  double[] leafVectors() {
    return Arrays.copyOf(leafVectors, vectors ? leafCount * outputs : 0);
  }
}
