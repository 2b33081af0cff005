package dev.slipway.katib.wire;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.net.grpc.ProtoReader;
import dev.slipway.net.grpc.ProtoWriter;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.StoppingRule;
import dev.slipway.tuning.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Experiments and trials as messages of `api.v1.beta1`, and answers of the services. Pure.
///
/// Source: Katib, pkg/apis/manager/v1beta1/api.proto and
/// pkg/controller.v1beta1/suggestion/suggestionclient.
final class SuggestionMessages {
  private static final List<String> PARAMETER_TYPES =
      List.of("", "double", "int", "discrete", "categorical");
  private static final List<String> DISTRIBUTIONS =
      List.of("", "uniform", "logUniform", "normal", "logNormal");

  /// In the numbers of `TrialConditionType`.
  static final List<String> CONDITIONS =
      List.of(
          "Created",
          "Running",
          "Succeeded",
          "Killed",
          "Failed",
          "MetricsUnavailable",
          "EarlyStopped");

  private static final int MINIMIZE = 1;
  private static final int MAXIMIZE = 2;
  private static final int UNKNOWN_CONDITION = 7;

  private SuggestionMessages() {}

  // Experiment: name 1, spec 2.
  static ProtoWriter experiment(Resource experiment) {
    return new ProtoWriter().text(1, experiment.name()).message(2, spec(experiment.spec()));
  }

  // ExperimentSpec: parameter_specs 1, objective 2, algorithm 3, early_stopping 4,
  // parallel_trial_count 5, max_trial_count 6, nas_config 7.
  private static ProtoWriter spec(JsonNode spec) {
    var message = new ProtoWriter().message(1, parameters(spec.path("parameters")));
    message.message(2, objective(spec.path("objective")));
    message.message(3, algorithm(spec.path("algorithm")));
    if (spec.has("earlyStopping")) {
      message.message(4, algorithm(spec.path("earlyStopping")));
    }
    message.number(5, spec.path("parallelTrialCount").asInt(0));
    message.number(6, spec.path("maxTrialCount").asInt(0));
    if (spec.has("nasConfig")) {
      message.message(7, network(spec.path("nasConfig")));
    }
    return message;
  }

  private static ProtoWriter parameters(JsonNode list) {
    var message = new ProtoWriter();
    list.forEach(each -> message.message(1, parameter(each)));
    return message;
  }

  // ParameterSpec: name 1, parameter_type 2, feasible_space 3 {max 1, min 2, list 3, step 4,
  // distribution 5}.
  private static ProtoWriter parameter(JsonNode given) {
    var space = given.path("feasibleSpace");
    var feasible = new ProtoWriter().text(1, Json.text(space, "max"));
    feasible.text(2, Json.text(space, "min"));
    space.path("list").forEach(each -> feasible.text(3, each.asString("")));
    feasible.text(4, Json.text(space, "step"));
    feasible.number(5, Math.max(0, DISTRIBUTIONS.indexOf(Json.text(space, "distribution"))));
    int type = Math.max(0, PARAMETER_TYPES.indexOf(Json.text(given, "parameterType")));
    return new ProtoWriter().text(1, Json.text(given, "name")).number(2, type).message(3, feasible);
  }

  // ObjectiveSpec: type 1, goal 2, objective_metric_name 3, additional_metric_names 4.
  private static ProtoWriter objective(JsonNode given) {
    boolean maximize = Json.text(given, "type").equals("maximize");
    var message = new ProtoWriter().number(1, maximize ? MAXIMIZE : MINIMIZE);
    if (given.path("goal").isNumber()) {
      message.real(2, given.path("goal").asDouble());
    }
    message.text(3, Json.text(given, "objectiveMetricName"));
    given.path("additionalMetricNames").forEach(each -> message.text(4, each.asString("")));
    return message;
  }

  /// Of search and of early stopping alike: algorithm_name 1, algorithm_settings 2 {name 1, value
  /// 2}.
  static ProtoWriter algorithm(JsonNode given) {
    var message = new ProtoWriter().text(1, Json.text(given, "algorithmName"));
    given
        .path("algorithmSettings")
        .forEach(
            each -> message.message(2, pair(Json.text(each, "name"), text(each.path("value")))));
    return message;
  }

  private static String text(JsonNode value) {
    return value.asString("");
  }

  private static ProtoWriter pair(String name, String value) {
    return new ProtoWriter().text(1, name).text(2, value);
  }

  // NasConfig: graph_config 1 {num_layers 1, input_sizes 2, output_sizes 3}, operations 2
  // {operation 1 {operation_type 1, parameter_specs 2}}.
  private static ProtoWriter network(JsonNode given) {
    var graph = given.path("graphConfig");
    var sizes = new ProtoWriter().number(1, graph.path("numLayers").asInt(0));
    graph.path("inputSizes").forEach(each -> sizes.number(2, each.asInt(0)));
    graph.path("outputSizes").forEach(each -> sizes.number(3, each.asInt(0)));
    var operations = new ProtoWriter();
    for (var each : given.path("operations")) {
      operations.message(
          1,
          new ProtoWriter()
              .text(1, Json.text(each, "operationType"))
              .message(2, parameters(each.path("parameters"))));
    }
    return new ProtoWriter().message(1, sizes).message(2, operations);
  }

