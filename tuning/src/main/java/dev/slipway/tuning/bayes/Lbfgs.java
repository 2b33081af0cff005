package dev.slipway.tuning.bayes;

import java.util.Arrays;

/// Limited-memory BFGS within a box: steps are cut off at the walls, and a coordinate that leans
/// on a wall stays out of the step (Nocedal and Wright 2006, algorithm 7.4, with the projection of
/// Bertsekas 1982).
final class Lbfgs {
  private static final int MEMORY = 6;
  private static final int MOST_BACKWARD_STEPS = 12;
  private static final double ENOUGH = 1e-4;

  /// A smooth function of a point.
  interface Smooth {
    /// The value, and the gradient through `gradient`; not a number where undefined.
    double at(double[] point, double[] gradient);
  }

  private final double low;
  private final double high;
  private final int mostEvaluations;
  private final double firstStep;
  private final double settled;

  /// @param firstStep the length of the first step
  /// @param settled a gain so small ends the descent
  Lbfgs(double low, double high, int mostEvaluations, double firstStep, double settled) {
    this.low = low;
    this.high = high;
    this.mostEvaluations = mostEvaluations;
    this.firstStep = firstStep;
    this.settled = settled;
  }

  /// Goes down from `start`, which is overwritten with the lowest point found.
  ///
  /// @param held coordinates that must not move
  /// @return the value there
  double minimize(Smooth function, double[] start, boolean[] held) {
    return new Descent(function, start, held).run();
  }

  private final class Descent {
    private final Smooth function;
    private final double[] point;
    private final boolean[] held;
    private final int size;
    private double[] gradient;
    private final double[][] moves = new double[MEMORY][];
    private final double[][] bends = new double[MEMORY][];
    private int kept;
    private int evaluations = 1;

    Descent(Smooth function, double[] point, boolean[] held) {
      this.function = function;
      this.point = point;
      this.held = held;
      this.size = point.length;
      this.gradient = new double[size];
    }

    double run() {
      double value = function.at(point, gradient);
      while (evaluations < mostEvaluations && Double.isFinite(value)) {
        double next = step(value);
        if (!(next < value)) {
          return value;
        }
        boolean small = value - next < settled;
        value = next;
        if (small) {
          return value;
        }
      }
      return value;
    }

    private double step(double value) {
      double[] direction = direction();
      double slope = Triangular.dot(direction, gradient);
      if (!(slope < 0)) {
        return value;
      }
      double length = Math.sqrt(Triangular.dot(direction, direction));
      double size = kept == 0 ? firstStep / length : Math.min(1, 8 * firstStep / length);
      double[] next = new double[this.size];
      double[] nextGradient = new double[this.size];
      for (int i = 0; i < MOST_BACKWARD_STEPS && evaluations < mostEvaluations; i++) {
        move(direction, size, next);
        double there = function.at(next, nextGradient);
        evaluations++;
        if (there <= value + ENOUGH * size * slope && there < value) {
          remember(next, nextGradient);
          System.arraycopy(next, 0, point, 0, this.size);
          gradient = nextGradient;
          return there;
        }
        size *= Double.isFinite(there) ? shrink(value, there, size * slope) : 0.1;
      }
      return value;
    }

    /// Where the parabola through both values and the slope has its floor, within bounds.
    private double shrink(double value, double there, double drop) {
      double floor = -drop / (2 * (there - value - drop));
      return Double.isFinite(floor) ? Math.clamp(floor, 0.1, 0.5) : 0.5;
    }

    private void move(double[] direction, double size, double[] next) {
      for (int i = 0; i < this.size; i++) {
        next[i] = held[i] ? point[i] : Math.clamp(point[i] + size * direction[i], low, high);
      }
    }

    private double[] direction() {
      double[] q = new double[size];
      boolean[] free = new boolean[size];
      for (int i = 0; i < size; i++) {
        free[i] =
            !held[i]
                && !(point[i] <= low && gradient[i] > 0)
                && !(point[i] >= high && gradient[i] < 0);
        q[i] = free[i] ? -gradient[i] : 0;
      }
      double[] weights = new double[kept];
      for (int k = 0; k < kept; k++) {
        weights[k] = Triangular.dot(moves[k], q) / Triangular.dot(moves[k], bends[k]);
        add(q, -weights[k], bends[k]);
      }
      if (kept > 0) {
        double bent = Triangular.dot(bends[0], bends[0]);
        scale(q, Triangular.dot(moves[0], bends[0]) / bent);
      }
      for (int k = kept - 1; k >= 0; k--) {
        double back = Triangular.dot(bends[k], q) / Triangular.dot(moves[k], bends[k]);
        add(q, weights[k] - back, moves[k]);
      }
      for (int i = 0; i < size; i++) {
        q[i] = free[i] ? q[i] : 0;
      }
      return q;
    }

    private void remember(double[] next, double[] nextGradient) {
      double[] move = new double[size];
      double[] bend = new double[size];
      Arrays.setAll(move, i -> next[i] - point[i]);
      Arrays.setAll(bend, i -> nextGradient[i] - gradient[i]);
      if (Triangular.dot(move, bend) <= 1e-12 * Triangular.dot(bend, bend)) {
        return;
      }
      System.arraycopy(moves, 0, moves, 1, MEMORY - 1);
      System.arraycopy(bends, 0, bends, 1, MEMORY - 1);
      moves[0] = move;
      bends[0] = bend;
      kept = Math.min(kept + 1, MEMORY);
    }

    private static void add(double[] to, double factor, double[] what) {
      for (int i = 0; i < to.length; i++) {
        to[i] += factor * what[i];
      }
    }

    private static void scale(double[] vector, double factor) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] *= factor;
      }
    }
  }
}
