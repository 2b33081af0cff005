package dev.slipway.apiserver.custom;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A path in Kubernetes' dialect of JSONPath, parsed once: `.spec.ports[?(@.name=="http")].port`.
///
/// Source: `k8s.io/client-go/util/jsonpath`: fields, quoted fields, wildcards, indices and slices,
/// unions, recursive descent, filters. Missing fields yield nothing.
public final class JsonPath {
  /// One step: from one value to those it selects.
  sealed interface Step {
    record Field(String name) implements Step {}

    record Wildcard() implements Step {}

    record Descent() implements Step {}

    /// @param from inclusive
    /// @param to exclusive; both may count from the end
    record Slice(Optional<Integer> from, Optional<Integer> to, int by) implements Step {}

    record Index(int at) implements Step {}

    record Union(List<List<Step>> paths) implements Step {}

    record Filter(Operand left, String operator, Operand right) implements Step {}
  }

  /// A side of a filter's comparison.
  sealed interface Operand {
    record Path(List<Step> steps) implements Operand {}

    record Text(String value) implements Operand {}

    record Decimal(BigDecimal value) implements Operand {}

    record Truth(boolean value) implements Operand {}

    record None() implements Operand {}
  }

  private final List<Step> steps;

  private JsonPath(List<Step> steps) {
    this.steps = steps;
  }

  /// @param text with or without the braces of a template
  /// @throws IllegalArgumentException if the text is no path; the message says why
  public static JsonPath parse(String text) {
    return new JsonPath(new JsonPathParser(text).steps());
  }

  /// All values the path leads to, in order.
  public List<JsonNode> find(JsonNode root) {
    return walk(steps, root);
  }

  private static List<JsonNode> walk(List<Step> steps, JsonNode start) {
    List<JsonNode> here = List.of(start);
    for (Step step : steps) {
      var next = new ArrayList<JsonNode>();
      for (JsonNode each : here) {
        select(step, each, next);
      }
      here = next;
    }
    return here;
  }

  private static void select(Step step, JsonNode value, List<JsonNode> found) {
    switch (step) {
      case Step.Field(String name) -> {
        JsonNode child = value.isObject() ? value.get(name) : null;
        if (child != null) {
          found.add(child);
        }
      }
      case Step.Wildcard() -> value.forEach(found::add);
      case Step.Descent() -> descend(value, found);
      case Step.Index(int at) -> {
        int index = at < 0 ? value.size() + at : at;
        if (value.isArray() && index >= 0 && index < value.size()) {
          found.add(value.get(index));
        }
      }
      case Step.Slice slice -> slice(slice, value, found);
      case Step.Union(List<List<Step>> paths) ->
          paths.forEach(path -> found.addAll(walk(path, value)));
      case Step.Filter filter -> {
        for (JsonNode each : value) {
          if (holds(filter, each)) {
            found.add(each);
          }
        }
      }
    }
  }

  private static void descend(JsonNode value, List<JsonNode> found) {
    found.add(value);
    value.forEach(
        child -> {
          if (child.isContainer()) {
            descend(child, found);
          }
        });
  }

  private static void slice(Step.Slice slice, JsonNode value, List<JsonNode> found) {
    if (!value.isArray()) {
      return;
    }
    int size = value.size();
    int from = bounded(slice.from().orElse(0), size);
    int to = bounded(slice.to().orElse(size), size);
    for (int i = from; i < to; i += slice.by()) {
      found.add(value.get(i));
    }
  }

  private static int bounded(int index, int size) {
    return Math.clamp(index < 0 ? size + index : index, 0, size);
  }

  private static boolean holds(Step.Filter filter, JsonNode value) {
    List<Object> left = values(filter.left(), value);
    if (filter.operator().equals("exists")) {
      return !left.isEmpty();
    }
    List<Object> right = values(filter.right(), value);
    return !left.isEmpty()
        && !right.isEmpty()
        && compare(left.getFirst(), right.getFirst(), filter.operator());
  }

  private static List<Object> values(Operand operand, JsonNode value) {
    return switch (operand) {
      case Operand.Path(List<Step> steps) ->
          walk(steps, value).stream().map(JsonPath::plain).toList();
      case Operand.Text(String text) -> List.of(text);
      case Operand.Decimal(BigDecimal number) -> List.of(number);
      case Operand.Truth(boolean truth) -> List.of(truth);
      case Operand.None() -> List.of();
    };
  }

  private static Object plain(JsonNode node) {
    if (node.isString()) {
      return node.stringValue();
    }
    if (node.isNumber()) {
      return node.decimalValue();
    }
    return node.isBoolean() ? (Object) node.booleanValue() : node;
  }

  private static boolean compare(Object left, Object right, String operator) {
    int order;
    if (left instanceof BigDecimal a && right instanceof BigDecimal b) {
      order = a.compareTo(b);
    } else if (left instanceof String a && right instanceof String b) {
      order = a.compareTo(b);
    } else {
      return operator.equals("!=") != left.equals(right) && List.of("==", "!=").contains(operator);
    }
    return switch (operator) {
      case "==" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }
}
