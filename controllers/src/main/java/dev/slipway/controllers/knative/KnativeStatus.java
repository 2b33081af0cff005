package dev.slipway.controllers.knative;

import dev.slipway.base.Json;
import dev.slipway.control.Conditions;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Conditions of Knative's duck type: `Ready` is what its dependents are together. False beats
/// Unknown,
/// Unknown beats True.
///
/// Source: knative.dev/pkg `apis/condition_set.go`.
final class KnativeStatus {
  private final Conditions conditions;
  private final List<String> dependents;
  private final Map<String, Said> said = new LinkedHashMap<>();

  /// The last word on a condition; what was said before it leaves no trace.
  private record Said(String status, String reason, String message) {}

  KnativeStatus(Resource resource, Instant now, String... dependents) {
    this.conditions = Conditions.of(resource, now);
    this.dependents = List.of(dependents);
    for (var each : dependents) {
      if (conditions.reason(each).isEmpty() && conditions.status(each).equals("Unknown")) {
        unknown(each, "", "");
      }
    }
  }

  void yes(String type) {
    said.put(type, new Said("True", "", ""));
  }

  void unknown(String type, String reason, String message) {
    said.put(type, new Said("Unknown", reason, message));
  }

  void no(String type, String reason, String message) {
    said.put(type, new Said("False", reason, message));
  }

  /// As another object's condition says it.
  void follow(String type, Resource other, String otherType) {
    var found = other.conditionNode(otherType);
    var reason = Json.text(found, "reason");
    var message = Json.text(found, "message");
    switch (other.condition(otherType)) {
      case "True" -> yes(type);
      case "False" -> no(type, reason, message);
      default -> unknown(type, reason, message);
    }
  }

  private String severity(String type) {
    return dependents.contains(type) || type.equals("Ready") ? "" : "Info";
  }

  String status(String type) {
    var last = said.get(type);
    return last == null ? conditions.status(type) : last.status();
  }

  /// All conditions by type, `Ready` computed.
  ArrayNode toJson() {
    said.forEach(
        (type, last) ->
            conditions.set(type, last.status(), last.reason(), last.message(), severity(type)));
    var worst = "True";
    var decisive = "";
    for (var each : dependents) {
      var status = conditions.status(each);
      if (status.equals("False") || (status.equals("Unknown") && !worst.equals("False"))) {
        if (!status.equals(worst)) {
          worst = status;
          decisive = each;
        }
      }
    }
    var reason = decisive.isEmpty() ? "" : conditions.reason(decisive);
    var message = decisive.isEmpty() ? "" : conditions.message(decisive);
    conditions.set("Ready", worst, reason, message);
    var sorted = Json.array();
    conditions.toJson().values().stream()
        .sorted((a, b) -> Json.text(a, "type").compareTo(Json.text(b, "type")))
        .forEach(sorted::add);
    return sorted;
  }

  /// A status with the conditions and the generation they speak of.
  ObjectNode begin(Resource resource) {
    var status = Json.object().put("observedGeneration", resource.generation());
    status.set("conditions", toJson());
    return status;
  }
}
