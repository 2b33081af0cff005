package dev.slipway.tuning.forest;

import java.util.Arrays;
import java.util.SplittableRandom;

/// A regression tree over the cube. An axis without an order is split into one value and all
/// others.
public final class Tree {
  private final boolean[] unordered;
  private final Growth growth;
  private int[] axes = new int[64]; // -1 in a leaf
  private double[] bounds = new double[64];
  private int[] rights = new int[64]; // the left child is the next node
  private double[] values = new double[64];
  private int nodes;

  /// How a tree grows.
  ///
  /// @param anywhere bounds are drawn instead of searched (extremely randomised trees, Geurts et
  /// al.
  /// 2006)
  /// @param axisShare share of the axes looked at for a split
  /// @param leastLeaf samples a leaf has at least
  /// @param mostDepth splits above a leaf at most
  public record Growth(boolean anywhere, double axisShare, int leastLeaf, int mostDepth) {}

  private Tree(boolean[] unordered, Growth growth) {
    this.unordered = unordered;
    this.growth = growth;
  }

  /// @param samples which points, a point as often as it is named
  public static Tree grow(
      double[][] points,
      double[] losses,
      int[] samples,
      boolean[] unordered,
      Growth growth,
      SplittableRandom random) {
    Tree tree = new Tree(unordered, growth);
    tree.node(new Growing(points, losses, random), samples.clone(), 0, samples.length, 0);
    return tree;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Growing(double[][] points, double[] losses, SplittableRandom random) {}

  private record Split(int axis, double bound, double gain) {}

  private int node(Growing data, int[] samples, int from, int to, int depth) {
    int here = nodes++;
    if (here == axes.length) {
      axes = Arrays.copyOf(axes, here * 2);
      bounds = Arrays.copyOf(bounds, here * 2);
      rights = Arrays.copyOf(rights, here * 2);
      values = Arrays.copyOf(values, here * 2);
    }
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += data.losses[samples[i]];
    }
    axes[here] = -1;
    values[here] = sum / (to - from);
    if (to - from < 2 * growth.leastLeaf || depth >= growth.mostDepth) {
      return here;
    }
    Split split = best(data, samples, from, to, sum);
    if (split.axis < 0) {
      return here;
    }
    axes[here] = split.axis;
    bounds[here] = split.bound;
    int middle = part(data.points, samples, from, to, split);
    node(data, samples, from, middle, depth + 1);
    rights[here] = node(data, samples, middle, to, depth + 1);
    return here;
  }

  private boolean left(int axis, double place, double bound) {
    return unordered[axis] ? Math.abs(place - bound) < 1e-9 : place <= bound;
  }

  private int part(double[][] points, int[] samples, int from, int to, Split split) {
    int middle = from;
    for (int i = from; i < to; i++) {
      if (left(split.axis, points[samples[i]][split.axis], split.bound)) {
        int swap = samples[i];
        samples[i] = samples[middle];
        samples[middle++] = swap;
      }
    }
    return middle;
  }

  private Split best(Growing data, int[] samples, int from, int to, double sum) {
    int[] order = shuffled(data.random);
    int looked = Math.max(1, (int) Math.ceil(growth.axisShare * order.length));
    Split best = new Split(-1, 0, 1e-12);
    for (int k = 0; k < order.length && (k < looked || best.axis < 0); k++) {
      int axis = order[k];
      for (double bound : bounds(data, samples, from, to, axis)) {
        double gain = gain(data, samples, from, to, sum, axis, bound);
        if (gain > best.gain) {
          best = new Split(axis, bound, gain);
        }
      }
    }
    return best;
  }

  private int[] shuffled(SplittableRandom random) {
    int[] order = new int[unordered.length];
    Arrays.setAll(order, k -> k);
    for (int k = order.length - 1; k > 0; k--) {
      int other = random.nextInt(k + 1);
      int swap = order[k];
      order[k] = order[other];
      order[other] = swap;
    }
    return order;
  }

  private double[] bounds(Growing data, int[] samples, int from, int to, int axis) {
    double[] places = new double[to - from];
    Arrays.setAll(places, i -> data.points[samples[from + i]][axis]);
    double[] sorted = Arrays.stream(places).sorted().distinct().toArray();
    if (sorted.length < 2) {
      return new double[0];
    }
    if (unordered[axis]) {
      return growth.anywhere ? new double[] {sorted[data.random.nextInt(sorted.length)]} : sorted;
    }
    if (growth.anywhere) {
      return new double[] {data.random.nextDouble(sorted[0], sorted[sorted.length - 1])};
    }
    double[] between = new double[sorted.length - 1];
    Arrays.setAll(between, i -> (sorted[i] + sorted[i + 1]) / 2);
    return between;
  }

