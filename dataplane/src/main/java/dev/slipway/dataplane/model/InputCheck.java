package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Compares a request with what a model's signature says it takes.
final class InputCheck {
  private InputCheck() {}

  static Signature signature(Servable model, String name) {
    var all = model.signatures();
    var found = name.isEmpty() ? all.firstEntry().getValue() : all.get(name);
    if (found == null) {
      throw new InvalidInputException(
          "model "
              + model.name()
              + " has no signature \""
              + name
              + "\" (it has: "
              + String.join(", ", all.keySet())
              + ")");
    }
    return found;
  }

  /// @throws InvalidInputException naming each input that is missing, unknown, or of another type
  /// or
  /// shape
  static void check(Servable model, Invocation call) {
    var expected = signature(model, call.signature()).inputs();
    var given = call.inputs().stream().collect(Collectors.toMap(Tensor::name, t -> t, (a, _) -> a));
    if (expected.size() == 1 && call.inputs().size() == 1) {
      check(model, expected.getFirst(), call.inputs().getFirst());
      return;
    }
    for (var spec : expected) {
      var tensor = given.get(spec.name());
      if (tensor != null) {
        check(model, spec, tensor);
      } else if (!spec.optional()) {
        throw new InvalidInputException(
            "model " + model.name() + ": input \"" + spec.name() + "\" is missing");
      }
    }
    refuseUnknown(model, expected, given.keySet());
  }

  private static void refuseUnknown(
      Servable model, List<Signature.Spec> expected, Set<String> given) {
    var known = expected.stream().map(Signature.Spec::name).toList();
    for (var name : given) {
      if (!known.contains(name)) {
        throw new InvalidInputException(
            "model " + model.name() + " has no input \"" + name + "\" (it has: " + known + ")");
      }
    }
  }

  private static void check(Servable model, Signature.Spec spec, Tensor tensor) {
    if (!typeFits(spec.type(), tensor.type()) || !shapeFits(spec.shape(), tensor.shape())) {
      throw new InvalidInputException(
          "model "
              + model.name()
              + ": input \""
              + tensor.name()
              + "\" is "
              + tensor.type()
              + Arrays.toString(tensor.shape())
              + ", expected "
              + spec.type()
              + spec.shape());
    }
  }

  /// Numbers may be given in a type that holds no more than the model's.
  private static boolean typeFits(DataType expected, DataType found) {
    return expected == found
        || (expected.floating() && found != DataType.BYTES)
        || (expected.size() > found.size()
            && !found.floating()
            && found != DataType.BYTES
            && expected != DataType.BYTES);
  }

  private static boolean shapeFits(List<Long> expected, long... found) {
    if (expected.size() != found.length) {
      return false;
    }
    for (int i = 0; i < found.length; i++) {
      if (expected.get(i) >= 0 && expected.get(i) != found[i]) {
        return false;
      }
    }
    return true;
  }
}
