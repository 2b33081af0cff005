package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.apply.FieldSet.Entry;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The JSON form of a [FieldSet] in `metadata.managedFields`:
/// `{"f:spec":{"f:replicas":{},"f:template":{".":{},…}}}`.
///
/// A path is a member if its object is empty or holds `.`. Members are written in the order of
/// the set, so that equal sets have equal texts. Source:
/// `structured-merge-diff/fieldpath/serialize.go`.
public final class FieldsV1 {
  private static final String SELF = ".";

  private FieldsV1() {}

  public static ObjectNode write(FieldSet set) {
    ObjectNode fields = Json.object();
    writeInto(fields, set);
    return fields;
  }

  /// Reads a set; elements of unknown kinds are ignored.
  ///
  /// @throws IllegalArgumentException if the JSON is no set of fields
  public static FieldSet read(JsonNode fields) {
    if (fields instanceof ObjectNode object) {
      return readBelow(object);
    }
    throw new IllegalArgumentException("fieldsV1 must be an object, found " + fields);
  }

  private static void writeInto(ObjectNode target, FieldSet set) {
    for (Entry each : set.entries()) {
      ObjectNode child = target.putObject(each.element().encode());
      if (each.member() && !each.below().isEmpty()) {
        child.putObject(SELF);
      }
      writeInto(child, each.below());
    }
  }

  private static FieldSet readBelow(ObjectNode object) {
    if (object.isEmpty()) {
      return FieldSet.EMPTY;
    }
    List<Entry> entries = new ArrayList<>(object.size());
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (member.getKey().equals(SELF)) {
        continue;
      }
      if (!(member.getValue() instanceof ObjectNode child)) {
        throw new IllegalArgumentException("expected an object at " + member.getKey());
      }
      PathElement.decode(member.getKey())
          .ifPresent(
              element -> {
                FieldSet below = readBelow(child);
                entries.add(new Entry(element, below.isEmpty() || child.has(SELF), below));
              });
    }
    return FieldSet.of(entries);
  }
}
