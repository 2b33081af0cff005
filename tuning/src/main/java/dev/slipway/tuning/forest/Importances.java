package dev.slipway.tuning.forest;

import dev.slipway.tuning.space.Axis;
import dev.slipway.tuning.space.Space;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Functional analysis of variance over a random forest (Hutter, Hoos and Leyton-Brown 2014): how
/// much of a tree's variance over the cube each axis explains by itself, averaged over the trees.
public final class Importances {
  private static final int PLACES = 64;
  private static final long SEED = 1;

  private Importances() {}

  /// A share for each axis; together 1, or all 0 where the losses do not differ.
  public static double[] of(Space space, double[][] points, double[] losses) {
    boolean[] unordered = new boolean[space.size()];
    for (int k = 0; k < unordered.length; k++) {
      unordered[k] = !space.axis(k).ordered();
    }
    Forests forest = Forests.random(points, losses, unordered, new SplittableRandom(SEED));
    Tree.Measure measure = axis -> (int) Math.min(Integer.MAX_VALUE, space.axis(axis).cells());
    double[] shares = new double[space.size()];
    for (Tree tree : forest.trees()) {
      double mean = tree.mean(measure);
      for (int k = 0; k < shares.length; k++) {
        shares[k] += explained(tree, space.axis(k), k, mean, measure);
      }
    }
    double sum = Arrays.stream(shares).sum();
    if (sum > 0) {
      Arrays.setAll(shares, k -> shares[k] / sum);
    }
    return shares;
  }

  /// The variance of the tree's answers along one axis, the others averaged out.
  private static double explained(Tree tree, Axis axis, int at, double mean, Tree.Measure measure) {
    boolean listed = axis.cells() > 0 && axis.cells() <= PLACES;
    int many = listed ? (int) axis.cells() : PLACES;
    double[] places = new double[many];
    Arrays.setAll(places, i -> listed ? axis.middle(i) : (i + 0.5) / many);
    double squares = 0;
    for (double answer : tree.alone(at, places, measure)) {
      squares += (answer - mean) * (answer - mean);
    }
    return squares / many;
  }
}
