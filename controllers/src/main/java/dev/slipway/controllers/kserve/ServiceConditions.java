package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Conditions;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// The conditions of a status as Knative's and KServe's clients know them: ordered by type; those
/// that `Ready` depends on without a severity, the others `Info`; `Ready` follows from the ones it
/// depends on, where False outdoes Unknown, and Unknown outdoes True.
///
/// Follows `knative.dev/pkg/apis/condition_set.go`.
final class ServiceConditions {
  private final Conditions conditions;
  private final List<String> dependents;

  ServiceConditions(Resource object, Instant now, List<String> dependents) {
    this.conditions = Conditions.of(object, now);
    this.dependents = List.copyOf(dependents);
  }

  void set(String type, String status, String reason, String message) {
    boolean counts = type.equals("Ready") || dependents.contains(type);
    conditions.set(type, status, reason, message, counts ? "" : "Info");
  }

  /// Takes over what another object says of itself; nothing where it says nothing.
  void copy(String type, JsonNode condition) {
    String status = Json.text(condition, "status");
    if (!status.isEmpty()) {
      set(type, status, Json.text(condition, "reason"), Json.text(condition, "message"));
    }
  }

  void remove(String type) {
    conditions.remove(type);
  }

  String status(String type) {
    return conditions.status(type);
  }

  boolean isTrue(String type) {
    return status(type).equals("True");
  }

  String reason(String type) {
    return conditions.reason(type);
  }

  String message(String type) {
    return conditions.message(type);
  }

  /// Derives `Ready`; every condition it depends on is there afterwards.
  void conclude() {
    for (String type : dependents) {
      if (status(type).equals("Unknown") && reason(type).isEmpty()) {
        set(type, "Unknown", "", message(type));
      }
    }
    Optional<String> unhappy = first("False").or(() -> first("Unknown"));
    if (unhappy.isEmpty()) {
      set("Ready", "True", "", "");
    } else {
      String type = unhappy.get();
      set("Ready", status(type), reason(type), message(type));
    }
  }

  private Optional<String> first(String status) {
    return dependents.stream().filter(type -> status(type).equals(status)).findFirst();
  }

  ArrayNode toJson() {
    ArrayNode sorted = Json.array();
    conditions.toJson().values().stream()
        .sorted(java.util.Comparator.comparing(each -> Json.text(each, "type")))
        .forEach(sorted::add);
    return sorted;
  }
}
