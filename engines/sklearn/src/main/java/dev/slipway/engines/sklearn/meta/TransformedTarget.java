package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Columns;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// `TransformedTargetRegressor`: what a regressor predicts, transformed back.
///
/// @param flat whether the target had one dimension
record TransformedTarget(Estimator.Predictor regressor, TargetInverse inverse, boolean flat) {
  static Estimator read(PyObject object, Estimators readers) {
    var regressor = Members.one(object, "regressor_", readers, Estimator.Predictor.class);
    var inverse = TargetInverse.of(object.object("transformer_"), readers);
    boolean flat = object.integer("_training_dim", 1) == 1;
    var target = new TransformedTarget(regressor, inverse, flat);
    var inputs = new Inputs(object.name(), -1, List.of()).handedTo(List.of(regressor));
    return new MetaRegressor(inputs, target::predict);
  }

  private Tensor predict(Frame x) {
    var predicted = regressor.predict(x);
    var values = new Matrix(predicted.asDoubles(), predicted.rows(), predicted.width());
    var back = inverse.of(values);
    return flat || back.columns() > 1
        ? Columns.values(back.values(), back.rows(), back.columns())
        : Tensor.ofDoubles("", new long[] {back.rows(), 1}, back.values());
  }
}
