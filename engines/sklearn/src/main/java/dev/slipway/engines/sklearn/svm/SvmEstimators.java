package dev.slipway.engines.sklearn.svm;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.Outliers;
import dev.slipway.engines.sklearn.Regression;
import dev.slipway.engines.sklearn.RowScores;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// Support vector machines of libsvm, and kernel ridge regression.
public final class SvmEstimators {
  private SvmEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    estimators.add("sklearn.SVC", (object, _) -> SupportVectorClassifier.read(object));
    estimators.add("sklearn.NuSVC", (object, _) -> SupportVectorClassifier.read(object));
    estimators.add("sklearn.SVR", (object, _) -> regressor(object));
    estimators.add("sklearn.NuSVR", (object, _) -> regressor(object));
    estimators.add("sklearn.OneClassSVM", (object, _) -> oneClass(object));
    estimators.add("sklearn.KernelRidge", (object, _) -> kernelRidge(object));
  }

  private static Estimator regressor(PyObject object) {
    var vectors = new SupportVectors(object);
    return new Regression(object, vectors.features(), true, sums(object, vectors, 0));
  }

  private static Estimator oneClass(PyObject object) {
    var vectors = new SupportVectors(object);
    double offset = Fields.vector(object, "offset_")[0];
    var scores = sums(object, vectors, offset);
    return new Outliers(object, vectors.features(), scores, offset, false);
  }

  private static RowScores sums(PyObject object, SupportVectors vectors, double more) {
    var coefficients = Fields.matrix(object, "_dual_coef_").values();
    double offset = Fields.vector(object, "_intercept_")[0] + more;
    return x -> {
      var rows = x.matrix();
      var target = Matrix.zeros(rows.rows(), 1);
      var values = new double[vectors.count()];
      for (int row = 0; row < rows.rows(); row++) {
        vectors.values(rows, row, values);
        target.values()[row] = Vectors.dot(values, 0, coefficients, 0, values.length) + offset;
      }
      return target;
    };
  }

  private static Estimator kernelRidge(PyObject object) {
    var train = Fields.matrix(object, "X_fit_");
    var kernel = Kernel.of(object, object.number("gamma", 1.0 / train.columns()));
    boolean flat = Fields.dimensions(object, "dual_coef_") == 1;
    var dual = Fields.matrix(object, "dual_coef_");
    var coefficients = flat ? dual : dual.transposed();
    return new Regression(
        object,
        train.columns(),
        flat,
        x -> Vectors.timesTransposed(kernel.of(x.matrix(), train), coefficients));
  }
}
