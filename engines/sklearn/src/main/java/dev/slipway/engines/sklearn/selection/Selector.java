package dev.slipway.engines.sklearn.selection;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.Header;
import java.util.List;
import java.util.stream.IntStream;

/// Keeps the columns of a mask.
final class Selector implements Estimator.Transformer {
  private final Header header;
  private final int[] kept;
  private final boolean finite;

  /// @param support one flag a column
  /// @param finite whether NaN is refused
  Selector(PyObject object, boolean[] support, boolean finite) {
    this.header = Header.of(object).width(support.length);
    this.kept = IntStream.range(0, support.length).filter(i -> support[i]).toArray();
    this.finite = finite;
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
    return !finite;
  }

  @Override
  public Frame transform(Frame x) {
    header.checkWidth(x);
    if (finite && x instanceof Frame.Dense dense) {
      header.checkFinite(dense.matrix().values(), x.columns(), false);
    }
    return x.select(kept);
  }
}
