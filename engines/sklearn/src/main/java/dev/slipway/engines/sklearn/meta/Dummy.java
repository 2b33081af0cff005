package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Argmax;
import dev.slipway.engines.sklearn.trees.Columns;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// `DummyClassifier` and `DummyRegressor`, which answer every row alike whatever is in it.
final class Dummy {
  private Dummy() {}

  static Estimator regressor(PyObject object, Estimators readers) {
    var values = object.doubles("constant_");
    return new MetaRegressor(inputs(object), x -> repeated(values, x.rows()));
  }

  private static Inputs inputs(PyObject object) {
    return new Inputs(object.name(), -1, List.of(), true, false, List.of());
  }

  private static Tensor repeated(double[] values, int rows) {
    return Columns.values(rows(values, rows).values(), rows, values.length);
  }

  private static Matrix rows(double[] values, int rows) {
    var all = Matrix.zeros(rows, values.length);
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, 0, all.values(), row * values.length, values.length);
    }
    return all;
  }

  static Estimator classifier(PyObject object, Estimators readers) {
    if (!(object.value("classes_") instanceof NdArray array)) {
      throw new UnsupportedEstimatorException(
          object.type() + " of several outputs is not evaluated here");
    }
    var classes = Labels.of(array);
    var shares = shares(object, classes);
    int chosen = Argmax.rows(shares, shares.length, 0, shares.length)[0];
    return MetaClassifier.Parts.of(inputs(object), classes, x -> chosen(classes, chosen, x))
        .probabilities(x -> rows(shares, x.rows()))
        .build();
  }

  private static Tensor chosen(Labels classes, int index, Frame x) {
    var indexes = new int[x.rows()];
    Arrays.fill(indexes, index);
    return classes.at(indexes);
  }

  private static double[] shares(PyObject object, Labels classes) {
    var strategy = object.text("_strategy", object.text("strategy", "prior"));
    var prior = object.doubles("class_prior_");
    return switch (strategy) {
      case "prior" -> prior;
      case "most_frequent" -> only(Argmax.rows(prior, prior.length, 0, prior.length)[0], prior);
      case "constant" -> only(new LabelIndex(classes).of(object.value("constant")), prior);
      default ->
          throw new UnsupportedEstimatorException(
              object.type()
                  + ": strategy "
                  + strategy
                  + " draws at random and is not evaluated here (expected one of: constant,"
                  + " most_frequent, prior)");
    };
  }

  private static double[] only(int index, double... prior) {
    var shares = new double[prior.length];
    shares[index] = 1;
    return shares;
  }
}
