package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The conditions of a Job. Unlike others they have a `lastProbeTime`, change as a whole, and one
/// that would be false from the start is not there.
final class JobConditions {
  private final ArrayNode all;
  private final String now;

  JobConditions(Resource job, Instant now) {
    var present = job.status().path("conditions");
    this.all = present instanceof ArrayNode array ? array.deepCopy() : Json.array();
    this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /// The one of a type that is true.
  Optional<JsonNode> held(String type) {
    return find(type)
        .filter(each -> Json.text(each, "status").equals("True"))
        .map(JsonNode.class::cast);
  }

  private Optional<ObjectNode> find(String type) {
    for (var each : all) {
      if (each instanceof ObjectNode condition && Json.text(condition, "type").equals(type)) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  /// @return whether it is news
  boolean set(String type, boolean status, String reason, String message) {
    var text = status ? "True" : "False";
    var known = find(type);
    if (known.isEmpty() && !status) {
      return false;
    }
    var condition = known.orElseGet(all::addObject);
    if (Json.text(condition, "status").equals(text)
        && Json.text(condition, "reason").equals(reason)
        && Json.text(condition, "message").equals(message)) {
      return false;
    }
    condition.put("type", type).put("status", text);
    condition.put("lastProbeTime", now).put("lastTransitionTime", now);
    condition.put("reason", reason).put("message", message);
    return true;
  }

  void into(ObjectNode status) {
    if (!all.isEmpty()) {
      status.set("conditions", all);
    }
  }

  /// The condition that ends a Job, `Complete` or `Failed`; empty while it goes on.
  static Optional<JsonNode> end(Resource job) {
    for (var type : new String[] {"Complete", "Failed"}) {
      if (job.isTrue(type)) {
        return Optional.of(job.conditionNode(type));
      }
    }
    return Optional.empty();
  }
}
