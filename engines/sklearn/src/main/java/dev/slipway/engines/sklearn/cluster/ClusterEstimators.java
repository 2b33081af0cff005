package dev.slipway.engines.sklearn.cluster;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.Outliers;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// Clusterings and mixtures, and the envelope of a Gaussian.
public final class ClusterEstimators {
  private ClusterEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    estimators.add("sklearn.KMeans", (object, _) -> means(object, true));
    estimators.add("sklearn.MiniBatchKMeans", (object, _) -> means(object, true));
    estimators.add("sklearn.BisectingKMeans", (object, _) -> new Bisecting(object));
    estimators.add("sklearn.Birch", (object, _) -> birch(object));
    estimators.add("sklearn.MeanShift", (object, _) -> plain(object));
    estimators.add("sklearn.AffinityPropagation", (object, _) -> plain(object));
    estimators.add("sklearn.GaussianMixture", (object, _) -> new Mixture(object));
    estimators.add("sklearn.BayesianGaussianMixture", (object, _) -> new Mixture(object));
    estimators.add("sklearn.EllipticEnvelope", (object, _) -> envelope(object));
  }

  private static Estimator means(PyObject object, boolean narrow) {
    return Centres.measuring(object, Fields.matrix(object, "cluster_centers_"), new int[0], narrow);
  }

  private static Estimator plain(PyObject object) {
    return new Centres(object, Fields.matrix(object, "cluster_centers_"), new int[0], false);
  }

  private static Estimator birch(PyObject object) {
    return Centres.measuring(
        object,
        Fields.matrix(object, "subcluster_centers_"),
        object.array("subcluster_labels_").integers(),
        false);
  }

  /// The squared Mahalanobis distance, negative.
  private static Estimator envelope(PyObject object) {
    var location = object.doubles("location_");
    var precision = Fields.matrix(object, "precision_");
    return new Outliers(
        object,
        location.length,
        x -> {
          var centred = Vectors.centred(x.matrix(), location);
          var turned = Vectors.timesTransposed(centred, precision);
          var target = Matrix.zeros(x.rows(), 1);
          for (int row = 0; row < x.rows(); row++) {
            int from = row * location.length;
            target.values()[row] =
                -Vectors.dot(centred.values(), from, turned.values(), from, location.length);
          }
          return target;
        },
        object.number("offset_"),
        true);
  }
}