  // Trial: name 1, spec 2 {objective 2, parameter_assignments 3, labels 4}, status 3 {start_time 1,
  // completion_time 2, condition 3, observation 4 {metrics 1}}.
  static ProtoWriter trial(Resource trial) {
    var assignments = new ProtoWriter();
    for (var each : trial.spec().path("parameterAssignments")) {
      assignments.message(1, pair(Json.text(each, "name"), text(each.path("value"))));
    }
    var spec =
        new ProtoWriter()
            .message(2, objective(trial.spec().path("objective")))
            .message(3, assignments);
    Json.strings(trial.spec(), "labels")
        .forEach((name, value) -> spec.message(4, pair(name, value)));
    var observation = new ProtoWriter();
    for (var each : Json.at(trial.status(), "observation", "metrics")) {
      var name = Json.text(each, "name");
      observation.message(1, pair(name, value(trial.spec().path("objective"), name, each)));
    }
    var status =
        new ProtoWriter()
            .text(1, trial.text("status", "startTime"))
            .text(2, trial.text("status", "completionTime"))
            .number(3, condition(trial))
            .message(4, observation);
    return new ProtoWriter().text(1, trial.name()).message(2, spec).message(3, status);
  }

  /// One value a metric, by its strategy.
  private static String value(JsonNode objective, String name, JsonNode metric) {
    var strategy = Json.text(objective, "type").equals("maximize") ? "max" : "min";
    for (var each : objective.path("metricStrategies")) {
      strategy = Json.text(each, "name").equals(name) ? Json.text(each, "value") : strategy;
    }
    var found = Json.text(metric, strategy);
    return found.isEmpty() || found.equals("unavailable") ? Json.text(metric, "latest") : found;
  }

  /// The newest that holds.
  private static int condition(Resource trial) {
    int found = UNKNOWN_CONDITION;
    for (var each : trial.status().path("conditions")) {
      int number = CONDITIONS.indexOf(Json.text(each, "type"));
      if (number >= 0 && Json.text(each, "status").equals("True")) {
        found = number;
      }
    }
    return found;
  }

  // GetSuggestionsReply: parameter_assignments 1 {assignments 1, trial_name 2, labels 3},
  // algorithm 2.
  static Suggestions suggestions(byte[] reply) {
    var proposals = new ArrayList<Proposal>();
    Map<String, String> settings = Map.of();
    for (var fields = new ProtoReader(reply); fields.next(); ) {
      switch (fields.field()) {
        case 1 -> proposals.add(proposal(fields.message()));
        case 2 -> settings = settings(fields.message());
        default -> {}
      }
    }
    return new Suggestions(proposals, settings);
  }

  private static Proposal proposal(ProtoReader fields) {
    var values = new LinkedHashMap<String, String>();
    var labels = new LinkedHashMap<String, String>();
    var name = "";
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> put(fields.message(), values);
        case 2 -> name = fields.text();
        case 3 -> put(fields.message(), labels);
        default -> {}
      }
    }
    return new Proposal(values, name.isEmpty() ? Optional.empty() : Optional.of(name), labels);
  }

  static void put(ProtoReader pair, Map<String, String> into) {
    var name = "";
    var value = "";
    while (pair.next()) {
      name = pair.field() == 1 ? pair.text() : name;
      value = pair.field() == 2 ? pair.text() : value;
    }
    into.put(name, value);
  }

  private static Map<String, String> settings(ProtoReader algorithm) {
    var found = new LinkedHashMap<String, String>();
    while (algorithm.next()) {
      if (algorithm.field() == 2) {
        put(algorithm.message(), found);
      }
    }
    return found;
  }

  // GetEarlyStoppingRulesReply: early_stopping_rules 1 {name 1, value 2, comparison 3, start_step
  // 4}.
  static List<StoppingRule> rules(byte[] reply) {
    var found = new ArrayList<StoppingRule>();
    for (var fields = new ProtoReader(reply); fields.next(); ) {
      if (fields.field() == 1) {
        found.add(rule(fields.message()));
      }
    }
    return found;
  }

  private static StoppingRule rule(ProtoReader fields) {
    var name = "";
    double value = Double.NaN;
    var comparison = StoppingRule.Comparison.EQUAL;
    int start = 0;
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> name = fields.text();
        case 2 -> value = number(fields.text());
        case 3 -> {
          var all = StoppingRule.Comparison.values();
          comparison = all[Math.clamp(fields.number() - 1, 0, all.length - 1)];
        }
        case 4 -> start = (int) fields.number();
        default -> {}
      }
    }
    return new StoppingRule(name, value, comparison, start);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }
}
