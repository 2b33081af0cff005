package dev.slipway.api.kserve;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import dev.slipway.base.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a component may say about scaling, which depends on what scales it: Knative's autoscaler by
/// requests, a HorizontalPodAutoscaler, or KEDA.
final class AutoscalingRules {
  private static final Quantity MEBIBYTE = Quantity.parse("1Mi").orElseThrow();

  private final ObjectNode component;
  private final FieldPath at;
  private final List<Problem> problems;

  private AutoscalingRules(ObjectNode component, FieldPath at, List<Problem> problems) {
    this.component = component;
    this.at = at;
    this.problems = problems;
  }

  static void judge(
      ObjectNode component,
      FieldPath at,
      Kserve.Mode mode,
      Map<String, String> annotations,
      List<Problem> problems) {
    var rules = new AutoscalingRules(component, at, problems);
    String scaler = annotations.getOrDefault(Kserve.AUTOSCALER_CLASS, "");
    if (mode == Kserve.Mode.STANDARD) {
      if (scaler.equals("keda")) {
        rules.keda();
      } else if (scaler.equals("hpa")) {
        rules.horizontal();
      }
    } else if ("hpa.autoscaling.knative.dev".equals(annotations.get(Kserve.KNATIVE_CLASS))) {
      rules.horizontal();
    } else {
      rules.knative();
    }
  }

  private String metric() {
    return Json.text(component, "scaleMetric");
  }

  private void knative() {
    if (component.has("deploymentStrategy")) {
      problems.add(
          Problem.forbidden(
              at.field("deploymentStrategy"),
              "customizing deploymentStrategy is only supported for raw deployment mode"));
    }
    scaleMetric(Set.of("concurrency", "rps"));
    if (metric().equals("rps") && component.path("scaleTarget").asLong(1) < 1) {
      problems.add(
          Problem.invalid(
              at.field("scaleTarget"),
              component.path("scaleTarget"),
              "the target for rps should be greater than 1"));
    }
  }

  private void scaleMetric(Set<String> allowed) {
    if (!metric().isEmpty() && !allowed.contains(metric())) {
      problems.add(
          Problem.invalid(
              at.field("scaleMetric"),
              metric(),
              "["
                  + metric()
                  + "] is not a supported metric (expected one of: "
                  + String.join(", ", allowed.stream().sorted().toList())
                  + ")"));
    }
  }

  private void horizontal() {
    scaleMetric(Set.of("cpu", "memory"));
    long target = component.path("scaleTarget").asLong(80);
    if (metric().equals("memory") && target < 1) {
      problems.add(
          Problem.invalid(
              at.field("scaleTarget"), target, "the target memory should be greater than 1 MiB"));
    } else if (target < 1 || target > 100) {
      problems.add(
          Problem.invalid(
              at.field("scaleTarget"),
              target,
              "the target utilization percentage should be a [1-100] integer"));
    }
    JsonNode metrics = component.path("autoScaling").path("metrics");
    for (int i = 0; i < metrics.size(); i++) {
      FieldPath here = at.field("autoScaling", "metrics").index(i);
      String type = Json.text(metrics.path(i), "type");
      if (!type.equals("Resource")) {
        problems.add(
            Problem.invalid(
                here.field("type"),
                type,
                "invalid HPA metric source type with value ["
                    + type
                    + "],valid metric source types are Resource"));
      } else if (!metrics.path(i).path("resource").isObject()) {
        problems.add(
            Problem.required(
                here.field("resource"),
                "metricSpec.Resource is not set for resource metric source type"));
      }
    }
  }

  private void keda() {
    if (!metric().isEmpty()) {
      problems.add(
          Problem.forbidden(at.field("scaleMetric"), "ScaleMetric is not supported for KEDA"));
    }
    JsonNode metrics = component.path("autoScaling").path("metrics");
    for (int i = 0; i < metrics.size(); i++) {
      kedaMetric(metrics.path(i), at.field("autoScaling", "metrics").index(i));
    }
  }

  private void kedaMetric(JsonNode metric, FieldPath here) {
    String type = Json.text(metric, "type");
    switch (type) {
      case "Resource" -> kedaResource(metric.path("resource"), here.field("resource"));
      case "External" -> kedaQuery(metric, here, "external", "External", "external");
      case "PodMetric" -> kedaQuery(metric, here, "podmetric", "PodMetric", "pod");
      default ->
          problems.add(
              Problem.invalid(
                  here.field("type"),
                  type,
                  "unknown KEDA metric type with value ["
                      + type
                      + "].Valid types are Resource,External,PodMetric"));
    }
  }

  private void kedaResource(JsonNode resource, FieldPath here) {
    if (!resource.isObject()) {
      problems.add(
          Problem.required(here, "metricSpec.Resource is not set for resource metric source type"));
      return;
    }
    String name = Json.text(resource, "name");
    JsonNode target = resource.path("target");
    String type = Json.text(target, "type");
    FieldPath typeAt = here.field("target", "type");
    if (name.equals("cpu") && !type.equals("Utilization")) {
      problems.add(
          Problem.invalid(typeAt, type, "the cpu target value type should be Utilization"));
    } else if (name.equals("memory") && !Set.of("Utilization", "AverageValue").contains(type)) {
      problems.add(
          Problem.invalid(
              typeAt, type, "the memory target value type should be AverageValue or Utilization"));
    } else if (name.equals("memory") && type.equals("AverageValue") && below(target, MEBIBYTE)) {
      problems.add(
          Problem.invalid(
              here.field("target", "averageValue"),
              target.path("averageValue").asString(""),
              "the memory target value should be greater than 1 MiB"));
    } else if (!name.equals("cpu") && !name.equals("memory")) {
      problems.add(
          Problem.invalid(here.field("name"), name, "resource type " + name + " is not supported"));
    }
    target(target, here.field("target"));
  }

  private static boolean below(JsonNode target, Quantity least) {
    Optional<Quantity> given = Quantity.parse(target.path("averageValue").asString(""));
    return given.isPresent() && given.get().compareTo(least) < 0;
  }

  private void kedaQuery(
      JsonNode metric, FieldPath here, String field, String type, String spoken) {
    JsonNode source = metric.path(field);
    FieldPath sourceAt = here.field(field);
    if (!source.isObject()) {
      problems.add(
          Problem.required(
              sourceAt,
              "metricSpec." + type + " is not set for " + spoken + " metric source type"));
      return;
    }
    if (Json.text(source, "metric", "query").isEmpty()) {
      problems.add(
          Problem.required(sourceAt.field("metric", "query"), "the query should not be empty"));
    }
    if (!source.path("target").has("value")) {
      problems.add(
          Problem.required(
              sourceAt.field("target", "value"), "the target threshold value should not be empty"));
    }
    target(source.path("target"), sourceAt.field("target"));
  }

  private void target(JsonNode target, FieldPath here) {
    String type = Json.text(target, "type");
    String field =
        switch (type) {
          case "Utilization" -> "averageUtilization";
          case "AverageValue" -> "averageValue";
          case "Value" -> "value";
          default -> "";
        };
    if (field.isEmpty()) {
      return;
    }
    if (!target.has(field)) {
      String spoken = type.equals("Utilization") ? "AverageUtilization" : type;
      problems.add(Problem.required(here.field(field), "the " + spoken + " type should be set"));
    } else if (type.equals("Utilization")) {
      long percent = target.path(field).asLong(0);
      if (percent < 1 || percent > 100) {
        problems.add(
            Problem.invalid(
                here.field(field),
                percent,
                "the target utilization percentage should be a [1-100] integer"));
      }
    }
  }
}
