package dev.slipway.control.fake;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Server-side apply of one manager, without schemas: every list is atomic.
final class FakeApply {
  private static final Set<String> IDENTITY =
      Set.of("name", "namespace", "uid", "resourceVersion", "managedFields");

  private FakeApply() {}

  /// The object with a configuration applied that replaces an earlier one.
  ///
  /// @param before what was applied the last time, empty for the first
  static void apply(ObjectNode object, ObjectNode before, ObjectNode wanted) {
    takeBack(object, before, wanted);
    merge(object, wanted);
  }

  private static void takeBack(ObjectNode object, ObjectNode before, ObjectNode wanted) {
    for (Map.Entry<String, JsonNode> field : before.properties()) {
      String name = field.getKey();
      if (!wanted.has(name)) {
        object.remove(name);
      } else if (field.getValue() instanceof ObjectNode was
          && wanted.get(name) instanceof ObjectNode now
          && object.get(name) instanceof ObjectNode there) {
        takeBack(there, was, now);
      }
    }
  }

  private static void merge(ObjectNode object, ObjectNode wanted) {
    for (Map.Entry<String, JsonNode> field : wanted.properties()) {
      if (field.getValue() instanceof ObjectNode now
          && object.get(field.getKey()) instanceof ObjectNode there) {
        merge(there, now);
      } else {
        object.set(field.getKey(), field.getValue().deepCopy());
      }
    }
  }

  /// Notes who owns what was applied.
  static void note(ObjectNode object, ObjectNode applied, String now) {
    ObjectNode fields = fields(applied);
    fields.remove("f:apiVersion");
    fields.remove("f:kind");
    var entries = Json.ensureObject(object, "metadata").withArray("managedFields");
    for (JsonNode each : entries) {
      if (each.path("fieldsV1").equals(fields)) {
        return;
      }
    }
    entries.removeAll();
    ObjectNode entry = entries.addObject();
    entry.put("manager", Cluster.FIELD_MANAGER).put("operation", "Apply").put("time", now);
    entry.put("apiVersion", Json.text(applied, "apiVersion")).put("fieldsType", "FieldsV1");
    entry.set("fieldsV1", fields);
  }

  private static ObjectNode fields(ObjectNode tree) {
    ObjectNode fields = Json.object();
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      String name = field.getKey();
      if (name.equals("metadata") && field.getValue() instanceof ObjectNode metadata) {
        ObjectNode bare = metadata.deepCopy();
        bare.remove(IDENTITY);
        if (!bare.isEmpty()) {
          fields.set("f:metadata", fields(bare));
        }
      } else {
        fields.set(
            "f:" + name,
            field.getValue() instanceof ObjectNode object ? fields(object) : Json.object());
      }
    }
    return fields;
  }
}
