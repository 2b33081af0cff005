package dev.slipway.inference.trees;

/// Shapley values of one row's features in a forest's sums, in polynomial time.
///
/// Implementation note. Down each path of a tree it keeps, for every distinct feature met, which
/// share of feature subsets would come this way with the feature unknown (`zero`) and known
/// (`one`), and the weight of all subsets by size. A feature met again has its first mention
/// unwound. Each depth of recursion has its own stretch of the arrays. The order of operations is
/// LightGBM's, for equal bits.
///
/// @see <a href="https://arxiv.org/abs/1802.03888">Lundberg, Erion, Lee 2018, algorithm 2</a>
final class TreeShap {
  /// Paths take memory by the square of the depth, and a stack frame a level.
  static final int DEEPEST = 500;

  private final Forest forest;
  private final double[] x;
  private final int offset;
  private final double[] out;
  private final int[] features;
  private final double[] zeros;
  private final double[] ones;
  private final double[] weights;
  private int line;

  TreeShap(Forest forest, double[] x, int offset, double[] out) {
    this.forest = forest;
    this.x = x;
    this.offset = offset;
    this.out = out;
    int longest = forest.depth() + 2;
    int elements = longest * (longest + 1) / 2;
    features = new int[elements];
    zeros = new double[elements];
    ones = new double[elements];
    weights = new double[elements];
  }

  /// Adds the contributions of one tree to the line of the output that begins there.
  void add(int root, int outLine) {
    line = outLine;
    descend(root, 0, 0, 1, 1, -1);
  }

  /// @param parent where the path of the node above begins in the arrays
  /// @param length of that path
  private void descend(int at, int parent, int length, double zero, double one, int feature) {
    int path = parent + length;
    for (int i = 0; i < length; i++) {
      copy(parent + i, path + i);
    }
    extend(path, length, zero, one, feature);
    if (forest.isSplit(at)) {
      split(at, path, length);
    } else {
      leaf(at, path, length);
    }
  }

  private void copy(int from, int to) {
    features[to] = features[from];
    zeros[to] = zeros[from];
    ones[to] = ones[from];
    weights[to] = weights[from];
  }

  private void leaf(int at, int path, int depth) {
    for (int i = 1; i <= depth; i++) {
      double weight = unwoundSum(path, depth, i);
      out[line + features[path + i]] +=
          weight * (ones[path + i] - zeros[path + i]) * forest.value(at);
    }
  }

  private void split(int at, int path, int length) {
    int feature = forest.feature(at);
    int left = forest.left(at);
    boolean right = forest.goesRight(at, x[offset + feature]);
    int hot = right ? left + 2 : left;
    int cold = right ? left : left + 2;
    double hotShare = forest.cover(hot) / forest.cover(at);
    double coldShare = forest.cover(cold) / forest.cover(at);
    double zero = 1;
    double one = 1;
    int depth = length;
    for (int i = 1; i <= length; i++) {
      if (features[path + i] == feature) {
        zero = zeros[path + i];
        one = ones[path + i];
        unwind(path, depth, i);
        depth--;
        break;
      }
    }
    descend(hot, path, depth + 1, hotShare * zero, one, feature);
    descend(cold, path, depth + 1, coldShare * zero, 0, feature);
  }

  private void extend(int path, int depth, double zero, double one, int feature) {
    features[path + depth] = feature;
    zeros[path + depth] = zero;
    ones[path + depth] = one;
    weights[path + depth] = depth == 0 ? 1 : 0;
    double size = depth + 1;
    for (int i = depth - 1; i >= 0; i--) {
      weights[path + i + 1] += one * weights[path + i] * (i + 1) / size;
      weights[path + i] = zero * weights[path + i] * (depth - i) / size;
    }
  }

  private void unwind(int path, int depth, int index) {
    double one = ones[path + index];
    double zero = zeros[path + index];
    double next = weights[path + depth];
    double size = depth + 1;
    for (int i = depth - 1; i >= 0; i--) {
      double weight = weights[path + i];
      if (one != 0) {
        weights[path + i] = next * size / ((i + 1) * one);
        next = weight - weights[path + i] * zero * (depth - i) / size;
      } else {
        weights[path + i] = weight * size / (zero * (depth - i));
      }
    }
    for (int i = path + index; i < path + depth; i++) {
      features[i] = features[i + 1];
      zeros[i] = zeros[i + 1];
      ones[i] = ones[i + 1];
    }
  }

  private double unwoundSum(int path, int depth, int index) {
    double one = ones[path + index];
    double zero = zeros[path + index];
    double next = weights[path + depth];
    double size = depth + 1;
    double total = 0;
    for (int i = depth - 1; i >= 0; i--) {
      double share = (depth - i) / size;
      if (one != 0) {
        double part = next * size / ((i + 1) * one);
        total += part;
        next = weights[path + i] - part * zero * share;
      } else {
        total += weights[path + i] / zero / share;
      }
    }
    return total;
  }
}
