package dev.slipway.apiserver.admission;

import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Quantities by resource name, as `requests`, `limits` and `hard` hold them. Immutable.
public record Amounts(SortedMap<String, Quantity> byName) {
  public static final Amounts NONE = new Amounts(new TreeMap<>());

  public Amounts {
    byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
  }

  public static Amounts of(Map<String, Quantity> byName) {
    return byName.isEmpty() ? NONE : new Amounts(new TreeMap<>(byName));
  }

  /// Reads an object of quantities; what is no quantity is left out.
  public static Amounts read(JsonNode node, String... path) {
    JsonNode found = Json.at(node, path);
    if (!(found instanceof ObjectNode object) || object.isEmpty()) {
      return NONE;
    }
    var byName = new TreeMap<String, Quantity>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (entry.getValue().isValueNode()) {
        Quantity.parse(entry.getValue().asString())
            .ifPresent(value -> byName.put(entry.getKey(), value));
      }
    }
    return new Amounts(byName);
  }

  public boolean isEmpty() {
    return byName.isEmpty();
  }

  public boolean has(String name) {
    return byName.containsKey(name);
  }

  /// The amount, zero where there is none.
  public Quantity get(String name) {
    return byName.getOrDefault(name, Quantity.ZERO);
  }

  public Amounts plus(Amounts other) {
    return combine(other, Quantity::plus);
  }

  public Amounts minus(Amounts other) {
    var result = new TreeMap<>(byName);
    other.byName.forEach(
        (name, value) -> result.put(name, result.getOrDefault(name, Quantity.ZERO).minus(value)));
    return new Amounts(result);
  }

  public Amounts max(Amounts other) {
    return combine(other, (a, b) -> a.compareTo(b) >= 0 ? a : b);
  }

  /// These amounts with those of `other` in place of or beside them.
  public Amounts with(Amounts other) {
    return combine(other, (_, theirs) -> theirs);
  }

  public Amounts only(Collection<String> names) {
    var result = new TreeMap<>(byName);
    result.keySet().retainAll(names);
    return new Amounts(result);
  }

  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    byName.forEach((name, value) -> json.put(name, value.toString()));
    return json;
  }

  /// `cpu=1,pods=3`.
  @Override
  public String toString() {
    return byName.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(","));
  }

  private Amounts combine(Amounts other, BinaryOperator<Quantity> how) {
    if (other.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return other;
    }
    var result = new TreeMap<>(byName);
    other.byName.forEach((name, value) -> result.merge(name, value, how));
    return new Amounts(result);
  }
}
