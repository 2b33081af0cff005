package dev.slipway.engines.sklearn.bayes;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.List;

/// `CategoricalNB`: features are numbers of categories.
final class CategoricalBayes {
  private final PyObject object;
  private final List<Matrix> logs;
  private final double[] priors;

  CategoricalBayes(PyObject object) {
    this.object = object;
    this.logs = Fields.matrices(object, "feature_log_prob_");
    this.priors = object.doubles("class_log_prior_");
  }

  Estimator estimator() {
    return BayesEstimators.joint(object, logs.size(), this::scores);
  }

  private Matrix scores(Frame x) {
    var rows = x.matrix();
    var target = Matrix.zeros(rows.rows(), priors.length);
    for (int row = 0; row < rows.rows(); row++) {
      int at = row * priors.length;
      System.arraycopy(priors, 0, target.values(), at, priors.length);
      for (int feature = 0; feature < logs.size(); feature++) {
        int category = category(rows.at(row, feature), feature);
        for (int i = 0; i < priors.length; i++) {
          target.values()[at + i] += logs.get(feature).at(i, category);
        }
      }
    }
    return target;
  }

  private int category(double value, int feature) {
    int known = logs.get(feature).columns();
    if (!(value >= 0) || value >= known) {
      throw new InvalidInputException(
          "feature "
              + feature
              + ": "
              + value
              + " is no category of CategoricalNB; expected 0 to "
              + (known - 1));
    }
    return (int) value;
  }
}
