package dev.slipway.engines.tensorflow;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.Coercion;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The client's tensors in the order, type and shape of a signature's inputs.
final class Inputs {
  /// What a client writes who has no name for the one thing there is.
  private static final List<String> ANY_NAME =
      List.of("", "input", "inputs", "input-0", "input_0", "instances", "predict", "data");

  private Inputs() {}

  /// @throws InvalidInputException naming the input that is missing, unknown, twice there, or of a
  /// type or shape the model does not take
  static List<Tensor> matched(List<Port> ports, List<Tensor> given) {
    var found = new Tensor[ports.size()];
    for (var tensor : given) {
      int place = place(ports, tensor, given.size());
      if (found[place] != null) {
        throw new InvalidInputException("input \"" + tensor.name() + "\" is there twice");
      }
      found[place] = fitted(ports.get(place), tensor);
    }
    for (int i = 0; i < found.length; i++) {
      if (found[i] == null) {
        throw missing(ports.get(i), given);
      }
    }
    return List.of(found);
  }

  private static int place(List<Port> ports, Tensor tensor, int tensors) {
    for (int i = 0; i < ports.size(); i++) {
      if (ports.get(i).name().equals(tensor.name())) {
        return i;
      }
    }
    if (ports.size() == 1 && tensors == 1 && ANY_NAME.contains(tensor.name())) {
      return 0;
    }
    throw new InvalidInputException(
        "the signature has no input \""
            + tensor.name()
            + "\" (found "
            + found(tensor)
            + "); it takes "
            + list(ports));
  }

  static String list(List<Port> ports) {
    return ports.isEmpty()
        ? "none"
        : ports.stream()
            .map(port -> "\"" + port.name() + "\" (" + port.expected() + ")")
            .collect(Collectors.joining(", "));
  }

  private static InvalidInputException missing(Port port, List<Tensor> given) {
    var names = new ArrayList<String>();
    given.forEach(tensor -> names.add("\"" + tensor.name() + "\""));
    return new InvalidInputException(
        "input \""
            + port.name()
            + "\" is missing: expected "
            + port.expected()
            + "; found "
            + (names.isEmpty() ? "no inputs" : "only " + String.join(", ", names)));
  }

  private static Tensor fitted(Port port, Tensor tensor) {
    var shaped = port.takes(tensor.shape()) ? tensor : reshaped(port, tensor);
    try {
      return Coercion.to(port.type(), shaped);
    } catch (Coercion.Unfit reason) {
      throw misfit(port, tensor, ": " + reason.getMessage());
    }
  }

  /// One value where a scalar is wanted, and a last dimension of 1 that is too much or missing:
  /// what
  /// JSON cannot tell apart.
  private static Tensor reshaped(Port port, Tensor tensor) {
    var shape = tensor.shape();
    var longer = Arrays.copyOf(shape, shape.length + 1);
    longer[shape.length] = 1;
    if (port.takes(longer)) {
      return tensor.shaped(longer);
    }
    if (shape.length > 0 && shape[shape.length - 1] == 1) {
      var shorter = Arrays.copyOf(shape, shape.length - 1);
      if (port.takes(shorter)) {
        return tensor.shaped(shorter);
      }
    }
    throw misfit(port, tensor, "");
  }

  private static InvalidInputException misfit(Port port, Tensor tensor, String reason) {
    return new InvalidInputException(
        "input \""
            + port.name()
            + "\": expected "
            + port.expected()
            + ", found "
            + found(tensor)
            + reason);
  }

  private static String found(Tensor tensor) {
    return tensor.type() + " of shape " + Arrays.toString(tensor.shape());
  }
}
