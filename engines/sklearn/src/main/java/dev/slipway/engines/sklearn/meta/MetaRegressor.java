package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/// A predictor put together of a function: regressors, and classifiers of several outputs.
class MetaRegressor implements Estimator.Predictor {
  private final Inputs inputs;
  private final Function<Frame, Tensor> predict;

  MetaRegressor(Inputs inputs, Function<Frame, Tensor> predict) {
    this.inputs = inputs;
    this.predict = predict;
  }

  @Override
  public int features() {
    return inputs.features();
  }

  @Override
  public List<String> featureNames() {
    return inputs.names();
  }

  @Override
  public boolean takesMissing() {
    return inputs.takesMissing();
  }

  @Override
  public boolean takesByName() {
    return inputs.takesByName();
  }

  @Override
  public List<DataType> featureTypes() {
    return inputs.types();
  }

  @Override
  public Tensor predict(Frame x) {
    return predict.apply(x);
  }

  /// One that also transforms: voting and stacking.
  static final class Transforming extends MetaRegressor implements Estimator.Transformer {
    private final Function<Frame, Frame> transform;

    Transforming(Inputs inputs, Function<Frame, Tensor> predict, Function<Frame, Frame> transform) {
      super(inputs, predict);
      this.transform = transform;
    }

    @Override
    public Frame transform(Frame x) {
      return transform.apply(x);
    }
  }
}
