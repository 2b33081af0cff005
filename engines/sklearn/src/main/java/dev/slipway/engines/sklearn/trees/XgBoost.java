package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.boosting.FeatureTable;
import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.xgboost.XgBoostModel;
import dev.slipway.engines.xgboost.XgBoostReader;
import dev.slipway.inference.engine.ModelLoadException;
import java.util.List;

/// `XGBClassifier`, `XGBRegressor`, `XGBRanker`, their random forests, and a bare `Booster`: the
/// pickle of a booster holds its bytes in `handle`.
///
/// Source: XGBoost 3, `python-package/xgboost/sklearn.py` and `core.py`. Before 1.6 a classifier
/// kept an encoder of its labels, `_le`; since then labels are `0, 1, ...`.
///
/// @param table turns what stands for a missing value (`missing`) into NaN
record XgBoost(XgBoostModel model, FeatureTable table) {
  private static final String SOFTMAX = "multi:softmax";

  static Estimator booster(PyObject object, Estimators readers) {
    var whole = new XgBoost(model(object), Float.NaN);
    return new WrappedRegressor(whole.inputs(object), whole::predict);
  }

  static Estimator regressor(PyObject object, Estimators readers) {
    var best = wrapped(object);
    return new WrappedRegressor(best.inputs(object), best::predict);
  }

  static Estimator classifier(PyObject object, Estimators readers) {
    var best = wrapped(object);
    int outputs = best.model.outputs();
    var classes = classes(object, outputs);
    var inputs = best.inputs(object);
    if (outputs > 1 && classes.count() == 2) {
      return new ManyLabels(inputs, best::predict);
    }
    if (outputs > 1 ? outputs != classes.count() : classes.count() > 2) {
      throw new UnsupportedEstimatorException(
          object.type() + ": " + outputs + " outputs for " + classes.count() + " classes");
    }
    boolean softmax = object.text("objective", "").equals(SOFTMAX) || best.model.width() < outputs;
    return new WrappedClassifier(inputs, softmax ? best::shares : best::predict, classes, true);
  }

  private XgBoost(XgBoostModel model, float missing) {
    this(
        model,
        Float.isNaN(missing)
            ? model.table()
            : model.table().cleaned(value -> value == missing ? Double.NaN : value));
  }

  /// The wrappers predict with the rounds up to the best, if there was early stopping.
  private static XgBoost wrapped(PyObject object) {
    return new XgBoost(
        model(object.object("_Booster")).best(), (float) object.number("missing", Double.NaN));
  }

  private static XgBoostModel model(PyObject booster) {
    try {
      return XgBoostReader.read(bytes(booster));
    } catch (ModelLoadException problem) {
      throw new UnsupportedEstimatorException(booster.type() + ": " + problem.getMessage());
    }
  }

  private static byte[] bytes(PyObject booster) {
    if (booster.value("handle") instanceof byte[] bytes) {
      return bytes;
    }
    throw new UnsupportedEstimatorException(
        booster.type() + ": attribute handle should be bytes, found " + booster.value("handle"));
  }

  private Inputs inputs(PyObject object) {
    return new Inputs(object.name(), model.features(), model.featureNames());
  }

  private static Labels classes(PyObject object, int outputs) {
    var owner = object.optionalObject("_le").orElse(object);
    if (owner.attributes().get("classes_") instanceof NdArray array) {
      return Labels.of(array);
    }
    if (owner.attributes().get("classes_") instanceof List<?> list) {
      return Labels.of(list);
    }
    return Labels.upTo(object.integer("n_classes_", Math.max(2, outputs)));
  }

  private Matrix predict(Frame x) {
    var rows = table.read(Tensors.of(x));
    return matrix(model.predict(rows.x(), rows.count()), rows.count(), model.width());
  }

  /// The shares behind `multi:softmax`, which itself answers with classes.
  private Matrix shares(Frame x) {
    var rows = table.read(Tensors.of(x));
    var margins = matrix(model.margins(rows.x(), rows.count()), rows.count(), model.outputs());
    return Links.softmax(margins);
  }

  private static Matrix matrix(float[] values, int rows, int columns) {
    var wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return new Matrix(wide, rows, columns);
  }
}
