package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.apply.FieldSet.Entry;
import dev.slipway.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Field sets and schemas together: which fields an object mentions, and how a set reads under a
/// schema. Source: `structured-merge-diff/typed/tofieldset.go`, `reconcile_schema.go`.
public final class FieldSets {
  private FieldSets() {}

  /// The fields an object mentions: every leaf, every entry of a map, every element of an
  /// associative list; but not the fields that merely hold others.
  ///
  /// @throws MismatchException if an element of an associative list has no key
  public static FieldSet of(JsonNode value, Schema schema) {
    return switch (Shapes.kind(schema, value)) {
      case LEAF -> FieldSet.EMPTY;
      case OBJECT -> value instanceof ObjectNode object ? ofObject(object, schema) : FieldSet.EMPTY;
      case LIST -> value instanceof ArrayNode array ? ofList(array, schema) : FieldSet.EMPTY;
    };
  }

  /// The set with the declared fields that hold members made members as well, so that removing
  /// all of a structure's fields removes the structure.
  static FieldSet withNamedFields(FieldSet set, Schema schema) {
    List<Entry> entries = new ArrayList<>();
    for (Entry each : set.entries()) {
      boolean named =
          each.element() instanceof PathElement.Field(var name)
              && !each.below().isEmpty()
              && Shapes.isDeclared(schema, name);
      FieldSet below = withNamedFields(each.below(), Shapes.below(schema, each.element()));
      entries.add(new Entry(each.element(), each.member() || named, below));
    }
    return FieldSet.of(entries);
  }

  /// The set as today's schema sees it: what lies below a field that has become atomic turns into
  /// the field itself. The very same set where nothing changed.
  @SuppressWarnings("ReferenceEquality") // unchanged parts are passed on as they are
  static FieldSet reconciled(FieldSet set, Schema schema) {
    List<Entry> entries = set.entries();
    List<Entry> now = new ArrayList<>(entries.size());
    boolean changed = false;
    for (Entry each : entries) {
      Entry entry = reconciled(each, Shapes.below(schema, each.element()));
      changed |= entry != each;
      now.add(entry);
    }
    return changed ? FieldSet.of(now) : set;
  }

  @SuppressWarnings("ReferenceEquality")
  private static Entry reconciled(Entry entry, Schema schema) {
    if (entry.below().isEmpty()) {
      return entry;
    }
    if (schema.isAtomic()) {
      return new Entry(entry.element(), true, FieldSet.EMPTY);
    }
    FieldSet below = reconciled(entry.below(), schema);
    return below == entry.below() ? entry : new Entry(entry.element(), entry.member(), below);
  }

  private static FieldSet ofObject(ObjectNode object, Schema schema) {
    List<Entry> entries = new ArrayList<>(object.size());
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      Schema shape = Shapes.field(schema, name);
      boolean member =
          Shapes.kind(shape, value) == Shapes.Kind.LEAF
              || value.isNull()
              || (value.isObject() && value.isEmpty())
              || !Shapes.isDeclared(schema, name);
      entries.add(new Entry(PathElement.field(name), member, of(value, shape)));
    }
    return FieldSet.of(entries);
  }

  /// Elements that occur more than once are members without anything below them.
  private static FieldSet ofList(ArrayNode array, Schema schema) {
    Map<PathElement, Entry> entries = LinkedHashMap.newLinkedHashMap(array.size());
    for (JsonNode item : array) {
      PathElement element = Shapes.element(schema, item);
      Entry entry =
          entries.containsKey(element)
              ? new Entry(element, true, FieldSet.EMPTY)
              : new Entry(element, true, of(item, Shapes.element(schema)));
      entries.put(element, entry);
    }
    return FieldSet.of(entries.values());
  }
}
