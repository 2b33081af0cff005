package dev.slipway.tuning.forest;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Several trees whose answers are averaged; how they differ tells how sure they are.
public final class Forests {
  private static final int TREES = 60;
  private static final int BOOSTED = 10;
  private static final int ROUNDS = 40;
  private static final double RATE = 0.15;

  private final Tree[][] members; // a member answers with the sum of its trees
  private final double base;

  private Forests(Tree[][] members, double base) {
    this.members = members;
    this.base = base;
  }

  /// A random forest (Breiman 2001).
  public static Forests random(
      double[][] points, double[] losses, boolean[] unordered, SplittableRandom random) {
    return averaged(points, losses, unordered, new Tree.Growth(false, 0.7, 2, 64), true, random);
  }

  /// Extremely randomised trees, each over all points (Geurts et al. 2006).
  public static Forests extra(
      double[][] points, double[] losses, boolean[] unordered, SplittableRandom random) {
    return averaged(points, losses, unordered, new Tree.Growth(true, 1, 2, 64), false, random);
  }

  private static Forests averaged(
      double[][] points,
      double[] losses,
      boolean[] unordered,
      Tree.Growth growth,
      boolean drawn,
      SplittableRandom random) {
    Tree[][] members = new Tree[TREES][1];
    for (Tree[] member : members) {
      member[0] =
          Tree.grow(
              points, losses, samples(points.length, drawn, random), unordered, growth, random);
    }
    return new Forests(members, 0);
  }

  /// Boosted trees (Friedman 2001), several times over drawn points, so that there is a deviation.
  public static Forests boosted(
      double[][] points, double[] losses, boolean[] unordered, SplittableRandom random) {
    Tree.Growth growth = new Tree.Growth(false, 1, 2, 3);
    double base = Arrays.stream(losses).average().orElse(0);
    Tree[][] members = new Tree[BOOSTED][ROUNDS];
    for (Tree[] member : members) {
      int[] samples = samples(points.length, true, random);
      double[] rest = Arrays.stream(losses).map(loss -> loss - base).toArray();
      for (int round = 0; round < ROUNDS; round++) {
        Tree tree = Tree.grow(points, rest, samples, unordered, growth, random);
        member[round] = tree;
        for (int i = 0; i < rest.length; i++) {
          rest[i] -= RATE * tree.at(points[i]);
        }
        shrink(tree, points);
      }
    }
    return new Forests(members, base);
  }

  private static void shrink(Tree tree, double[][] points) {
    double[] byLeaf = new double[tree.nodes()];
    Arrays.fill(byLeaf, Double.NaN);
    for (double[] point : points) {
      byLeaf[tree.leaf(point)] = RATE * tree.at(point);
    }
    tree.answer(byLeaf);
  }

  private static int[] samples(int many, boolean drawn, SplittableRandom random) {
    int[] samples = new int[many];
    Arrays.setAll(samples, i -> drawn ? random.nextInt(many) : i);
    return samples;
  }

  /// Mean and deviation of what the members answer.
  public double[] at(double[] point) {
    double sum = 0;
    double squares = 0;
    for (Tree[] member : members) {
      double answer = base;
      for (Tree tree : member) {
        answer += tree.at(point);
      }
      sum += answer;
      squares += answer * answer;
    }
    double mean = sum / members.length;
    return new double[] {mean, Math.sqrt(Math.max(0, squares / members.length - mean * mean))};
  }

  Tree[] trees() {
    return Arrays.stream(members).map(member -> member[0]).toArray(Tree[]::new);
  }
}
