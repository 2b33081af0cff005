package dev.slipway.engines.sklearn.cluster;

import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;

/// What a `BayesianGaussianMixture` adds to a component's log density (Bishop 2006, 10.64 to
/// 10.66).
final class VariationalTerms {
  private static final double ASYMPTOTIC_FROM = 12;

  private VariationalTerms() {}

  static double[] of(PyObject object) {
    var terms = logWeights(object);
    var freedom = Fields.vector(object, "degrees_of_freedom_");
    var precision = object.doubles("mean_precision_");
    int width = Fields.matrix(object, "means_").columns();
    for (int i = 0; i < terms.length; i++) {
      double own = freedom[freedom.length == 1 ? 0 : i];
      double logLambda = width * Math.log(2);
      for (int j = 0; j < width; j++) {
        logLambda += digamma((own - j) / 2);
      }
      terms[i] += (logLambda - width / precision[i] - width * Math.log(own)) / 2;
    }
    return terms;
  }

  private static double[] logWeights(PyObject object) {
    if (object.value("weight_concentration_") instanceof PyTuple) {
      return sticks(Fields.vectors(object, "weight_concentration_"));
    }
    var concentration = object.doubles("weight_concentration_");
    var logs = new double[concentration.length];
    double sum = 0;
    for (double value : concentration) {
      sum += value;
    }
    for (int i = 0; i < logs.length; i++) {
      logs[i] = digamma(concentration[i]) - digamma(sum);
    }
    return logs;
  }

  /// The stick-breaking of a Dirichlet process.
  private static double[] sticks(java.util.List<double[]> concentration) {
    var a = concentration.getFirst();
    var b = concentration.get(1);
    var logs = new double[a.length];
    double left = 0;
    for (int i = 0; i < a.length; i++) {
      double both = digamma(a[i] + b[i]);
      logs[i] = digamma(a[i]) - both + left;
      left += digamma(b[i]) - both;
    }
    return logs;
  }

  /// The derivative of `log Γ`, by recurrence to where its asymptotic series is exact enough
  /// (Abramowitz and Stegun 6.3.18).
  static double digamma(double x) {
    double result = 0;
    double at = x;
    for (; at < ASYMPTOTIC_FROM; at++) {
      result -= 1 / at;
    }
    double inverse = 1 / (at * at);
    double series =
        inverse
            * (1.0 / 12
                - inverse
                    * (1.0 / 120
                        - inverse * (1.0 / 252 - inverse * (1.0 / 240 - inverse * (1.0 / 132)))));
    return result + Math.log(at) - 1 / (2 * at) - series;
  }
}
