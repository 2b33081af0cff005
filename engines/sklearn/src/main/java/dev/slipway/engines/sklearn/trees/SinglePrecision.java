package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Frame;
import dev.slipway.inference.engine.InvalidInputException;

/// The cast to float32 that scikit-learn's trees do before they compare with float64 thresholds.
///
/// @param inputs of the estimator
/// @param missing whether NaN has a direction in every split (since scikit-learn 1.3)
record SinglePrecision(Inputs inputs, boolean missing) {

  /// @return `[rows, features]`, each value a float32
  /// @throws InvalidInputException for a wrong number of columns, an infinite value or one beyond
  /// float32, and for NaN where the trees know no direction for it
  double[] rows(Frame x) {
    var source = inputs.matrix(x).values();
    var rows = new double[source.length];
    for (int i = 0; i < rows.length; i++) {
      float value = (float) source[i];
      if (!Float.isFinite(value)) {
        judge(value, i, x);
      }
      rows[i] = value;
    }
    return rows;
  }

  private void judge(float value, int index, Frame x) {
    boolean isMissing = Float.isNaN(value);
    if (isMissing && missing) {
      return;
    }
    int row = index / x.columns();
    var column = inputs.column(index % x.columns());
    throw new InvalidInputException(
        "row "
            + row
            + ", column "
            + column
            + ": "
            + inputs.estimator()
            + (isMissing
                ? " takes no missing values, found NaN"
                : " takes finite float32 values, found " + x.matrix().values()[index]));
  }
}
