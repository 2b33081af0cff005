package dev.slipway.controllers.autoscaling;

import dev.slipway.autoscaling.hpa.HpaSpec;
import dev.slipway.autoscaling.hpa.HpaSpec.Behavior;
import dev.slipway.autoscaling.hpa.HpaSpec.Metric;
import dev.slipway.autoscaling.hpa.HpaSpec.Policy;
import dev.slipway.autoscaling.hpa.HpaSpec.PolicyType;
import dev.slipway.autoscaling.hpa.HpaSpec.Rules;
import dev.slipway.autoscaling.hpa.HpaSpec.Select;
import dev.slipway.autoscaling.hpa.HpaSpec.Target;
import dev.slipway.base.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Reads the spec of a HorizontalPodAutoscaler v2. What is not said is as the API fills it in.
final class HpaManifest {
  private HpaManifest() {}

  static HpaSpec spec(JsonNode spec) {
    var metrics = new ArrayList<Metric>();
    spec.path("metrics").forEach(each -> metrics.add(metric(each)));
    if (metrics.isEmpty()) {
      metrics.add(new Metric.Resource("cpu", new Target.Utilization(80)));
    }
    return new HpaSpec(
        spec.path("minReplicas").asInt(1),
        spec.path("maxReplicas").asInt(1),
        metrics,
        behavior(spec.path("behavior")));
  }

  private static Metric metric(JsonNode metric) {
    return switch (Json.text(metric, "type")) {
      case "ContainerResource" -> {
        var source = metric.path("containerResource");
        yield new Metric.ContainerResource(
            Json.text(source, "name"), Json.text(source, "container"), target(source));
      }
      case "Pods" -> {
        var source = metric.path("pods");
        yield new Metric.Pods(
            name(source),
            new Target.AverageValue(Milli.of(source.path("target").path("averageValue"))));
      }
      case "Object" -> {
        var source = metric.path("object");
        yield new Metric.OfObject(
            name(source), Json.text(source, "describedObject", "kind"), target(source));
      }
      case "External" -> {
        var source = metric.path("external");
        yield new Metric.External(name(source), selector(source), target(source));
      }
      default -> {
        var source = metric.path("resource");
        yield new Metric.Resource(Json.text(source, "name"), target(source));
      }
    };
  }

  private static String name(JsonNode source) {
    return Json.text(source, "metric", "name");
  }

  private static String selector(JsonNode source) {
    var labels = Json.strings(source, "metric", "selector", "matchLabels");
    return labels.isEmpty()
        ? "nil"
        : labels.entrySet().stream()
            .map(each -> each.getKey() + ":" + each.getValue())
            .collect(Collectors.joining(" ", "&LabelSelector{MatchLabels:map[", "]}"));
  }

  private static Target target(JsonNode source) {
    var target = source.path("target");
    return switch (Json.text(target, "type")) {
      case "Utilization" -> new Target.Utilization(target.path("averageUtilization").asInt(0));
      case "Value" -> new Target.Value(Milli.of(target.path("value")));
      default -> new Target.AverageValue(Milli.of(target.path("averageValue")));
    };
  }

  private static Optional<Behavior> behavior(JsonNode behavior) {
    return behavior.isObject()
        ? Optional.of(
            new Behavior(
                rules(behavior.path("scaleUp"), Behavior.DEFAULT.up()),
                rules(behavior.path("scaleDown"), Behavior.DEFAULT.down())))
        : Optional.empty();
  }

  private static Rules rules(JsonNode rules, Rules standard) {
    var window = rules.path("stabilizationWindowSeconds");
    var policies = new ArrayList<Policy>();
    for (var each : rules.path("policies")) {
      policies.add(
          new Policy(
              Json.text(each, "type").equals("Pods") ? PolicyType.PODS : PolicyType.PERCENT,
              each.path("value").asInt(0),
              Duration.ofSeconds(each.path("periodSeconds").asInt(15))));
    }
    var select =
        switch (Json.text(rules, "selectPolicy")) {
          case "Min" -> Select.MIN;
          case "Disabled" -> Select.DISABLED;
          default -> Select.MAX;
        };
    var tolerance = rules.path("tolerance");
    return new Rules(
        window.isNumber() ? Duration.ofSeconds(window.asInt()) : standard.stabilization(),
        select,
        policies.isEmpty() ? standard.policies() : List.copyOf(policies),
        tolerance.isMissingNode()
            ? OptionalDouble.empty()
            : OptionalDouble.of(Milli.of(tolerance) / 1000.0));
  }
}
