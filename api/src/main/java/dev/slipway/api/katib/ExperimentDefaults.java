package dev.slipway.api.katib;

import dev.slipway.base.Json;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Fills in what an Experiment leaves open.
///
/// Source: `pkg/apis/controller/experiments/v1beta1/experiment_defaults.go`.
final class ExperimentDefaults {
  private static final int PARALLEL = 3;
  private static final int PROMETHEUS_PORT = 8080;

  private final ObjectNode spec;

  private ExperimentDefaults(ObjectNode spec) {
    this.spec = spec;
  }

  /// @param experiment changed in place
  static void complete(ObjectNode experiment) {
    var defaults = new ExperimentDefaults(Json.ensureObject(experiment, "spec"));
    if (!defaults.spec.hasNonNull("parallelTrialCount")) {
      defaults.spec.put("parallelTrialCount", PARALLEL);
    }
    absent(defaults.spec, "resumePolicy", Katib.DEFAULT_POLICY);
    defaults.objective();
    defaults.template();
    defaults.collector();
    for (JsonNode each : defaults.spec.path("parameters")) {
      if (each.path("feasibleSpace") instanceof ObjectNode space && !space.isEmpty()) {
        absent(space, "distribution", "uniform");
      }
    }
  }

  private static void absent(ObjectNode object, String field, String value) {
    if (!value.isEmpty() && Json.text(object, field).isEmpty()) {
      object.put(field, value);
    }
  }

  /// Each metric without a strategy gets the one that suits the objective.
  private void objective() {
    if (!(spec.get("objective") instanceof ObjectNode objective)) {
      return;
    }
    String strategy =
        switch (Json.text(objective, "type")) {
          case "minimize" -> "min";
          case "maximize" -> "max";
          default -> "latest";
        };
    ArrayNode strategies = objective.withArray("metricStrategies");
    var known = new HashSet<String>();
    strategies.forEach(each -> known.add(Json.text(each, "name")));
    strategy(strategies, known, Json.text(objective, "objectiveMetricName"), strategy);
    for (JsonNode each : objective.path("additionalMetricNames")) {
      strategy(strategies, known, each.asString(""), strategy);
    }
  }

  private static void strategy(
      ArrayNode strategies, Set<String> known, String metric, String strategy) {
    if (!metric.isEmpty() && known.add(metric)) {
      strategies.addObject().put("name", metric).put("value", strategy);
    }
  }

  private void template() {
    if (!(spec.get("trialTemplate") instanceof ObjectNode template)) {
      return;
    }
    String kind = Json.text(template, "trialSpec", "kind");
    absent(template, "successCondition", Katib.successCondition(kind));
    absent(template, "failureCondition", Katib.failureCondition(kind));
    Map<String, String> labels = Katib.primaryPodLabels(kind);
    if (!labels.isEmpty() && template.path("primaryPodLabels").isEmpty()) {
      ObjectNode written = template.putObject("primaryPodLabels");
      labels.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(each -> written.put(each.getKey(), each.getValue()));
    }
  }

  private void collector() {
    ObjectNode collector = Json.ensureObject(spec, "metricsCollectorSpec");
    if (!collector.path("collector").isObject()) {
      collector.putObject("collector").put("kind", "StdOut");
    }
    switch (Json.text(collector, "collector", "kind")) {
      case "PrometheusMetric" -> {
        ObjectNode get = Json.ensureObject(collector, "source", "httpGet");
        absent(get, "path", "/metrics");
        if (get.path("port").asString("0").equals("0")) {
          get.put("port", PROMETHEUS_PORT);
        }
      }
      case "File" -> {
        ObjectNode file = Json.ensureObject(collector, "source", "fileSystemPath");
        absent(file, "kind", "File");
        absent(file, "path", "/var/log/katib/metrics.log");
        absent(file, "format", "TEXT");
      }
      case "TensorFlowEvent" -> {
        ObjectNode directory = Json.ensureObject(collector, "source", "fileSystemPath");
        absent(directory, "kind", "Directory");
        absent(directory, "path", "/var/log/katib/tfevent/");
      }
      default -> {}
    }
  }
}
