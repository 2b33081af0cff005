package dev.slipway.engines.sklearn.cluster;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Likelihoods;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// `GaussianMixture` and `BayesianGaussianMixture`.
///
/// Implementation note. The log density of a component is `offset - |(x - mean) P|² / 2`, where `P`
/// is the Cholesky factor of its precision; all that does not depend on `x` is in the offset, that
/// is also where the two classes differ.
final class Mixture extends Fitted
    implements Estimator.Predictor, Estimator.Probabilities, Estimator.Scores {
  private final Matrix means;
  private final List<Matrix> factors;
  private final double[] offsets;

  Mixture(PyObject object) {
    super(object, Fields.matrix(object, "means_").columns());
    this.means = Fields.matrix(object, "means_");
    this.factors = factors(object, means);
    this.offsets = offsets(object);
  }

  /// The transposed factor of each component.
  private static List<Matrix> factors(PyObject object, Matrix means) {
    var array = object.array("precisions_cholesky_");
    int width = means.columns();
    var all = new ArrayList<Matrix>();
    for (int i = 0; i < means.rows(); i++) {
      all.add(
          switch (object.text("covariance_type", "full")) {
            case "full" -> square(array, i, width);
            case "tied" -> square(array, 0, width);
            case "diag" ->
                diagonal(Arrays.copyOfRange(array.doubles(), i * width, (i + 1) * width));
            case "spherical" -> {
              var same = new double[width];
              Arrays.fill(same, array.doubles()[i]);
              yield diagonal(same);
            }
            default ->
                throw new UnsupportedEstimatorException(object + ": covariance_type is unknown");
          });
    }
    return all;
  }

  private static Matrix square(NdArray array, int index, int width) {
    int size = width * width;
    var values = Arrays.copyOfRange(array.doubles(), index * size, (index + 1) * size);
    return new Matrix(values, width, width).transposed();
  }

  private static Matrix diagonal(double... values) {
    var target = Matrix.zeros(values.length, values.length);
    for (int i = 0; i < values.length; i++) {
      target.values()[i * values.length + i] = values[i];
    }
    return target;
  }

  private double[] offsets(PyObject object) {
    var all = new double[means.rows()];
    var more =
        object.has("weight_concentration_") ? VariationalTerms.of(object) : logWeights(object);
    for (int i = 0; i < all.length; i++) {
      all[i] = more[i] - means.columns() * Math.log(2 * Math.PI) / 2;
      for (int j = 0; j < means.columns(); j++) {
        all[i] += Math.log(factors.get(i).at(j, j));
      }
    }
    return all;
  }

  private static double[] logWeights(PyObject object) {
    return Arrays.stream(object.doubles("weights_")).map(Math::log).toArray();
  }

  /// @return `[rows, components]`
  private Matrix logs(Frame frame) {
    var x = frame.matrix();
    int count = means.rows();
    var target = Matrix.zeros(x.rows(), count);
    for (int i = 0; i < count; i++) {
      var projected = Vectors.timesTransposed(Vectors.centred(x, means.row(i)), factors.get(i));
      int width = projected.columns();
      for (int row = 0; row < x.rows(); row++) {
        var values = projected.values();
        target.values()[row * count + i] =
            offsets[i] - Vectors.dot(values, row * width, values, row * width, width) / 2;
      }
    }
    return target;
  }

  @Override
  public Tensor predict(Frame x) {
    return Centres.numbers(Vectors.argmax(logs(x)), false);
  }

  @Override
  public Matrix predictProba(Frame x) {
    return Likelihoods.softmax(logs(x));
  }

  @Override
  public Matrix scoreSamples(Frame x) {
    var logs = logs(x);
    var target = Matrix.zeros(logs.rows(), 1);
    for (int row = 0; row < logs.rows(); row++) {
      target.values()[row] =
          Likelihoods.logSumExp(logs.values(), row * logs.columns(), logs.columns());
    }
    return target;
  }
}
