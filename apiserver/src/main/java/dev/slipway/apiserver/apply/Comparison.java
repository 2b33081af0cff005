package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.apply.FieldSet.Entry;
import dev.slipway.apiserver.patch.JsonValues;
import dev.slipway.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which fields differ between two versions of an object. No field is in more than one set,
/// save where a value changed its type.
///
/// Source: `structured-merge-diff/typed/compare.go`.
public record Comparison(FieldSet added, FieldSet modified, FieldSet removed) {
  static final Comparison NONE = new Comparison(FieldSet.EMPTY, FieldSet.EMPTY, FieldSet.EMPTY);

  /// Compares two objects of one schema.
  ///
  /// @throws MismatchException if an element of an associative list has no key
  public static Comparison of(JsonNode before, JsonNode after, Schema schema) {
    var root = new Level();
    root.compare(before, after, schema);
    return root.comparison();
  }

  public boolean isEmpty() {
    return added.isEmpty() && modified.isEmpty() && removed.isEmpty();
  }

  /// Fields a writer took: added or changed.
  FieldSet changed() {
    return added.union(modified);
  }

  /// The comparison without the given fields and what is below them.
  Comparison without(FieldSet ignored) {
    return ignored.isEmpty()
        ? this
        : new Comparison(
            added.recursiveDifference(ignored),
            modified.recursiveDifference(ignored),
            removed.recursiveDifference(ignored));
  }

  /// What was found below one path, and of the path itself.
  private static final class Level {
    private final List<Entry> added = new ArrayList<>(0);
    private final List<Entry> modified = new ArrayList<>(0);
    private final List<Entry> removed = new ArrayList<>(0);
    private boolean selfAdded;
    private boolean selfModified;
    private boolean selfRemoved;

    Comparison comparison() {
      return added.isEmpty() && modified.isEmpty() && removed.isEmpty()
          ? NONE
          : new Comparison(FieldSet.of(added), FieldSet.of(modified), FieldSet.of(removed));
    }

    /// Null stands for an absent value; at least one is there.
    void compare(@Nullable JsonNode before, @Nullable JsonNode after, Schema schema) {
      Shapes.Kind kind = kind(before, after, schema);
      if (before != null && after != null && isOtherKind(before, kind, schema)) {
        Level old = this;
        old.takeApart(before, null, schema, Shapes.kind(schema, before));
        old.takeApart(null, after, schema, kind);
        selfModified = true;
        return;
      }
      if (takeApart(before, after, schema, kind)) {
        selfAdded = before == null;
        selfRemoved = after == null;
      } else {
        leaf(before, after);
      }
    }

    private static Shapes.Kind kind(
        @Nullable JsonNode before, @Nullable JsonNode after, Schema schema) {
      JsonNode telling = after == null || (after.isNull() && before != null) ? before : after;
      return telling == null ? Shapes.Kind.LEAF : Shapes.kind(schema, telling);
    }

    private static boolean isOtherKind(JsonNode before, Shapes.Kind kind, Schema schema) {
      return !before.isNull() && Shapes.kind(schema, before) != kind;
    }

    private void leaf(@Nullable JsonNode before, @Nullable JsonNode after) {
      if (before == null) {
        selfAdded = true;
      } else if (after == null) {
        selfRemoved = true;
      } else {
        selfModified = !JsonValues.equal(before, after);
      }
    }

    /// Compares part by part; false where there is nothing to take apart on either side.
    private boolean takeApart(
        @Nullable JsonNode before, @Nullable JsonNode after, Schema schema, Shapes.Kind kind) {
      boolean nothing = (before == null || before.isEmpty()) && (after == null || after.isEmpty());
      if (nothing || kind == Shapes.Kind.LEAF) {
        return false;
      }
      if (kind == Shapes.Kind.OBJECT) {
        compareFields(Shapes.object(before), Shapes.object(after), schema);
      } else {
        compareElements(Shapes.array(before), Shapes.array(after), schema);
      }
      return true;
    }

