package dev.slipway.controllers.katib;

import dev.slipway.base.Json;
import dev.slipway.controllers.katib.Observations.MetricLog;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a status says of a trial's reports: of each metric its least, greatest and latest value, as
/// texts. Pure.
///
/// Source: `getMetrics` in `trial_controller_util.go`, `getObjectiveMetricValue` in
/// `experiment/util/status_util.go`.
final class Summary {
  private Summary() {}

  /// `status.observation`.
  ///
  /// @param objective `spec.objective` of the trial; its strategies say which metrics count
  static ObjectNode of(JsonNode objective, Observations.Report report) {
    ObjectNode observation = Json.object();
    var metrics = observation.putArray("metrics");
    for (JsonNode strategy : objective.path("metricStrategies")) {
      String name = Json.text(strategy, "name");
      metrics.add(metric(name, report.of(name)));
    }
    return observation;
  }

  private static ObjectNode metric(String name, List<MetricLog> logs) {
    String least = Observations.UNAVAILABLE;
    String greatest = Observations.UNAVAILABLE;
    String latest = Observations.UNAVAILABLE;
    double low = 0;
    double high = 0;
    for (MetricLog each : logs) {
      latest = each.value();
      OptionalDouble value = number(each.value());
      if (value.isPresent()) {
        boolean first = least.equals(Observations.UNAVAILABLE);
        if (first || value.getAsDouble() < low) {
          least = each.value();
          low = value.getAsDouble();
        }
        if (first || value.getAsDouble() > high) {
          greatest = each.value();
          high = value.getAsDouble();
        }
      }
    }
    return Json.object()
        .put("name", name)
        .put("min", least)
        .put("max", greatest)
        .put("latest", latest);
  }

  /// A finite number; empty for any other text.
  static OptionalDouble number(String text) {
    try {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    } catch (NumberFormatException _) {
      return OptionalDouble.empty();
    }
  }

  /// Whether an observation has the objective.
  static boolean isAvailable(JsonNode objective, JsonNode observation) {
    String name = Json.text(objective, "objectiveMetricName");
    return metric(observation, name)
        .filter(each -> !Json.text(each, "latest").equals(Observations.UNAVAILABLE))
        .isPresent();
  }

  /// The objective's value by its strategy; empty where it is unavailable.
  static Optional<String> objective(JsonNode objective, JsonNode observation) {
    String name = Json.text(objective, "objectiveMetricName");
    return metric(observation, name)
        .map(each -> value(each, strategy(objective, name)))
        .filter(each -> !each.isEmpty() && !each.equals(Observations.UNAVAILABLE));
  }

  private static String value(JsonNode metric, String strategy) {
    String chosen =
        switch (strategy) {
          case "min", "max" -> Json.text(metric, strategy);
          case "latest" -> Observations.UNAVAILABLE;
          default -> "";
        };
    return chosen.equals(Observations.UNAVAILABLE) ? Json.text(metric, "latest") : chosen;
  }

  private static String strategy(JsonNode objective, String metric) {
    for (JsonNode each : objective.path("metricStrategies")) {
      if (Json.text(each, "name").equals(metric)) {
        return Json.text(each, "value");
      }
    }
    return "";
  }

  private static Optional<JsonNode> metric(JsonNode observation, String name) {
    for (JsonNode each : observation.path("metrics")) {
      if (Json.text(each, "name").equals(name)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
