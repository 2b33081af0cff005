package dev.slipway.control;

import dev.slipway.base.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The conditions of a status: begins with those that are there, so that a condition whose `status`
/// does not change keeps its `lastTransitionTime`.
///
/// Follows the Kubernetes API conventions, "Typical status properties".
public final class Conditions {
  private final List<ObjectNode> all = new ArrayList<>();
  private final String now;

  private Conditions(JsonNode before, Instant now) {
    this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
    for (var each : before) {
      if (each instanceof ObjectNode condition) {
        all.add(condition.deepCopy());
      }
    }
  }

  /// Those of a resource's status.
  public static Conditions of(Resource resource, Instant now) {
    return new Conditions(resource.status().path("conditions"), now);
  }

  /// @param status `True`, `False` or `Unknown`
  /// @param reason a CamelCase word; empty for none
  public Conditions set(String type, String status, String reason, String message) {
    var condition = find(type);
    if (!Json.text(condition, "status").equals(status)) {
      condition.put("status", status).put("lastTransitionTime", now);
    }
    text(condition, "reason", reason);
    text(condition, "message", message);
    return this;
  }

  /// As `set`, with a `severity`: `Info`, `Warning`, or empty for an error.
  public Conditions set(
      String type, String status, String reason, String message, String severity) {
    set(type, status, reason, message);
    text(find(type), "severity", severity);
    return this;
  }

  /// As [#set(String, String, String, String)], and `lastUpdateTime` moves with every difference,
  /// as in
  /// `apps/v1`.
  public Conditions setUpdated(String type, String status, String reason, String message) {
    var before = find(type).deepCopy();
    set(type, status, reason, message);
    var after = find(type);
    if (!after.equals(before) || !after.has("lastUpdateTime")) {
      after.put("lastUpdateTime", now);
    }
    return this;
  }

  /// Moves `lastUpdateTime` to now although nothing else changes: something went on.
  public Conditions touch(String type) {
    find(type).put("lastUpdateTime", now);
    return this;
  }

  public Conditions remove(String type) {
    all.removeIf(each -> Json.text(each, "type").equals(type));
    return this;
  }

  /// `True`, `False` or `Unknown`, which it is also where there is none.
  public String status(String type) {
    for (var each : all) {
      if (Json.text(each, "type").equals(type)) {
        return Json.text(each, "status");
      }
    }
    return "Unknown";
  }

  public String reason(String type) {
    return said(type, "reason");
  }

  public String message(String type) {
    return said(type, "message");
  }

  private String said(String type, String field) {
    for (var each : all) {
      if (Json.text(each, "type").equals(type)) {
        return Json.text(each, field);
      }
    }
    return "";
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /// As the status holds them, in the order they first appeared.
  public ArrayNode toJson() {
    var array = Json.array();
    all.forEach(array::add);
    return array;
  }

  private ObjectNode find(String type) {
    for (var each : all) {
      if (Json.text(each, "type").equals(type)) {
        return each;
      }
    }
    var made = Json.object().put("type", type);
    all.add(made);
    return made;
  }

  private static void text(ObjectNode condition, String field, String value) {
    if (value.isEmpty()) {
      condition.remove(field);
    } else {
      condition.put(field, value);
    }
  }
}
