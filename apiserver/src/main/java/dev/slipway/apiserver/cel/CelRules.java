package dev.slipway.apiserver.cel;

import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.schema.Schema.ListType;
import dev.slipway.apiserver.schema.Validation;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// All CEL rules of a schema, compiled. Immutable and thread-safe.
///
/// A rule that mentions `oldSelf` runs only where an old value corresponds to the new one: through
/// fields, map entries and elements of lists with keys. A rule that does not may fail on a value
/// that
/// was already stored as it is. Source: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel`.
public final class CelRules {
  /// Most rules run on one object.
  private static final int MAX_EVALUATIONS = 200_000;

  private final Optional<Node> root;

  private CelRules(Optional<Node> root) {
    this.root = root;
  }

  /// The rules of a whole API object. A rule that does not compile fails on every object.
  public static CelRules of(Schema schema) {
    return new CelRules(Node.of(schema, true));
  }

  public boolean isEmpty() {
    return root.isEmpty();
  }

  /// Judges a new object; all problems at once.
  public List<Problem> validate(JsonNode value) {
    return judge(value, null);
  }

  /// Judges a changed object.
  public List<Problem> validateUpdate(JsonNode value, JsonNode old) {
    return judge(value, old);
  }

  private List<Problem> judge(JsonNode value, @Nullable JsonNode old) {
    if (root.isEmpty()) {
      return List.of();
    }
    var run = new Run();
    run.judge(root.get(), value, old, false, FieldPath.ROOT);
    return run.problems;
  }

  /// One schema node with rules in it or below it.
  private record Node(
      List<CelRule> rules,
      Map<String, Node> properties,
      Optional<Node> values,
      Optional<Node> items,
      List<String> listMapKeys,
      boolean rootOfObject) {

    static Optional<Node> of(Schema schema, boolean root) {
      var properties = new LinkedHashMap<String, Node>();
      schema
          .properties()
          .forEach(
              (name, shape) ->
                  of(shape, shape.embedded()).ifPresent(node -> properties.put(name, node)));
      Optional<Node> values = schema.values().flatMap(shape -> of(shape, shape.embedded()));
      Optional<Node> items = schema.items().flatMap(shape -> of(shape, shape.embedded()));
      List<CelRule> rules = CelRule.all(schema, root);
      if (rules.isEmpty() && properties.isEmpty() && values.isEmpty() && items.isEmpty()) {
        return Optional.empty();
      }
      List<String> keys = schema.listType() == ListType.MAP ? schema.listMapKeys() : List.of();
      return Optional.of(new Node(rules, properties, values, items, keys, root));
    }
  }

  /// The judging of one object.
  private static final class Run {
    private final List<Problem> problems = new ArrayList<>();
    private int evaluations;

    /// @param settled whether a part of the object that holds this value did not change
    void judge(Node node, JsonNode value, @Nullable JsonNode old, boolean settled, FieldPath here) {
      if (value.isNull() || evaluations < 0) {
        return;
      }
      boolean unchanged = old != null ? old.equals(value) : settled;
      for (CelRule rule : node.rules) {
        evaluations++;
        if (evaluations > MAX_EVALUATIONS) {
          problems.add(
              CelRule.problem(
                  here,
                  value,
                  "validation failed due to running out of cost budget, no further validation rules"
                      + " will be run"));
          evaluations = Integer.MIN_VALUE;
          return;
        }
        rule.judge(value, old, unchanged, here).ifPresent(problems::add);
      }
      switch (value) {
        case ObjectNode object -> fields(node, object, old, unchanged, here);
        case ArrayNode array -> elements(node, array, old, unchanged, here);
        default -> {}
      }
    }

    private void fields(
        Node node, ObjectNode object, @Nullable JsonNode old, boolean settled, FieldPath here) {
      for (Map.Entry<String, Node> property : node.properties.entrySet()) {
        String name = property.getKey();
        JsonNode value = object.get(name);
        if (value != null) {
          judge(property.getValue(), value, child(old, name), settled, here.field(name));
        }
      }
      if (node.values.isPresent()) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
          String name = field.getKey();
          JsonNode before = child(old, name);
          judge(node.values.get(), field.getValue(), before, settled, here.key(name));
        }
      }
    }

    private static @Nullable JsonNode child(@Nullable JsonNode old, String name) {
      JsonNode found = old == null ? null : old.get(name);
      return found == null || found.isNull() ? null : found;
    }

    private void elements(
        Node node, ArrayNode array, @Nullable JsonNode old, boolean settled, FieldPath here) {
      if (node.items.isEmpty()) {
        return;
      }
      for (int i = 0; i < array.size(); i++) {
        JsonNode before = Validation.correlate(array.get(i), old, node.listMapKeys).orElse(null);
        judge(node.items.get(), array.get(i), before, settled, here.index(i));
      }
    }
  }
}
