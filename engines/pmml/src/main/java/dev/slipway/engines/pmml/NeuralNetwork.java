package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// A `NeuralNetwork` of layers of weighted sums.
///
/// @see <a href="https://dmg.org/pmml/v4-4-1/NeuralNetwork.html">PMML 4.4.1, Neural network</a>
final class NeuralNetwork extends Model {
  private final Expression[] inputs;
  private final List<Layer> layers = new ArrayList<>();
  private final int neurons;
  private final int[] outputs;
  private final int[] outputLabels;
  private DoubleUnaryOperator back = DoubleUnaryOperator.identity();

  NeuralNetwork(Frame frame) {
    super(frame);
    var element = frame.element();
    var places = new HashMap<String, Integer>();
    var given = element.needed("NeuralInputs").children("NeuralInput");
    inputs = new Expression[given.size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = input(given.get(i).needed("DerivedField"), frame.scope());
      places.put(given.get(i).text("id"), i);
    }
    for (var layer : element.children("NeuralLayer")) {
      layers.add(new Layer(layer, element, places));
    }
    neurons = places.size();
    var wanted = element.needed("NeuralOutputs").children("NeuralOutput");
    if (wanted.isEmpty() || (!classifies() && wanted.size() > 1)) {
      throw new PmmlException(element, wanted.size() + " NeuralOutput elements");
    }
    outputs = new int[wanted.size()];
    outputLabels = new int[wanted.size()];
    for (int i = 0; i < outputs.length; i++) {
      var output = wanted.get(i);
      var place = places.get(output.text("outputNeuron"));
      if (place == null) {
        throw new PmmlException(output, "there is no neuron " + output.text("outputNeuron"));
      }
      outputs[i] = place;
      output(i, Expressions.body(output.needed("DerivedField")));
    }
  }

  private static Expression input(Element field, Scope scope) {
    return Expressions.of(Expressions.body(field), scope).as(Kind.DOUBLE);
  }

  private void output(int index, Element expression) {
    if (classifies() && expression.name().equals("NormDiscrete")) {
      outputLabels[index] = labels().add(expression.text("value"));
    } else if (!classifies() && expression.name().equals("NormContinuous")) {
      back = Normalising.inverse(expression)::at;
    } else if (classifies() || !expression.name().equals("FieldRef")) {
      throw PmmlException.unsupported(expression);
    }
  }

  @Override
  void score(Row row, Prediction prediction) {
    var values = new double[neurons];
    for (int i = 0; i < inputs.length; i++) {
      values[i] = inputs[i].number(row);
    }
    if (Arrays.stream(values).anyMatch(Double::isNaN)) {
      return;
    }
    layers.forEach(layer -> layer.apply(values));
    if (!classifies()) {
      prediction.number = back.applyAsDouble(values[outputs[0]]);
      return;
    }
    for (int i = 0; i < outputs.length; i++) {
      prediction.scores[outputLabels[i]] = values[outputs[i]];
    }
    prediction.highest();
  }
}
