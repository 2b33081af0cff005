package dev.slipway.engines.sklearn.neighbors;

import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.Map;

/// How far two rows are from each other. Searches compare reduced distances, which are cheaper and
/// in the same order: squares for the Euclidean one.
///
/// @param kind what the names scipy and scikit-learn use come down to
/// @param power of the Minkowski distance
/// @param weights one a feature, or none
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Distance(Kind kind, double power, double[] weights) {
  enum Kind {
    EUCLIDEAN,
    MANHATTAN,
    CHEBYSHEV,
    MINKOWSKI,
    COSINE,
    HAMMING,
    CANBERRA,
    BRAY_CURTIS
  }

  /// `effective_metric_` and its parameters.
  static Distance of(PyObject object) {
    var name = Fields.setting(object, "effective_metric_", Fields.setting(object, "metric", ""));
    double power = 2;
    var weights = new double[0];
    if (object.attributes().get("effective_metric_params_") instanceof Map<?, ?> parameters) {
      power = parameters.get("p") instanceof Number p ? p.doubleValue() : 2;
      weights = parameters.get("w") instanceof NdArray w ? w.doubles() : weights;
    }
    return new Distance(kind(object, name, power, weights), power, weights);
  }

  private static Kind kind(PyObject object, String name, double power, double... weights) {
    return switch (name) {
      case "euclidean", "l2", "sqeuclidean" -> Kind.EUCLIDEAN;
      case "manhattan", "l1", "cityblock" -> Kind.MANHATTAN;
      case "chebyshev", "infinity" -> Kind.CHEBYSHEV;
      case "minkowski", "p" -> minkowski(power, weights);
      case "cosine" -> Kind.COSINE;
      case "hamming" -> Kind.HAMMING;
      case "canberra" -> Kind.CANBERRA;
      case "braycurtis" -> Kind.BRAY_CURTIS;
      default ->
          throw new UnsupportedEstimatorException(
              object
                  + ": metric is "
                  + name
                  + "; expected one of minkowski, euclidean, manhattan, chebyshev, cosine, hamming,"
                  + " canberra, braycurtis");
    };
  }

  private static Kind minkowski(double power, double... weights) {
    if (weights.length > 0) {
      return Kind.MINKOWSKI;
    }
    if (power == 2) {
      return Kind.EUCLIDEAN;
    }
    return power == 1 ? Kind.MANHATTAN : Double.isInfinite(power) ? Kind.CHEBYSHEV : Kind.MINKOWSKI;
  }

  /// The reduced distance of two rows.
  double reduced(double[] a, int from, double[] b, int start, int count) {
    return switch (kind) {
      case EUCLIDEAN -> {
        double sum = 0;
        for (int i = 0; i < count; i++) {
          double difference = a[from + i] - b[start + i];
          sum += difference * difference;
        }
        yield sum;
      }
      case MANHATTAN -> {
        double sum = 0;
        for (int i = 0; i < count; i++) {
          sum += Math.abs(a[from + i] - b[start + i]);
        }
        yield sum;
      }
      case CHEBYSHEV -> {
        double largest = 0;
        for (int i = 0; i < count; i++) {
          largest = Math.max(largest, Math.abs(a[from + i] - b[start + i]));
        }
        yield largest;
      }
      case MINKOWSKI -> {
        double sum = 0;
        for (int i = 0; i < count; i++) {
          double weight = weights.length == 0 ? 1 : weights[i];
          sum += weight * Math.pow(Math.abs(a[from + i] - b[start + i]), power);
        }
        yield sum;
      }
      case COSINE -> OtherDistances.cosine(a, from, b, start, count);
      case HAMMING -> OtherDistances.hamming(a, from, b, start, count);
      case CANBERRA -> OtherDistances.canberra(a, from, b, start, count);
      case BRAY_CURTIS -> OtherDistances.brayCurtis(a, from, b, start, count);
    };
  }

  double fromReduced(double reduced) {
    return switch (kind) {
      case EUCLIDEAN -> Math.sqrt(reduced);
      case MINKOWSKI -> Math.pow(reduced, 1 / power);
      case MANHATTAN, CHEBYSHEV, COSINE, HAMMING, CANBERRA, BRAY_CURTIS -> reduced;
    };
  }

  double toReduced(double distance) {
    return switch (kind) {
      case EUCLIDEAN -> distance * distance;
      case MINKOWSKI -> Math.pow(distance, power);
      case MANHATTAN, CHEBYSHEV, COSINE, HAMMING, CANBERRA, BRAY_CURTIS -> distance;
    };
  }
}
