package dev.slipway.engines.sklearn.neighbors;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// A neighbours classifier of several outputs, each with classes of its own.
final class NeighborOutputs extends Fitted
    implements Estimator.Predictor, Estimator.OutputProbabilities {
  private final Votes votes;
  private final List<Labels> classes = new ArrayList<>();
  private final int[] labels;

  NeighborOutputs(PyObject object, boolean byRadius) {
    super(object, -1);
    this.votes = new Votes(object, byRadius);
    this.labels = object.array("_y").integers();
    for (var each : object.list("classes_")) {
      if (!(each instanceof NdArray array)) {
        throw new UnsupportedEstimatorException(object + ": classes_ holds no arrays");
      }
      classes.add(Labels.of(array));
    }
  }

  @Override
  public int features() {
    return votes.features();
  }

  @Override
  public List<Matrix> predictProbaPerOutput(Frame frame) {
    var x = frame.matrix();
    var all = new ArrayList<Matrix>();
    classes.forEach(each -> all.add(Matrix.zeros(x.rows(), each.count())));
    for (int row = 0; row < x.rows(); row++) {
      var found = votes.of(x, row);
      if (found.rows().length == 0) {
        throw new InvalidInputException("No neighbors found for test samples [" + row + "]");
      }
      var weights = votes.weights(found);
      double sum = 0;
      for (double weight : weights) {
        sum += weight;
      }
      for (int output = 0; output < all.size(); output++) {
        var shares = all.get(output);
        for (int i = 0; i < weights.length; i++) {
          int label = labels[found.rows()[i] * all.size() + output];
          shares.values()[row * shares.columns() + label] += weights[i] / sum;
        }
      }
    }
    return all;
  }

  @Override
  public Tensor predict(Frame x) {
    var shares = predictProbaPerOutput(x);
    var type = classes.getFirst().type();
    int width = classes.size();
    var shape = new long[] {x.rows(), width};
    var columns = new ArrayList<Tensor>();
    for (int output = 0; output < width; output++) {
      columns.add(classes.get(output).at(Vectors.argmax(shares.get(output))));
    }
    if (type == DataType.BYTES) {
      var texts = new byte[x.rows() * width][];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = columns.get(i % width).strings()[i / width];
      }
      return Tensor.of("", type, shape, texts);
    }
    var numbers = new double[x.rows() * width];
    var wholes = new long[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = columns.get(i % width).asDoubles()[i / width];
      wholes[i] = columns.get(i % width).asLongs()[i / width];
    }
    return type == DataType.FP64
        ? Tensor.ofDoubles("", shape, numbers)
        : Tensor.ofLongs("", shape, wholes);
  }
}
