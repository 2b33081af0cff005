package dev.slipway.engines.onnx;

import dev.slipway.engines.onnx.ValueType.Dense;
import dev.slipway.engines.onnx.ValueType.Maybe;
import dev.slipway.engines.onnx.ValueType.Port;
import dev.slipway.engines.onnx.ValueType.Sequence;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.Coercion;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds for each input of a model the client's tensor, in the type and shape the model takes.
///
/// The elements of a sequence come as tensors named `x[0]`, `x[1]`, …; none of them is the empty
/// sequence.
final class InputMatcher {
  private static final Tensor[] NONE = new Tensor[0];

  /// What a client writes who has no name for the one thing there is.
  private static final List<String> ANY_NAME =
      List.of("", "input", "inputs", "input-0", "input_0", "instances", "predict", "data");

  private final List<Port> ports;
  private final Map<String, Integer> places = new HashMap<>();

  InputMatcher(List<Port> ports) {
    this.ports = ports;
    for (int i = 0; i < ports.size(); i++) {
      places.put(ports.get(i).name(), i);
    }
  }

  /// One entry per input: its tensor, several for a sequence, none where an optional is left out.
  ///
  /// @throws InvalidInputException for an input that is missing, unknown, twice there, or of a type
  /// or shape the model does not take
  Tensor[][] match(List<Tensor> given) {
    var found = new Tensor[ports.size()][];
    for (var tensor : given) {
      place(tensor, given.size(), found);
    }
    for (int i = 0; i < found.length; i++) {
      var port = ports.get(i);
      if (found[i] == null) {
        found[i] = absent(port, given);
      }
      var content = port.content();
      var element = content instanceof Sequence(var type) ? type : content;
      for (int j = 0; j < found[i].length; j++) {
        found[i][j] = fitted(port, (Dense) element, found[i][j]);
      }
    }
    return found;
  }

  private void place(Tensor tensor, int tensors, Tensor[][] found) {
    var place = places.get(tensor.name());
    if (place == null && tensor.name().endsWith("]")) {
      element(tensor, found);
      return;
    }
    if (place == null && ports.size() == 1 && tensors == 1 && ANY_NAME.contains(tensor.name())) {
      place = 0;
    }
    if (place == null) {
      throw unknown(tensor);
    }
    var before = found[place];
    if (before == null) {
      found[place] = new Tensor[] {tensor};
    } else if (ports.get(place).content() instanceof Sequence) {
      found[place] = append(before, tensor);
    } else {
      throw new InvalidInputException("input \"" + tensor.name() + "\" is there twice");
    }
  }

  /// `x[3]`, an element of the sequence `x`; they must come in order.
  private void element(Tensor tensor, Tensor[][] found) {
    int open = tensor.name().lastIndexOf('[');
    var place = open < 0 ? null : places.get(tensor.name().substring(0, open));
    if (place == null || !(ports.get(place).content() instanceof Sequence)) {
      throw unknown(tensor);
    }
    var before = found[place] == null ? NONE : found[place];
    var expected = ports.get(place).name() + "[" + before.length + "]";
    if (!tensor.name().equals(expected)) {
      throw new InvalidInputException(
          "input \"" + tensor.name() + "\": expected \"" + expected + "\" here");
    }
    found[place] = append(before, tensor);
  }

  private static Tensor[] append(Tensor[] before, Tensor tensor) {
    var all = Arrays.copyOf(before, before.length + 1);
    all[before.length] = tensor;
    return all;
  }

  private InvalidInputException unknown(Tensor tensor) {
    return new InvalidInputException(
        "the model has no input \""
            + tensor.name()
            + "\" (found "
            + found(tensor)
            + "); it takes "
            + Port.list(ports));
  }

  private static Tensor[] absent(Port port, List<Tensor> given) {
    if (port.type() instanceof Maybe || port.type() instanceof Sequence) {
      return NONE;
    }
    var names = new ArrayList<String>();
    given.forEach(tensor -> names.add("\"" + tensor.name() + "\""));
    throw new InvalidInputException(
        "input \""
            + port.name()
            + "\" is missing: expected "
            + port.type()
            + "; found "
            + (names.isEmpty() ? "no inputs" : "only " + String.join(", ", names)));
  }

  private static Tensor fitted(Port port, Dense wanted, Tensor tensor) {
    var shaped = tensor;
    if (!fits(wanted, tensor.shape())) {
      if (!wanted.ranked() || wanted.shape().length != 0 || tensor.size() != 1) {
        throw misfit(port, wanted, tensor, "");
      }
      shaped = tensor.shaped(); // one value where a scalar is wanted
    }
    if (tensor.type() == wanted.type()) {
      return shaped;
    }
    try {
      return Coercion.to(wanted.type(), shaped);
    } catch (Coercion.Unfit reason) {
      throw misfit(port, wanted, tensor, ": " + reason.getMessage());
    }
  }

  private static boolean fits(Dense wanted, long[] shape) {
    if (!wanted.ranked()) {
      return true;
    }
    var expected = wanted.shape();
    if (expected.length != shape.length) {
      return false;
    }
    for (int i = 0; i < shape.length; i++) {
      if (expected[i] >= 0 && expected[i] != shape[i]) {
        return false;
      }
    }
    return true;
  }

  private static InvalidInputException misfit(
      Port port, Dense wanted, Tensor tensor, String reason) {
    return new InvalidInputException(
        "input \"" + port.name() + "\": expected " + wanted + ", found " + found(tensor) + reason);
  }

  private static String found(Tensor tensor) {
    DataType type = tensor.type();
    return type + " of shape " + Arrays.toString(tensor.shape());
  }
}
