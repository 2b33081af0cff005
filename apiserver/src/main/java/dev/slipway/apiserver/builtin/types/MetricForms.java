package dev.slipway.apiserver.builtin.types;

import dev.slipway.base.Json;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How one metric of an autoscaler is written in `autoscaling/v1` (flat, a field name per kind of
/// value) and in `autoscaling/v2` (a value object: `target` in the spec, `current` in the status).
enum MetricForms {
  TARGET("target"),
  CURRENT("current");

  private final String side;
  private final String value;
  private final String averageValue;
  private final String averageUtilization;

  MetricForms(String side) {
    this.side = side;
    value = side + "Value";
    averageValue = side + "AverageValue";
    averageUtilization = side + "AverageUtilization";
  }

  /// From v2 to the flat form.
  ObjectNode old(JsonNode metric) {
    String source = sourceOf(metric);
    ObjectNode old = Json.object().put("type", Json.text(metric, "type"));
    if (metric.get(source) instanceof ObjectNode from) {
      flatten(source, from, old.putObject(source));
    }
    return old;
  }

  private void flatten(String source, ObjectNode from, ObjectNode to) {
    boolean external = source.equals("external");
    boolean object = source.equals("object");
    copy(from, "describedObject", to, "target");
    copy(from.path("metric"), "name", to, "metricName");
    copy(from.path("metric"), "selector", to, external ? "metricSelector" : "selector");
    copy(from, "name", to, "name");
    copy(from, "container", to, "container");
    copy(from.path(side), "value", to, value);
    copy(from.path(side), "averageValue", to, object ? "averageValue" : averageValue);
    copy(from.path(side), "averageUtilization", to, averageUtilization);
  }

  /// From the flat form to v2.
  ObjectNode current(JsonNode metric) {
    String source = sourceOf(metric);
    ObjectNode now = Json.object().put("type", Json.text(metric, "type"));
    if (metric.get(source) instanceof ObjectNode from) {
      nest(source, from, now.putObject(source));
    }
    return now;
  }

  private void nest(String source, ObjectNode from, ObjectNode to) {
    boolean external = source.equals("external");
    boolean object = source.equals("object");
    copy(from, "target", to, "describedObject");
    copy(from, "name", to, "name");
    copy(from, "container", to, "container");
    if (from.has("metricName")) {
      ObjectNode identifier = to.putObject("metric");
      copy(from, "metricName", identifier, "name");
      copy(from, external ? "metricSelector" : "selector", identifier, "selector");
    }
    ObjectNode measure = to.putObject(side);
    copy(from, averageUtilization, measure, "averageUtilization");
    copy(from, object ? "averageValue" : averageValue, measure, "averageValue");
    copy(from, value, measure, "value");
    if (this == TARGET) {
      measure.put("type", targetType(measure));
    }
  }

  private static String targetType(ObjectNode measure) {
    if (measure.has("averageUtilization")) {
      return "Utilization";
    }
    return measure.has("averageValue") ? "AverageValue" : "Value";
  }

  /// `ContainerResource` is described under `containerResource`.
  private static String sourceOf(JsonNode metric) {
    String type = Json.text(metric, "type");
    return type.isEmpty() ? "" : type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
  }

  private static void copy(JsonNode from, String field, ObjectNode to, String name) {
    JsonNode found = from.get(field);
    if (found != null && !found.isNull()) {
      to.set(name, found);
    }
  }
}