  /// How much of the squares' sum a split takes away.
  private double gain(
      Growing data, int[] samples, int from, int to, double sum, int axis, double bound) {
    double leftSum = 0;
    int leftCount = 0;
    for (int i = from; i < to; i++) {
      if (left(axis, data.points[samples[i]][axis], bound)) {
        leftSum += data.losses[samples[i]];
        leftCount++;
      }
    }
    int rightCount = to - from - leftCount;
    if (leftCount < growth.leastLeaf || rightCount < growth.leastLeaf) {
      return 0;
    }
    double rightSum = sum - leftSum;
    return leftSum * leftSum / leftCount
        + rightSum * rightSum / rightCount
        - sum * sum / (to - from);
  }

  public double at(double[] point) {
    int node = 0;
    while (axes[node] >= 0) {
      boolean left = left(axes[node], point[axes[node]], bounds[node]);
      node = left ? node + 1 : rights[node];
    }
    return values[node];
  }

  /// Replaces what leaves answer, given each leaf's number by {@link #leaf}.
  void answer(double[] byLeaf) {
    for (int node = 0; node < nodes; node++) {
      if (axes[node] < 0 && Double.isFinite(byLeaf[node])) {
        values[node] = byLeaf[node];
      }
    }
  }

  int leaf(double[] point) {
    int node = 0;
    while (axes[node] >= 0) {
      boolean left = left(axes[node], point[axes[node]], bounds[node]);
      node = left ? node + 1 : rights[node];
    }
    return node;
  }

  int nodes() {
    return nodes;
  }

  /// What the tree answers on average with one axis held at each of some places and all others
  /// anywhere.
  double[] alone(int axis, double[] places, Measure measure) {
    double[] answers = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      answers[i] = mean(0, axis, places[i], measure, new Box(unordered.length));
    }
    return answers;
  }

  /// How much of an axis a part takes: for ordered ones its length, for others the number of
  /// choices.
  interface Measure {
    int choices(int axis);
  }

  /// The part of the cube above a node.
  private static final class Box {
    private final double[] low;
    private final double[] high;
    private final double[] only; // of an unordered axis; not a number where open
    private final int[] excluded;

    Box(int size) {
      low = new double[size];
      high = new double[size];
      only = new double[size];
      excluded = new int[size];
      Arrays.fill(high, 1);
      Arrays.fill(only, Double.NaN);
    }
  }

  /// The share-weighted mean over leaves; `axis` -1 for none held.
  double mean(Measure measure) {
    return mean(0, -1, 0, measure, new Box(unordered.length));
  }

  private double mean(int node, int held, double place, Measure measure, Box box) {
    int axis = axes[node];
    if (axis < 0) {
      return values[node];
    }
    if (axis == held) {
      return mean(
          left(axis, place, bounds[node]) ? node + 1 : rights[node], held, place, measure, box);
    }
    return unordered[axis]
        ? meanOfChoices(node, held, place, measure, box)
        : meanOfRange(node, held, place, measure, box);
  }

  private double meanOfRange(int node, int held, double place, Measure measure, Box box) {
    int axis = axes[node];
    double low = box.low[axis];
    double high = box.high[axis];
    double bound = Math.clamp(bounds[node], low, high);
    double share = high > low ? (bound - low) / (high - low) : 0.5;
    box.high[axis] = bound;
    double left = mean(node + 1, held, place, measure, box);
    box.high[axis] = high;
    box.low[axis] = bound;
    double right = mean(rights[node], held, place, measure, box);
    box.low[axis] = low;
    return share * left + (1 - share) * right;
  }

  private double meanOfChoices(int node, int held, double place, Measure measure, Box box) {
    int axis = axes[node];
    if (!Double.isNaN(box.only[axis])) {
      boolean left = Math.abs(box.only[axis] - bounds[node]) < 1e-9;
      return mean(left ? node + 1 : rights[node], held, place, measure, box);
    }
    double share = 1.0 / Math.max(1, measure.choices(axis) - box.excluded[axis]);
    box.only[axis] = bounds[node];
    double left = mean(node + 1, held, place, measure, box);
    box.only[axis] = Double.NaN;
    box.excluded[axis]++;
    double right = mean(rights[node], held, place, measure, box);
    box.excluded[axis]--;
    return share * left + (1 - share) * right;
  }
}
