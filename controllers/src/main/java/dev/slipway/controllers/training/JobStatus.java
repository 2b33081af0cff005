package dev.slipway.controllers.training;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The status of a job while it is planned for: begins with what is there. Used by one plan.
///
/// Conditions follow `pkg/util/status.go` of the operator: the newest stands last, Running and
/// Restarting replace each other, and nothing is added to a failed job.
final class JobStatus {
  private final String kind;
  private final String now;
  private final ObjectNode status;
  private final List<ObjectNode> conditions = new ArrayList<>();

  private JobStatus(String kind, ObjectNode status, Instant now) {
    this.kind = kind;
    this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
    this.status = status;
    for (JsonNode each : status.path("conditions")) {
      if (each instanceof ObjectNode condition) {
        conditions.add(condition.deepCopy());
      }
    }
  }

  static JobStatus of(Resource job, Instant now) {
    ObjectNode status = job.status() instanceof ObjectNode given ? given.deepCopy() : Json.object();
    return new JobStatus(job.kind().kind(), status, now);
  }

  boolean isEmpty() {
    return conditions.isEmpty();
  }

  boolean is(String type) {
    return conditions.stream()
        .anyMatch(
            each ->
                Json.text(each, "type").equals(type) && Json.text(each, "status").equals("True"));
  }

  boolean finished() {
    return is("Succeeded") || is("Failed");
  }

  /// Sets a condition to true, with the reason that its type makes: `TFJobRunning`.
  void now(String type, String message) {
    set(type, "True", type, message);
  }

  /// @param reason after the kind
  void set(String type, String truth, String reason, String message) {
    if (is("Failed")) {
      return;
    }
    ObjectNode made =
        Json.object()
            .put("type", type)
            .put("status", truth)
            .put("reason", kind + reason)
            .put("message", message)
            .put("lastUpdateTime", now)
            .put("lastTransitionTime", now);
    for (ObjectNode before : conditions) {
      if (same(before, made, "type") && same(before, made, "status")) {
        if (same(before, made, "reason")) {
          return;
        }
        made.set("lastTransitionTime", before.path("lastTransitionTime"));
      }
    }
    conditions.removeIf(each -> replaced(Json.text(each, "type"), type));
    if (type.equals("Failed") || type.equals("Succeeded")) {
      over("Running");
    }
    conditions.add(made);
  }

  private static boolean same(ObjectNode one, ObjectNode other, String field) {
    return Json.text(one, field).equals(Json.text(other, field));
  }

  private static boolean replaced(String before, String type) {
    return before.equals(type)
        || (before.equals("Running") && type.equals("Restarting"))
        || (before.equals("Restarting") && type.equals("Running"));
  }

  private void over(String type) {
    for (ObjectNode each : conditions) {
      if (Json.text(each, "type").equals(type) && Json.text(each, "status").equals("True")) {
        each.put("status", "False").put("lastTransitionTime", now);
      }
    }
  }

  Optional<Instant> time(String field) {
    String text = Json.text(status, field);
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /// The job begins, or begins again, now.
  void started() {
    status.put("startTime", now);
  }

  /// The job is over, unless it has been already.
  void completed() {
    if (time("completionTime").isEmpty()) {
      status.put("completionTime", now);
    }
  }

  /// How often pods of a type were made anew.
  int restarts(String type) {
    return Json.at(status, "replicaStatuses", type, "restarts").asInt(0);
  }

  /// How often pods of all types were.
  int restarts() {
    int all = 0;
    for (JsonNode each : status.path("replicaStatuses")) {
      all += each.path("restarts").asInt(0);
    }
    return all;
  }

  void replicas(String type, ObjectNode counts) {
    Json.ensureObject(status, "replicaStatuses").set(type, counts);
  }

  /// The counts of each type that has any.
  List<ObjectNode> replicas() {
    var all = new ArrayList<ObjectNode>();
    for (JsonNode each : status.path("replicaStatuses")) {
      if (each instanceof ObjectNode counts) {
        all.add(counts);
      }
    }
    return all;
  }

  ObjectNode toJson() {
    var all = status.putArray("conditions");
    conditions.forEach(all::add);
    return status;
  }
}
