package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import java.util.List;

/// A transformer of numbers: checks the input as scikit-learn does, then computes.
public final class NumericTransformer implements Estimator.Transformer {
  /// Which values may be in the input.
  public enum Values {
    /// Neither NaN nor infinity.
    FINITE,
    /// NaN stands for a missing value; infinity is refused.
    NAN_ALLOWED,
    /// Whatever is there.
    ANY
  }

  private final Header header;
  private final Values values;
  private final Arithmetic arithmetic;

  public NumericTransformer(Header header, Values values, Arithmetic arithmetic) {
    this.header = header;
    this.values = values;
    this.arithmetic = arithmetic;
  }

  @Override
  public int features() {
    return header.features();
  }

  @Override
  public List<String> featureNames() {
    return header.names();
  }

  @Override
  public boolean takesMissing() {
    return values != Values.FINITE;
  }

  @Override
  public Frame transform(Frame x) {
    header.checkWidth(x);
    if (x instanceof Frame.Sparse sparse) {
      check(sparse.values(), 0);
      return arithmetic.sparse(sparse);
    }
    var matrix = x.matrix();
    check(matrix.values(), matrix.columns());
    return arithmetic.dense(matrix);
  }

  private void check(double[] found, int columns) {
    if (values != Values.ANY) {
      header.checkFinite(found, columns, values == Values.NAN_ALLOWED);
    }
  }
}
