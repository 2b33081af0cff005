package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.resource.Column;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Objects as `meta.k8s.io/v1 Table`: what `kubectl get` prints.
final class Tables {
  private static final Column NAME =
      new Column(
          "Name",
          "string",
          "name",
          "Name must be unique within a namespace.",
          0,
          (object, _) -> object.path("metadata").path("name"));

  private static final Column CREATED =
      new Column(
          "Created At",
          "date",
          "",
          "When the object was created.",
          0,
          (object, _) -> object.path("metadata").path("creationTimestamp"));

  private Tables() {}

  /// The columns of a resource, `Name` first unless the resource has put it elsewhere.
  static List<Column> columns(Resource resource) {
    if (resource.columns().isEmpty()) {
      return List.of(NAME, CREATED);
    }
    if (resource.columns().getFirst().name().equals("Name")
        || resource.columns().stream().anyMatch(each -> each.format().equals("name"))) {
      return resource.columns();
    }
    var columns = new ArrayList<Column>(resource.columns().size() + 1);
    columns.add(NAME);
    columns.addAll(resource.columns());
    return columns;
  }

  /// An empty table.
  ///
  /// @param columns empty to leave the definitions out, as later events of a watch do
  static ObjectNode head(List<Column> columns) {
    ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
    table.putObject("metadata");
    ArrayNode definitions = table.putArray("columnDefinitions");
    for (Column column : columns) {
      definitions
          .addObject()
          .put("name", column.name())
          .put("type", column.type())
          .put("format", column.format())
          .put("description", column.description())
          .put("priority", column.priority());
    }
    table.putArray("rows");
    return table;
  }

  /// One row.
  ///
  /// @param include `None`, `Metadata` or `Object`
  static ObjectNode row(List<Column> columns, ObjectNode object, String include, Instant now) {
    ObjectNode row = Json.object();
    ArrayNode cells = row.putArray("cells");
    for (Column column : columns) {
      JsonNode cell = column.cell().of(object, now);
      cells.add(cell.isMissingNode() ? Json.MAPPER.getNodeFactory().nullNode() : cell);
    }
    switch (include) {
      case "Object" -> row.set("object", object);
      case "None" -> {}
      default -> row.set("object", metadataOnly(object));
    }
    return row;
  }

  /// The object reduced to `PartialObjectMetadata`.
  static ObjectNode metadataOnly(ObjectNode object) {
    ObjectNode partial =
        Json.object().put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
    partial.set("metadata", object.path("metadata"));
    return partial;
  }
}
