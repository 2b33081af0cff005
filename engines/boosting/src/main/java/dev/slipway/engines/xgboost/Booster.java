package dev.slipway.engines.xgboost;

import dev.slipway.inference.trees.Forest;

/// What a model's margins are made by.
sealed interface Booster {
  int features();

  int outputs();

  long memoryBytes();

  /// Adds to the margins, rounding each partial sum to float32.
  ///
  /// @param x `[rows, features()]`
  /// @param out `[rows, outputs()]`, with the base scores in it
  void sum(double[] x, int rows, double[] out);

  /// The booster of the first rounds alone.
  Booster first(int rounds);

  /// Trees (`gbtree`, `dart`).
  ///
  /// @param ends how many trees there are after each round
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Trees(Forest forest, int[] ends) implements Booster {
    @Override
    public int features() {
      return forest.features();
    }

    @Override
    public int outputs() {
      return forest.outputs();
    }

    @Override
    public long memoryBytes() {
      return forest.memoryBytes() + 4L * ends.length;
    }

    @Override
    public void sum(double[] x, int rows, double[] out) {
      forest.sumRows(x, rows, out);
    }

    @Override
    public Booster first(int rounds) {
      return rounds >= ends.length
          ? this
          : new Trees(forest.first(ends[rounds - 1]), java.util.Arrays.copyOf(ends, rounds));
    }
  }

  /// A linear model (`gblinear`).
  ///
  /// @param weights `[features + 1, outputs]`, the last line being the biases
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Linear(float[] weights, int features, int outputs) implements Booster {
    @Override
    public long memoryBytes() {
      return 4L * weights.length;
    }

    @Override
    public void sum(double[] x, int rows, double[] out) {
      for (int row = 0; row < rows; row++) {
        for (int output = 0; output < outputs; output++) {
          int at = row * outputs + output;
          out[at] = sum(x, row * features, output, (float) out[at]);
        }
      }
    }

    private float sum(double[] x, int offset, int output, float base) {
      float sum = weights[features * outputs + output] + base;
      for (int i = 0; i < features; i++) {
        double value = x[offset + i];
        if (!Double.isNaN(value)) {
          sum += (float) value * weights[i * outputs + output];
        }
      }
      return sum;
    }

    @Override
    public Booster first(int rounds) {
      return this;
    }
  }
}
