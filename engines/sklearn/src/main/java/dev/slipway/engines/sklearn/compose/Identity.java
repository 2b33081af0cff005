package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import org.jspecify.annotations.Nullable;

/// `passthrough`: gives what it is given.
record Identity(int features) implements Estimator.Transformer {
  static final Identity ANY = new Identity(-1);

  /// Whether a step is named rather than an estimator: `passthrough`, or `None` for the same.
  static boolean named(@Nullable Object step) {
    return step == null || step.equals("passthrough");
  }

  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public Frame transform(Frame x) {
    return x;
  }
}
