package dev.slipway.engines.onnx;

import dev.slipway.engines.onnx.ValueType.Dense;
import dev.slipway.engines.onnx.ValueType.Mapping;
import dev.slipway.engines.onnx.ValueType.Maybe;
import dev.slipway.engines.onnx.ValueType.Port;
import dev.slipway.engines.onnx.ValueType.Sequence;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.engine.Signature.Spec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a model declares, in the words of the engine door.
final class Signatures {
  private static final List<Long> ANY_MATRIX = List.of(-1L, -1L);

  private Signatures() {}

  static Signature of(List<Port> inputs, List<Port> outputs) {
    var specs = new ArrayList<Spec>();
    outputs.forEach(port -> output(port, specs));
    return new Signature(inputs.stream().map(Signatures::input).toList(), specs);
  }

  private static Spec input(Port port) {
    return switch (port.content()) {
      case Sequence(Dense element) -> spec(port.name(), element, true);
      case Dense dense -> spec(port.name(), dense, port.type() instanceof Maybe);
      case Sequence _, Mapping _, Maybe _ ->
          throw new IllegalStateException("\"" + port.name() + "\" is " + port.type());
    };
  }

  private static void output(Port port, List<Spec> specs) {
    switch (port.content()) {
      case Dense dense -> specs.add(spec(port.name(), dense, port.type() instanceof Maybe));
      case Sequence(Mapping map) -> maps(port.name(), map, specs);
      case Mapping map -> maps(port.name(), map, specs);
      case Sequence(var element) -> specs.add(elements(port.name(), element));
      case Maybe _ -> throw new IllegalStateException("an optional of an optional");
    }
  }

  private static void maps(String name, Mapping map, List<Spec> specs) {
    if (map.value() instanceof Dense value) {
      specs.add(new Spec(name, value.type(), ANY_MATRIX, false));
      specs.add(new Spec(name + Results.LABELS, map.key(), ANY_MATRIX, false));
    }
  }

  /// `y[0]`, `y[1]`, … stand under the name `y`.
  private static Spec elements(String name, ValueType element) {
    var at = element;
    while (at instanceof Sequence(var inner)) {
      at = inner;
    }
    var innermost = at instanceof Maybe(var inner) ? inner : at;
    if (innermost instanceof Dense dense) {
      return spec(name, dense, true);
    }
    throw new IllegalStateException("\"" + name + "\" is a sequence of " + element);
  }

  private static Spec spec(String name, Dense dense, boolean optional) {
    var shape = dense.ranked() ? Arrays.stream(dense.shape()).boxed().toList() : List.of(-1L);
    return new Spec(name, dense.type(), shape, optional);
  }

  /// Why a model's values cannot travel; null if they can.
  static @Nullable String unservable(List<Port> inputs, List<Port> outputs) {
    for (var port : inputs) {
      var content = port.content();
      if (!(content instanceof Dense) && !(content instanceof Sequence(Dense _))) {
        return "input \"" + port.name() + "\" is " + port.type() + ", which no request can carry";
      }
    }
    for (var port : outputs) {
      if (!carried(port.content())) {
        return "output \"" + port.name() + "\" is " + port.type() + ", which no answer can carry";
      }
    }
    return null;
  }

  private static boolean carried(ValueType output) {
    return switch (output) {
      case Dense _ -> true;
      case Mapping(var _, var value) -> value instanceof Dense;
      case Maybe(var element) -> element instanceof Dense || carried(element);
      case Sequence(var element) -> carried(element);
    };
  }

  /// Whether all inputs and outputs have a first dimension of any length, and one of the same name
  /// where they have names.
  static boolean batchable(List<Port> inputs, List<Port> outputs) {
    var names = new HashSet<String>();
    return !inputs.isEmpty()
        && Stream.concat(inputs.stream(), outputs.stream())
            .allMatch(
                port ->
                    switch (port.type()) {
                      case Dense dense -> rows(dense, names);
                      case Sequence(var element) -> element instanceof Mapping;
                      case Mapping _, Maybe _ -> false;
                    })
        && names.size() <= 1;
  }

  private static boolean rows(Dense dense, Set<String> names) {
    if (dense.shape().length == 0 || dense.shape()[0] >= 0) {
      return false;
    }
    if (!dense.names().getFirst().isEmpty()) {
      names.add(dense.names().getFirst());
    }
    return true;
  }
}
