package dev.slipway.engines.sklearn.neighbors;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Likelihoods;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;
import java.util.Map;

/// `KernelDensity`: the logarithm of the density at a row.
///
/// All fitted rows are summed, as scikit-learn does where `atol` and `rtol` are 0 (their defaults);
/// where they are not, it stops earlier, and answers differ by no more than they allow. Where a
/// kernel reaches no row, the answer is minus infinity; there it says what its rounding left over,
/// about -40.
final class KernelDensity extends Fitted implements Estimator.Scores {
  private static final int SAMPLE_WEIGHT = 12;

  private final Matrix train;
  private final Distance distance;
  private final DensityKernel kernel;
  private final double bandwidth;
  private final double[] logWeights; // of the fitted rows; empty where all are 1
  private final double offset;

  KernelDensity(PyObject object) {
    this(object, state(object));
  }

  private KernelDensity(PyObject object, PyTuple state) {
    this(object, state, data(object, state));
  }

  private KernelDensity(PyObject object, PyTuple state, Matrix train) {
    super(object, train.columns());
    this.train = train;
    this.distance = distance(object);
    this.kernel = DensityKernel.of(object);
    this.bandwidth = object.number(object.has("bandwidth_") ? "bandwidth_" : "bandwidth");
    double total = train.rows();
    if (state.values().size() > SAMPLE_WEIGHT
        && state.values().get(SAMPLE_WEIGHT) instanceof NdArray weights) {
      logWeights = weights.doubles().clone();
      total = 0;
      for (int i = 0; i < logWeights.length; i++) {
        total += logWeights[i];
        logWeights[i] = Math.log(logWeights[i]);
      }
    } else {
      logWeights = new double[0];
    }
    int dimensions = train.columns();
    this.offset =
        -kernel.logIntegral(dimensions) - dimensions * Math.log(bandwidth) - Math.log(total);
  }

  private static PyTuple state(PyObject object) {
    var tree = object.object("tree_");
    if (tree.attributes().get("__state__") instanceof PyTuple state && !state.values().isEmpty()) {
      return state;
    }
    throw new UnsupportedEstimatorException(tree + " has a state that is not known");
  }

  private static Matrix data(PyObject object, PyTuple state) {
    if (state.values().getFirst() instanceof NdArray data) {
      return Fields.matrix(data);
    }
    throw new UnsupportedEstimatorException(object + ": tree_ holds no rows");
  }

  private static Distance distance(PyObject object) {
    if (object.attributes().get("metric_params") instanceof Map<?, ?> more && !more.isEmpty()) {
      throw new UnsupportedEstimatorException(
          object + ": metric_params has " + more.keySet() + ", expected none");
    }
    return Distance.of(object);
  }

  @Override
  public Matrix scoreSamples(Frame frame) {
    var x = frame.matrix();
    int width = train.columns();
    var logs = new double[train.rows()];
    var target = Matrix.zeros(x.rows(), 1);
    for (int row = 0; row < x.rows(); row++) {
      for (int i = 0; i < logs.length; i++) {
        double far =
            distance.fromReduced(
                distance.reduced(x.values(), row * width, train.values(), i * width, width));
        logs[i] = kernel.log(far / bandwidth) + (logWeights.length == 0 ? 0 : logWeights[i]);
      }
      target.values()[row] = Likelihoods.logSumExp(logs, 0, logs.length) + offset;
    }
    return target;
  }
}
