package dev.slipway.controllers.core;

import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;
import tools.jackson.databind.JsonNode;

/// Capacity by name: `cpu` in thousandths of a core, everything else in its own unit (bytes,
/// devices).
///
/// @param of only what is not zero
record Amounts(Map<String, Long> of) {
  static final Amounts NONE = new Amounts(Map.of());
  static final String CPU = "cpu";

  Amounts {
    of = Map.copyOf(of);
  }

  /// Reads a map of quantities, as `requests` and `allocatable` are; what is no quantity is left
  /// out.
  static Amounts read(JsonNode quantities) {
    if (quantities.isEmpty()) {
      return NONE;
    }
    var found = new HashMap<String, Long>();
    for (var each : quantities.properties()) {
      var quantity = Quantity.parse(each.getValue().asString(""));
      quantity.ifPresent(value -> found.put(each.getKey(), amount(each.getKey(), value)));
    }
    return new Amounts(found);
  }

  private static long amount(String name, Quantity value) {
    return name.equals(CPU) ? value.milliUnits() : value.units();
  }

  long get(String name) {
    return of.getOrDefault(name, 0L);
  }

  boolean has(String name) {
    return of.containsKey(name);
  }

  Amounts plus(Amounts other) {
    return joined(other, Long::sum);
  }

  Amounts minus(Amounts other) {
    return joined(other, (mine, theirs) -> mine - theirs);
  }

  /// The larger of both, name by name.
  Amounts max(Amounts other) {
    return joined(other, Math::max);
  }

  /// These but for some.
  Amounts without(Set<String> names) {
    var rest = new HashMap<>(of);
    rest.keySet().removeAll(names);
    return new Amounts(rest);
  }

  /// These, with what the other has in their place.
  Amounts overriddenBy(Amounts other) {
    if (other.of.isEmpty()) {
      return this;
    }
    var all = new HashMap<>(of);
    all.putAll(other.of);
    return new Amounts(all);
  }

  private Amounts joined(Amounts other, LongBinaryOperator how) {
    if (other.of.isEmpty()) {
      return this;
    }
    var all = new HashMap<>(of);
    for (var each : other.of.entrySet()) {
      all.put(each.getKey(), how.applyAsLong(get(each.getKey()), each.getValue()));
    }
    all.values().removeIf(value -> value == 0);
    return new Amounts(all);
  }

  /// By name, for messages.
  Map<String, Long> sorted() {
    return new TreeMap<>(of);
  }

  /// What a pod asks of its node: the most that its containers ask at any one time.
  ///
  /// Source: KEP-753, "Resources calculation"; KEP-2837 for requests of the pod as a whole.
  ///
  /// @param spec of the pod
  static Amounts requestedBy(JsonNode spec) {
    var running = NONE;
    for (var container : spec.path("containers")) {
      running = running.plus(requests(container));
    }
    var beside = NONE;
    var most = NONE;
    for (var container : spec.path("initContainers")) {
      if (Json.text(container, "restartPolicy").equals("Always")) {
        beside = beside.plus(requests(container));
        most = most.max(beside);
      } else {
        most = most.max(beside.plus(requests(container)));
      }
    }
    return running
        .plus(beside)
        .max(most)
        .overriddenBy(read(Json.at(spec, "resources", "requests")))
        .plus(read(spec.path("overhead")));
  }

  private static Amounts requests(JsonNode container) {
    return read(Json.at(container, "resources", "requests"));
  }
}
