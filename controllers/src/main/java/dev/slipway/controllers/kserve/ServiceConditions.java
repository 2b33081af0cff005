package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Conditions;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// The conditions of a status as Knative's and KServe's clients know them: ordered by type; those
/// that `Ready` depends on without a severity, the others `Info`; `Ready` follows from the ones it
/// depends on, where False outdoes Unknown, and Unknown outdoes True.
///
/// What is set several times counts as it was set last: only that is compared with what was before.
///
/// Follows `knative.dev/pkg/apis/condition_set.go`.
final class ServiceConditions {
  private final Resource object;
  private final Instant now;
  private final List<String> dependents;
  private final Map<String, Said> said = new TreeMap<>();

  private record Said(String status, String reason, String message) {
    static final Said NOTHING = new Said("Unknown", "", "");
  }

  ServiceConditions(Resource object, Instant now, List<String> dependents) {
    this.object = object;
    this.now = now;
    this.dependents = List.copyOf(dependents);
    for (JsonNode each : object.status().path("conditions")) {
      copy(Json.text(each, "type"), each);
    }
  }

  /// What is true needs no reason: as Knative's `MarkTrue`, which KServe marks with, it has none.
  void set(String type, String status, String reason, String message) {
    boolean holds = status.equals("True");
    said.put(type, new Said(status, holds ? "" : reason, holds ? "" : message));
  }

  /// Takes over what another object says of itself; nothing where it says nothing.
  void copy(String type, JsonNode condition) {
    String status = Json.text(condition, "status");
    if (!status.isEmpty()) {
      set(type, status, Json.text(condition, "reason"), Json.text(condition, "message"));
    }
  }

  void remove(String type) {
    said.remove(type);
  }

  private Said find(String type) {
    return said.getOrDefault(type, Said.NOTHING);
  }

  String status(String type) {
    return find(type).status();
  }

  boolean isTrue(String type) {
    return status(type).equals("True");
  }

  String message(String type) {
    return find(type).message();
  }

  /// Derives `Ready`; every condition it depends on is there afterwards.
  void conclude() {
    dependents.forEach(type -> said.putIfAbsent(type, Said.NOTHING));
    Optional<String> unhappy = first("False").or(() -> first("Unknown"));
    said.put("Ready", unhappy.map(this::find).orElseGet(() -> new Said("True", "", "")));
  }

  private Optional<String> first(String status) {
    return dependents.stream().filter(type -> status(type).equals(status)).findFirst();
  }

  /// As the status holds them.
  ArrayNode toJson() {
    var all = Conditions.of(object, now);
    for (JsonNode each : object.status().path("conditions")) {
      if (!said.containsKey(Json.text(each, "type"))) {
        all.remove(Json.text(each, "type"));
      }
    }
    said.forEach(
        (type, it) -> {
          boolean counts = type.equals("Ready") || dependents.contains(type);
          all.set(type, it.status(), it.reason(), it.message(), counts ? "" : "Info");
        });
    ArrayNode sorted = Json.array();
    all.toJson().values().stream()
        .sorted(java.util.Comparator.comparing(each -> Json.text(each, "type")))
        .forEach(sorted::add);
    return sorted;
  }
}
