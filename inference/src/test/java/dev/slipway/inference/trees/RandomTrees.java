package dev.slipway.inference.trees;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Random trees as plain objects, evaluated the naive way: what a [Forest] must agree with.
final class RandomTrees {
  /// A node as its definition reads.
  sealed interface Node {}

  record Leaf(int id, List<Double> value) implements Node {}

  record Split(int id, int feature, double threshold, Missing missing, Node left, Node right)
      implements Node {}

  record Choice(int id, int feature, List<Integer> members, Missing missing, Node left, Node right)
      implements Node {}

  /// What trees are made of.
  record Kind(int features, int width, int depth, boolean categories, List<Missing> missing) {}

  private final Random random;
  private final Kind kind;
  private int nodes;

  RandomTrees(Random random, Kind kind) {
    this.random = random;
    this.kind = kind;
  }

  /// A tree whose nodes are numbered in pre-order.
  Node tree() {
    nodes = 0;
    return node(0);
  }

  int nodes() {
    return nodes;
  }

  private Node node(int depth) {
    int id = nodes++;
    if (depth >= kind.depth() || random.nextInt(8) == 0) {
      var value = new ArrayList<Double>();
      for (int i = 0; i < kind.width(); i++) {
        value.add(random.nextGaussian());
      }
      return new Leaf(id, value);
    }
    int feature = random.nextInt(kind.features());
    var missing = kind.missing().get(random.nextInt(kind.missing().size()));
    var left = node(depth + 1);
    var right = node(depth + 1);
    if (kind.categories() && random.nextBoolean()) {
      return new Choice(id, feature, members(), missing, left, right);
    }
    return new Split(id, feature, number(), missing, left, right);
  }

  private List<Integer> members() {
    int bound = random.nextInt(4) == 0 ? 10_000_000 : 12;
    return random.ints(random.nextInt(6), 0, bound).boxed().toList();
  }

  /// Thresholds and values come from the same small set, so that equality happens.
  private double number() {
    return (random.nextInt(41) - 20) / 4.0;
  }

  double[] rows(int count, double missingShare) {
    var x = new double[count * kind.features()];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextDouble() < missingShare ? oddity() : number();
    }
    return x;
  }

  private double oddity() {
    double[] oddities = {
      Double.NaN, Double.NaN, 0.0, -0.0, 1e-36, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
    };
    return oddities[random.nextInt(oddities.length)];
  }

  static void build(Node root, TreeBuilder tree) {
    switch (root) {
      case Leaf(int id, var value) ->
          tree.leafWithId(id, 1000 + id, value.stream().mapToDouble(d -> d).toArray());
      case Split(int id, int feature, double threshold, var missing, var left, var right) -> {
        tree.split(id, feature, threshold, missing, id(left), id(right));
        build(left, tree);
        build(right, tree);
      }
      case Choice(int id, int feature, var members, var missing, var left, var right) -> {
        int[] set = members.stream().mapToInt(i -> i).toArray();
        tree.splitCategories(id, feature, set, missing, id(left), id(right));
        build(left, tree);
        build(right, tree);
      }
    }
  }

  private static int id(Node node) {
    return switch (node) {
      case Leaf leaf -> leaf.id();
      case Split split -> split.id();
      case Choice choice -> choice.id();
    };
  }

  static Leaf evaluate(Node node, double... x) {
    return switch (node) {
      case Leaf leaf -> leaf;
      case Split split -> {
        double value = x[split.feature()];
        boolean left = goesLeft(split.missing(), value, value <= split.threshold());
        if (split.missing() == Missing.AS_ZERO && Double.isNaN(value)) {
          left = 0 <= split.threshold();
        }
        yield evaluate(left ? split.left() : split.right(), x);
      }
      case Choice choice -> {
        double value = x[choice.feature()];
        boolean member = choice.members().contains((int) value);
        boolean left = goesLeft(choice.missing(), value, member);
        if (choice.missing() == Missing.AS_ZERO && Double.isNaN(value)) {
          left = choice.members().contains(0);
        }
        yield evaluate(left ? choice.left() : choice.right(), x);
      }
    };
  }

  private static boolean goesLeft(Missing missing, double value, boolean otherwise) {
    boolean nan = Double.isNaN(value);
    boolean zero = nan || Math.abs(value) <= Missing.ZERO_LIMIT;
    return switch (missing) {
      case LEFT -> nan || otherwise;
      case RIGHT -> !nan && otherwise;
      case AS_ZERO -> otherwise;
      case ZERO_LEFT -> zero || otherwise;
      case ZERO_RIGHT -> !zero && otherwise;
    };
  }

  double[] row(double[] x, int row) {
    return Arrays.copyOfRange(x, row * kind.features(), (row + 1) * kind.features());
  }
}
