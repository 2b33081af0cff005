package dev.slipway.engines.pmml;

import java.util.List;
import java.util.Map;

/// A `NeuralLayer`: its neurons' inputs, by place among all neurons, and what becomes of the sums.
final class Layer {
  private static final List<String> NORMALISATIONS = List.of("none", "simplemax", "softmax");

  private final int first;
  private final int[][] from;
  private final double[][] weights;
  private final double[] biases;
  private final String activation;
  private final String normalisation;
  private final double threshold;

  /// @param places of the neurons so far; this layer's join them
  Layer(Element element, Element network, Map<String, Integer> places) {
    activation = element.text("activationFunction", network.text("activationFunction", ""));
    if (Double.isNaN(activate(activation, 0.5, 0))) {
      throw new PmmlException(
          element, "activationFunction=\"" + activation + "\" is not supported");
    }
    var standard = network.word("normalizationMethod", "none", NORMALISATIONS);
    boolean last = network.children("NeuralLayer").getLast() == element;
    normalisation = element.word("normalizationMethod", last ? standard : "none", NORMALISATIONS);
    threshold = element.number("threshold", network.number("threshold", 0));
    first = places.size();
    var neurons = element.children("Neuron");
    from = new int[neurons.size()][];
    weights = new double[neurons.size()][];
    biases = neurons.stream().mapToDouble(each -> each.number("bias", 0)).toArray();
    for (int i = 0; i < from.length; i++) {
      var connections = neurons.get(i).children("Con");
      from[i] = connections.stream().mapToInt(each -> place(each, places)).toArray();
      weights[i] = connections.stream().mapToDouble(each -> each.number("weight")).toArray();
    }
    for (var neuron : neurons) {
      if (places.put(neuron.text("id"), places.size()) != null) {
        throw new PmmlException(neuron, "there are two neurons " + neuron.text("id"));
      }
    }
  }

  private static int place(Element connection, Map<String, Integer> places) {
    var place = places.get(connection.text("from"));
    if (place == null) {
      throw new PmmlException(
          connection, "there is no neuron " + connection.text("from") + " before this one");
    }
    return place;
  }

  /// @param values of all neurons; those of this layer are set
  void apply(double... values) {
    for (int i = 0; i < from.length; i++) {
      double sum = biases[i];
      for (int j = 0; j < from[i].length; j++) {
        sum += weights[i][j] * values[from[i][j]];
      }
      values[first + i] = activate(activation, sum, threshold);
    }
    if (!normalisation.equals("none")) {
      var own = java.util.Arrays.copyOfRange(values, first, first + from.length);
      if (normalisation.equals("softmax")) {
        Links.softmax(own);
      } else {
        Links.simplemax(own);
      }
      System.arraycopy(own, 0, values, first, own.length);
    }
  }

  /// NaN for a function that is not known.
  private static double activate(String name, double z, double threshold) {
    return switch (name) {
      case "threshold" -> z > threshold ? 1 : 0;
      case "logistic" -> 1 / (1 + Math.exp(-z));
      case "tanh" -> Math.tanh(z);
      case "identity" -> z;
      case "exponential" -> Math.exp(z);
      case "reciprocal" -> 1 / z;
      case "square" -> z * z;
      case "Gauss" -> Math.exp(-z * z);
      case "sine" -> Math.sin(z);
      case "cosine" -> Math.cos(z);
      case "Elliott" -> z / (1 + Math.abs(z));
      case "arctan" -> 2 * Math.atan(z) / Math.PI;
      case "rectifier" -> Math.max(0, z);
      default -> Double.NaN;
    };
  }
}
