package dev.slipway.engines.sklearn.neural;

import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.ArrayList;
import java.util.List;

/// The layers of a multi-layer perceptron.
final class Perceptron {
  private static final List<String> ACTIVATIONS =
      List.of("identity", "relu", "logistic", "tanh", "softmax", "exp");

  private final List<Layer> layers = new ArrayList<>();

  Perceptron(PyObject object) {
    var weights = Fields.matrices(object, "coefs_");
    var offsets = Fields.vectors(object, "intercepts_");
    for (int i = 0; i < weights.size(); i++) {
      boolean last = i == weights.size() - 1;
      var activation = object.text(last ? "out_activation_" : "activation");
      if (!ACTIVATIONS.contains(activation)) {
        throw new UnsupportedEstimatorException(object + ": activation is " + activation);
      }
      layers.add(new Layer(weights.get(i), offsets.get(i), activation));
    }
  }

  int features() {
    return layers.getFirst().weights().rows();
  }

  int outputs() {
    return layers.getLast().weights().columns();
  }

  Matrix of(Frame x) {
    var values = x.matrix();
    for (var layer : layers) {
      values = layer.of(values);
    }
    return values;
  }
}
