package dev.slipway.engines.sklearn.decomposition;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Mapping;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.linear.LinearMap;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.svm.Kernel;

/// Decompositions of a matrix.
public final class DecompositionEstimators {
  private DecompositionEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    estimators.add("sklearn.PCA", (object, _) -> principal(object));
    estimators.add("sklearn.IncrementalPCA", (object, _) -> principal(object));
    estimators.add("sklearn.TruncatedSVD", (object, _) -> linear(object));
    estimators.add("sklearn.FastICA", (object, _) -> independent(object));
    estimators.add("sklearn.KernelPCA", (object, _) -> kernel(object));
    estimators.add("sklearn.FactorAnalysis", (object, _) -> Shrunk.factors(object));
    estimators.add("sklearn.SparsePCA", (object, _) -> Shrunk.sparse(object));
    estimators.add("sklearn.MiniBatchSparsePCA", (object, _) -> Shrunk.sparse(object));
    estimators.add("sklearn.NMF", (object, _) -> NonNegative.read(object));
    for (var name : new String[] {"PLSRegression", "PLSCanonical", "CCA"}) {
      estimators.add("sklearn." + name, (object, _) -> new PartialLeastSquares(object));
    }
    estimators.add("sklearn.PLSSVD", (object, _) -> PartialLeastSquares.svd(object));
  }

  /// `x Aᵀ - m Aᵀ`, each component over its deviation if whitened.
  private static Estimator principal(PyObject object) {
    var components = Fields.matrix(object, "components_");
    if (object.truth("whiten", false)) {
      var variances = object.doubles("explained_variance_");
      components = scaled(components, variances);
    }
    return new Inverses(object, centred(components, object), object);
  }

  private static Matrix scaled(Matrix components, double... variances) {
    var target = Matrix.zeros(components.rows(), components.columns());
    for (int i = 0; i < target.values().length; i++) {
      double scale = Math.sqrt(variances[i / components.columns()]);
      target.values()[i] = components.values()[i] / Math.max(scale, Math.ulp(1.0));
    }
    return target;
  }

  /// `(x - mean_) Aᵀ` as a linear map.
  static LinearMap centred(Matrix components, PyObject object) {
    var offsets = new double[components.rows()];
    if (object.has("mean_")) {
      var mean = object.doubles("mean_");
      for (int i = 0; i < offsets.length; i++) {
        int width = components.columns();
        offsets[i] = -Vectors.dot(components.values(), i * width, mean, 0, width);
      }
    }
    return new LinearMap(components, offsets);
  }

  private static Estimator linear(PyObject object) {
    var components = Fields.matrix(object, "components_");
    var map = new LinearMap(components, 0);
    return new Mapping(object, components.columns(), map::of);
  }

  private static Estimator independent(PyObject object) {
    var map = centred(Fields.matrix(object, "components_"), object);
    return new Mapping(object, map.inputs(), map::of);
  }

  private static Estimator kernel(PyObject object) {
    var train = Fields.matrix(object, "X_fit_");
    double gamma = object.number("gamma_", object.number("gamma", 1.0 / train.columns()));
    var kernel = Kernel.of(object, gamma);
    var centre = new KernelCentre(object.object("_centerer"));
    var axes = KernelCentre.axes(object);
    return new Mapping(
        object,
        train.columns(),
        x -> Vectors.timesTransposed(centre.of(kernel.of(x.matrix(), train)), axes));
  }
}
