package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.lightgbm.LightGbmModel;
import dev.slipway.engines.lightgbm.LightGbmReader;
import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// `LGBMClassifier`, `LGBMRegressor`, `LGBMRanker` and a bare `Booster`: the pickle of a booster
/// holds its text.
final class LightGbm {
  private LightGbm() {}

  static Estimator booster(PyObject object, Estimators readers) {
    var model = model(object);
    return new WrappedRegressor(inputs(object, model), x -> predict(model, x));
  }

  static Estimator regressor(PyObject object, Estimators readers) {
    var model = model(object.object("_Booster"));
    return new WrappedRegressor(inputs(object, model), x -> predict(model, x));
  }

  static Estimator classifier(PyObject object, Estimators readers) {
    if (!(object.attributes().get("_objective") instanceof String)) {
      throw new UnsupportedEstimatorException(
          object.type()
              + ": objective "
              + object.attributes().get("_objective")
              + " is a function of its own, so there are no probabilities; serve the model with a"
              + " process runtime");
    }
    var model = model(object.object("_Booster"));
    var classes = Labels.of(classes(object));
    int expected = classes.count() > 2 ? classes.count() : 1;
    if (model.outputs() != expected) {
      throw new UnsupportedEstimatorException(
          object.type() + ": " + model.outputs() + " outputs for " + classes.count() + " classes");
    }
    var wrapped =
        new WrappedClassifier(inputs(object, model), x -> predict(model, x), classes, false);
    return object.attributes().containsKey("_fitted_with_feature_names")
        ? new Deciding(wrapped, x -> raw(model, x))
        : wrapped;
  }

  private static NdArray classes(PyObject object) {
    return object.has("_classes")
        ? object.array("_classes")
        : object.object("_le").array("classes_");
  }

  private static Inputs inputs(PyObject object, LightGbmModel model) {
    var own = Inputs.of(object);
    return new Inputs(own.estimator(), model.features(), own.names());
  }

  /// The iterations that Python predicts with: up to the best, if there was early stopping.
  private static LightGbmModel model(PyObject booster) {
    var text = booster.text(booster.has("_handle") ? "_handle" : "handle");
    try {
      return LightGbmReader.read(text).first(booster.integer("best_iteration", 0));
    } catch (ModelLoadException problem) {
      throw new UnsupportedEstimatorException(booster.type() + ": " + problem.getMessage());
    }
  }

  private static Matrix predict(LightGbmModel model, Frame x) {
    var rows = model.table().read(Tensors.of(x));
    return new Matrix(model.predict(rows.x(), rows.count()), rows.count(), model.outputs());
  }

  private static Matrix raw(LightGbmModel model, Frame x) {
    var rows = model.table().read(Tensors.of(x));
    return new Matrix(model.raw(rows.x(), rows.count()), rows.count(), model.outputs());
  }

  /// A classifier of LightGBM 4.7, which has learnt `decision_function`: the raw scores.
  private record Deciding(WrappedClassifier classifier, RawScores scores)
      implements Estimator.Classes, Estimator.Probabilities, Estimator.Decisions {
    @Override
    public int features() {
      return classifier.features();
    }

    @Override
    public List<String> featureNames() {
      return classifier.featureNames();
    }

    @Override
    public boolean takesMissing() {
      return true;
    }

    @Override
    public Labels classes() {
      return classifier.classes();
    }

    @Override
    public Tensor predict(Frame x) {
      return classifier.predict(x);
    }

    @Override
    public Matrix predictProba(Frame x) {
      return classifier.predictProba(x);
    }

    @Override
    public Matrix decisionFunction(Frame x) {
      return scores.of(x);
    }
  }
}
