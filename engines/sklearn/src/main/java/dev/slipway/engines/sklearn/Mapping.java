package dev.slipway.engines.sklearn;

import dev.slipway.engines.sklearn.pickle.PyObject;

/// A transformer from numbers to numbers.
public final class Mapping extends Fitted implements Estimator.Transformer {
  private final RowScores map;

  public Mapping(PyObject object, int features, RowScores map) {
    super(object, features);
    this.map = map;
  }

  @Override
  public Frame transform(Frame x) {
    return new Frame.Dense(map.of(x));
  }
}
