package dev.slipway.apiserver.loops;

import dev.slipway.base.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `status.conditions` of an object.
final class Conditions {
  private Conditions() {}

  /// What a condition should say.
  record Condition(String type, boolean holds, String reason, String message) {}

  /// Sets a condition; its transition time moves only with its status.
  ///
  /// @return whether anything changed
  static boolean put(ObjectNode object, Condition wanted, Instant now) {
    ObjectNode status = Json.ensureObject(object, "status");
    ArrayNode conditions =
        status.get("conditions") instanceof ArrayNode array ? array : status.putArray("conditions");
    String value = wanted.holds ? "True" : "False";
    for (JsonNode each : conditions) {
      if (each instanceof ObjectNode found && Json.text(found, "type").equals(wanted.type)) {
        return change(found, wanted, value, now);
      }
    }
    fill(conditions.addObject().put("type", wanted.type), wanted, value, now);
    return true;
  }

  private static boolean change(ObjectNode found, Condition wanted, String value, Instant now) {
    boolean moved = !Json.text(found, "status").equals(value);
    boolean reworded =
        !Json.text(found, "reason").equals(wanted.reason)
            || !Json.text(found, "message").equals(wanted.message);
    if (moved) {
      fill(found, wanted, value, now);
    } else if (reworded) {
      found.put("reason", wanted.reason).put("message", wanted.message);
    }
    return moved || reworded;
  }

  private static void fill(ObjectNode target, Condition wanted, String value, Instant now) {
    target
        .put("status", value)
        .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
        .put("reason", wanted.reason)
        .put("message", wanted.message);
  }
}