    private void compareFields(
        @Nullable ObjectNode before, @Nullable ObjectNode after, Schema schema) {
      if (after != null) {
        for (Map.Entry<String, JsonNode> field : after.properties()) {
          String name = field.getKey();
          Schema shape = Shapes.field(schema, name);
          compareField(name, part(before, name, schema, shape), field.getValue(), shape);
        }
      }
      if (before != null) {
        for (Map.Entry<String, JsonNode> field : before.properties()) {
          String name = field.getKey();
          if (after == null || !after.has(name)) {
            Schema shape = Shapes.field(schema, name);
            compareField(name, field.getValue(), part(after, name, schema, shape), shape);
          }
        }
      }
    }

    private static @Nullable JsonNode part(
        @Nullable ObjectNode whole, String name, Schema schema, Schema shape) {
      @Nullable JsonNode found = whole == null ? null : whole.get(name);
      return whole == null || found != null ? found : Shapes.whenAbsent(schema, name, shape);
    }

    private void compareField(
        String name, @Nullable JsonNode before, @Nullable JsonNode after, Schema shape) {
      var child = new Level();
      child.compare(before, after, shape);
      report(PathElement.field(name), child);
    }

    private void compareElements(
        @Nullable ArrayNode before, @Nullable ArrayNode after, Schema schema) {
      var elements = new LinkedHashMap<PathElement, Pair>();
      if (before != null) {
        before.forEach(item -> pair(elements, item, schema).before.add(item));
      }
      if (after != null) {
        after.forEach(item -> pair(elements, item, schema).after.add(item));
      }
      Schema shape = Shapes.element(schema);
      elements.forEach((element, pair) -> compareElement(element, pair, shape));
    }

    private static Pair pair(Map<PathElement, Pair> elements, JsonNode item, Schema schema) {
      return elements.computeIfAbsent(
          Shapes.element(schema, item), _ -> new Pair(new ArrayList<>(1), new ArrayList<>(1)));
    }

    /// Elements that occur more than once on one side are compared as one piece.
    private void compareElement(PathElement element, Pair pair, Schema shape) {
      var child = new Level();
      boolean manyBefore = pair.before.size() > 1;
      boolean manyAfter = pair.after.size() > 1;
      if (manyBefore && manyAfter) {
        child.selfModified = !pair.isSame();
      } else if (manyBefore) {
        if (!pair.after.isEmpty()) {
          child.compare(null, pair.after.getFirst(), shape);
        }
        child.selfRemoved = true;
      } else if (manyAfter) {
        if (!pair.before.isEmpty()) {
          child.compare(pair.before.getFirst(), null, shape);
        }
        child.selfAdded = true;
      } else {
        child.compare(first(pair.before), first(pair.after), shape);
      }
      report(element, child);
    }

    private static @Nullable JsonNode first(List<JsonNode> items) {
      return items.isEmpty() ? null : items.getFirst();
    }

    private void report(PathElement element, Level child) {
      if (child.selfAdded || !child.added.isEmpty()) {
        added.add(new Entry(element, child.selfAdded, FieldSet.of(child.added)));
      }
      if (child.selfModified || !child.modified.isEmpty()) {
        modified.add(new Entry(element, child.selfModified, FieldSet.of(child.modified)));
      }
      if (child.selfRemoved || !child.removed.isEmpty()) {
        removed.add(new Entry(element, child.selfRemoved, FieldSet.of(child.removed)));
      }
    }
  }

  /// All elements of both lists with one path element.
  private record Pair(List<JsonNode> before, List<JsonNode> after) {
    boolean isSame() {
      if (before.size() != after.size()) {
        return false;
      }
      for (int i = 0; i < before.size(); i++) {
        if (!JsonValues.equal(before.get(i), after.get(i))) {
          return false;
        }
      }
      return true;
    }
  }
}
