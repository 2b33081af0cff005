package dev.slipway.controllers.autoscaling;

import dev.slipway.autoscaling.hpa.HpaDecision;
import dev.slipway.base.Json;
import dev.slipway.control.Conditions;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The status of a HorizontalPodAutoscaler.
final class HpaStatus {
  private HpaStatus() {}

  /// After a decision.
  ///
  /// @param replicas the target's now
  /// @param scaled whether the target was changed just now
  static ObjectNode of(
      Resource autoscaler, HpaDecision decision, int replicas, boolean scaled, Instant now) {
    var status = begin(autoscaler, decision.conditions(), now);
    status.put("currentReplicas", replicas).put("desiredReplicas", decision.replicas());
    if (scaled) {
      status.put("lastScaleTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
    }
    metrics(autoscaler, decision, status);
    return status;
  }

  /// With conditions alone: the rest as it was.
  static ObjectNode begin(
      Resource autoscaler, List<HpaDecision.Condition> conditions, Instant now) {
    var status =
        autoscaler.status() instanceof ObjectNode before ? before.deepCopy() : Json.object();
    status.put("observedGeneration", autoscaler.generation());
    var made = Conditions.of(autoscaler, now);
    conditions.forEach(
        each ->
            made.set(each.type(), each.status() ? "True" : "False", each.reason(), each.message()));
    status.set("conditions", made.toJson());
    if (!status.has("currentReplicas")) {
      status.put("currentReplicas", 0).put("desiredReplicas", 0);
    }
    return status;
  }

  private static void metrics(Resource autoscaler, HpaDecision decision, ObjectNode status) {
    status.remove("currentMetrics");
    if (decision.metrics().isEmpty()) {
      return;
    }
    var written = autoscaler.spec().path("metrics");
    ArrayNode array = status.putArray("currentMetrics");
    for (var each : decision.metrics()) {
      current(written.path(each.metric()), each, array.addObject());
    }
  }

  private static void current(JsonNode written, HpaDecision.Current found, ObjectNode made) {
    var type = written.isMissingNode() ? "Resource" : Json.text(written, "type");
    var field = Character.toLowerCase(type.charAt(0)) + type.substring(1);
    var source = made.put("type", type).putObject(field);
    if (written.isMissingNode()) {
      source.put("name", "cpu");
    }
    for (var each : new String[] {"name", "container", "metric", "describedObject"}) {
      if (written.path(field).has(each)) {
        source.set(each, written.path(field).path(each).deepCopy());
      }
    }
    var current = source.putObject("current");
    found.percent().ifPresent(percent -> current.put("averageUtilization", percent));
    found.averageMilli().ifPresent(milli -> current.put("averageValue", Milli.text(milli)));
    found.valueMilli().ifPresent(milli -> current.put("value", Milli.text(milli)));
  }
}
