package dev.slipway.apiserver.builtin.types;

import dev.slipway.apiserver.resource.Converter;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Between `autoscaling/v1` and the stored `autoscaling/v2` form of a HorizontalPodAutoscaler.
///
/// The old version has one number, the CPU target, and one observation of it. All else travels in
/// annotations, in the old version's own words for metrics, so that a read and a write back through
/// the old version lose nothing.
final class AutoscalerConverter implements Converter {
  private static final String CPU_TARGET = "targetCPUUtilizationPercentage";
  private static final String CPU_NOW = "currentCPUUtilizationPercentage";
  private static final String METRICS = "autoscaling.alpha.kubernetes.io/metrics";
  private static final String CURRENT_METRICS = "autoscaling.alpha.kubernetes.io/current-metrics";
  private static final String CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions";
  private static final String BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior";

  @Override
  public ObjectNode toServed(ObjectNode object) {
    object.put("apiVersion", "autoscaling/v1");
    if (object.get("spec") instanceof ObjectNode spec) {
      serveMetrics(object, spec);
      note(object, BEHAVIOR, spec.remove("behavior"));
    }
    if (object.get("status") instanceof ObjectNode status) {
      serveCurrentMetrics(object, status);
      note(object, CONDITIONS, status.remove("conditions"));
    }
    return object;
  }

  private static void serveMetrics(ObjectNode object, ObjectNode spec) {
    ArrayNode others = Json.array();
    JsonNode metrics = spec.remove("metrics");
    if (metrics != null) {
      for (JsonNode metric : metrics) {
        JsonNode percent = metric.path("resource").path("target").path("averageUtilization");
        if (isCpu(metric) && percent.isNumber() && !spec.has(CPU_TARGET)) {
          spec.set(CPU_TARGET, percent);
        } else {
          others.add(MetricForms.TARGET.old(metric));
        }
      }
    }
    note(object, METRICS, others);
  }

  private static void serveCurrentMetrics(ObjectNode object, ObjectNode status) {
    ArrayNode old = Json.array();
    JsonNode metrics = status.remove("currentMetrics");
    if (metrics != null) {
      for (JsonNode metric : metrics) {
        JsonNode percent = metric.path("resource").path("current").path("averageUtilization");
        if (isCpu(metric) && percent.isNumber()) {
          status.set(CPU_NOW, percent);
        }
        old.add(MetricForms.CURRENT.old(metric));
      }
    }
    note(object, CURRENT_METRICS, old);
  }

  private static boolean isCpu(JsonNode metric) {
    return Json.text(metric, "type").equals("Resource")
        && Json.text(metric, "resource", "name").equals("cpu");
  }

  private static void note(ObjectNode object, String annotation, @Nullable JsonNode value) {
    if (value != null && !value.isEmpty()) {
      Json.ensureObject(object, "metadata", "annotations").put(annotation, value.toString());
    }
  }

  @Override
  public ObjectNode toStored(ObjectNode object) {
    object.put("apiVersion", "autoscaling/v2");
    storeSpec(object);
    storeStatus(object);
    dropEmptyAnnotations(object);
    return object;
  }

  private static void storeSpec(ObjectNode object) {
    JsonNode others = takeNote(object, METRICS);
    JsonNode behavior = takeNote(object, BEHAVIOR);
    if (!(object.get("spec") instanceof ObjectNode spec)) {
      return;
    }
    ArrayNode metrics = Json.array();
    JsonNode percent = spec.remove(CPU_TARGET);
    if (percent != null && !percent.isNull()) {
      metrics.add(cpu("target", percent));
    }
    others.forEach(metric -> metrics.add(MetricForms.TARGET.current(metric)));
    setIfAny(spec, "metrics", metrics);
    setIfAny(spec, "behavior", behavior);
  }

  private static void storeStatus(ObjectNode object) {
    JsonNode current = takeNote(object, CURRENT_METRICS);
    JsonNode conditions = takeNote(object, CONDITIONS);
    if (!(object.get("status") instanceof ObjectNode status)) {
      return;
    }
    ArrayNode metrics = Json.array();
    JsonNode percent = status.remove(CPU_NOW);
    current.forEach(metric -> metrics.add(MetricForms.CURRENT.current(metric)));
    if (metrics.isEmpty() && percent != null && !percent.isNull()) {
      metrics.add(cpu("current", percent));
    }
    setIfAny(status, "currentMetrics", metrics);
    setIfAny(status, "conditions", conditions);
  }

  private static ObjectNode cpu(String side, JsonNode percent) {
    ObjectNode metric = Json.object().put("type", "Resource");
    ObjectNode value = metric.putObject("resource").put("name", "cpu").putObject(side);
    if (side.equals("target")) {
      value.put("type", "Utilization");
    }
    value.set("averageUtilization", percent);
    return metric;
  }

  /// Removes a note and reads it; a note that is no JSON is dropped, as it says nothing.
  private static JsonNode takeNote(ObjectNode object, String annotation) {
    String note = Json.text(object, "metadata", "annotations", annotation);
    if (Json.at(object, "metadata", "annotations") instanceof ObjectNode annotations) {
      annotations.remove(annotation);
    }
    if (note.isEmpty()) {
      return Json.array();
    }
    try {
      return Json.parse(note.getBytes(StandardCharsets.UTF_8));
    } catch (JacksonException _) {
      return Json.array();
    }
  }

  private static void setIfAny(ObjectNode object, String field, JsonNode value) {
    if (!value.isEmpty()) {
      object.set(field, value);
    }
  }

  private static void dropEmptyAnnotations(ObjectNode object) {
    if (object.get("metadata") instanceof ObjectNode metadata
        && metadata.path("annotations").isEmpty()) {
      metadata.remove("annotations");
    }
  }
}
