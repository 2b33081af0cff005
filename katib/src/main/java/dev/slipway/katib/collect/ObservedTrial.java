package dev.slipway.katib.collect;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Resource;
import dev.slipway.katib.parse.JsonLines;
import dev.slipway.katib.parse.LineParser;
import dev.slipway.katib.parse.TextLines;
import dev.slipway.tuning.StoppingRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A `kubeflow.org/v1beta1 Trial` as its collector sees it.
///
/// @param metrics the objective first
/// @param container the primary one
/// @param podLabels of the pods that report; empty for all of the trial
public record ObservedTrial(
    String namespace,
    String name,
    List<String> metrics,
    boolean maximize,
    String container,
    Map<String, String> podLabels,
    Collector collector,
    List<StoppingRule> rules) {

  public static final Kind KIND = Kind.namespaced("kubeflow.org", "v1beta1", "Trial", "trials");

  /// The label of a trial's pods that names it.
  public static final String LABEL = "katib.kubeflow.org/trial";

  private static final List<String> FINAL =
      List.of("Succeeded", "Failed", "Killed", "EarlyStopped", "MetricsUnavailable");

  public ObservedTrial {
    metrics = List.copyOf(metrics);
    podLabels = Map.copyOf(podLabels);
    rules = List.copyOf(rules);
  }

  /// Where its metrics come from; `metricsCollector` of its specification.
  public sealed interface Collector {
    /// What the container prints.
    record Output(List<String> filters) implements Collector {}

    /// A file it writes.
    ///
    /// @param json whether its lines are objects; text otherwise
    record Lines(String path, boolean json, List<String> filters) implements Collector {}

    /// A directory of event files.
    record Events(String path) implements Collector {}

    /// A page it serves.
    record Page(String scheme, String host, int port, String path) implements Collector {}

    /// It reports by itself, or a container beside it does.
    record Itself() implements Collector {}
  }

  /// Reads the object; what is absent has Katib's defaults.
  public static ObservedTrial of(Resource trial) {
    var spec = trial.spec();
    var objective = spec.path("objective");
    var metrics = new ArrayList<String>();
    metrics.add(Json.text(objective, "objectiveMetricName"));
    objective.path("additionalMetricNames").forEach(each -> metrics.add(each.asString("")));
    return new ObservedTrial(
        trial.namespace(),
        trial.name(),
        metrics,
        Json.text(objective, "type").equals("maximize"),
        Json.text(spec, "primaryContainerName"),
        Json.strings(spec, "primaryPodLabels"),
        collector(spec.path("metricsCollector")),
        rules(spec.path("earlyStoppingRules")));
  }

  private static Collector collector(JsonNode given) {
    var source = given.path("source");
    var filters = texts(Json.at(source, "filter", "metricsFormat"));
    var path = Json.text(source, "fileSystemPath", "path");
    return switch (Json.text(given, "collector", "kind")) {
      case "", "StdOut" -> new Collector.Output(filters);
      case "File" ->
          new Collector.Lines(
              path.isEmpty() ? "/var/log/katib/metrics.log" : path,
              Json.text(source, "fileSystemPath", "format").equals("JSON"),
              filters);
      case "TensorFlowEvent" ->
          new Collector.Events(path.isEmpty() ? "/var/log/katib/tfevent/" : path);
      case "PrometheusMetric" -> page(source.path("httpGet"));
      default -> new Collector.Itself();
    };
  }

  private static Collector page(JsonNode get) {
    var path = Json.text(get, "path");
    return new Collector.Page(
        Json.text(get, "scheme").toLowerCase(Locale.ROOT),
        Json.text(get, "host"),
        get.path("port").asInt(8080),
        path.isEmpty() ? "/metrics" : path);
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(each -> each.asString("")).toList();
  }

  private static List<StoppingRule> rules(JsonNode list) {
    var found = new ArrayList<StoppingRule>();
    for (var each : list) {
      comparison(Json.text(each, "comparison"))
          .ifPresent(
              how ->
                  found.add(
                      new StoppingRule(
                          Json.text(each, "name"),
                          each.path("value").asDouble(Double.NaN),
                          how,
                          each.path("startStep").asInt(0))));
    }
    return found;
  }

  private static Optional<StoppingRule.Comparison> comparison(String text) {
    return switch (text) {
      case "equal" -> Optional.of(StoppingRule.Comparison.EQUAL);
      case "less" -> Optional.of(StoppingRule.Comparison.LESS);
      case "greater" -> Optional.of(StoppingRule.Comparison.GREATER);
      default -> Optional.empty();
    };
  }

  String objective() {
    return metrics.getFirst();
  }

  /// Whether somebody here fetches its metrics.
  boolean isCollected() {
    return !(collector instanceof Collector.Itself);
  }

  /// Whether a pod of the trial is one that reports.
  boolean reports(Map<String, String> labels) {
    return labels.entrySet().containsAll(podLabels.entrySet());
  }

  /// How a line is read, of a collector that reads lines.
  LineParser parser() {
    return switch (collector) {
      case Collector.Output(var filters) -> new TextLines(metrics, filters);
      case Collector.Lines(_, var json, var filters) ->
          json ? new JsonLines(metrics) : new TextLines(metrics, filters);
      default -> throw new IllegalStateException(collector + " has no lines");
    };
  }

  static boolean isOver(Resource trial) {
    return FINAL.stream().anyMatch(trial::isTrue);
  }
}
