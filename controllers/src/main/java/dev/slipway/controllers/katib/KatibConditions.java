package dev.slipway.controllers.katib;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Conditions as Katib keeps them: the one that changed last stands last, which is the one `kubectl
/// get` shows; one whose status and reason stay is left alone, message included.
///
/// Source: `setCondition` in `pkg/apis/controller/*/v1beta1/util.go`.
final class KatibConditions {
  private final List<ObjectNode> all = new ArrayList<>();
  private final String now;

  private KatibConditions(JsonNode before, Instant now) {
    this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
    for (JsonNode each : before) {
      if (each instanceof ObjectNode condition) {
        all.add(condition.deepCopy());
      }
    }
  }

  static KatibConditions of(Resource resource, Instant now) {
    return new KatibConditions(resource.status().path("conditions"), now);
  }

  /// Now, as statuses write it.
  String now() {
    return now;
  }

  boolean isTrue(String type) {
    return isTrue(type, "");
  }

  /// Whether a condition holds, for this reason where one is given.
  boolean isTrue(String type, String reason) {
    return all.stream()
        .anyMatch(
            each ->
                Json.text(each, "type").equals(type)
                    && Json.text(each, "status").equals("True")
                    && (reason.isEmpty() || Json.text(each, "reason").equals(reason)));
  }

  /// @return whether anything changed
  boolean set(String type, boolean holds, String reason, String message) {
    String status = holds ? "True" : "False";
    String since = now;
    for (ObjectNode each : all) {
      if (Json.text(each, "type").equals(type) && Json.text(each, "status").equals(status)) {
        if (Json.text(each, "reason").equals(reason)) {
          return false;
        }
        since = Json.text(each, "lastTransitionTime");
      }
    }
    remove(type);
    all.add(
        Json.object()
            .put("type", type)
            .put("status", status)
            .put("reason", reason)
            .put("message", message)
            .put("lastUpdateTime", now)
            .put("lastTransitionTime", since));
    return true;
  }

  /// Says of a condition that it no longer holds, for the reason it had; nothing where there is
  /// none.
  void end(String type) {
    for (ObjectNode each : List.copyOf(all)) {
      if (Json.text(each, "type").equals(type)) {
        set(type, false, Json.text(each, "reason"), Json.text(each, "message"));
      }
    }
  }

  boolean has(String type) {
    return all.stream().anyMatch(each -> Json.text(each, "type").equals(type));
  }

  void remove(String type) {
    all.removeIf(each -> Json.text(each, "type").equals(type));
  }

  ArrayNode toJson() {
    ArrayNode array = Json.array();
    all.forEach(array::add);
    return array;
  }
}
