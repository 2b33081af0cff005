package dev.slipway.katib.wire;

import dev.slipway.base.Json;
import dev.slipway.controllers.katib.Studies;
import dev.slipway.katib.parse.LineParser;
import dev.slipway.net.grpc.ProtoReader;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A request of `Suggestion` or `EarlyStopping`, read: an experiment, its trials, and how many more
/// are wanted. For one thread.
final class AskedStudy {
  private static final List<String> PARAMETER_TYPES =
      List.of("", "double", "int", "discrete", "categorical");
  private static final List<String> DISTRIBUTIONS =
      List.of("uniform", "uniform", "logUniform", "normal", "logNormal");

  private final ObjectNode experiment = Json.object();
  private final List<byte[]> trialMessages = new ArrayList<>();
  private String name = "";
  private int count;

  private AskedStudy() {
    experiment.putObject("spec");
  }

  /// GetSuggestionsRequest, ValidateAlgorithmSettingsRequest and GetEarlyStoppingRulesRequest
  /// alike:
  /// experiment 1, trials 2, current_request_number 4.
  static AskedStudy of(byte[] message) {
    var asked = new AskedStudy();
    for (var fields = new ProtoReader(message); fields.next(); ) {
      switch (fields.field()) {
        case 1 -> asked.experiment(fields.message());
        case 2 -> asked.trialMessages.add(fields.bytes());
        case 4 -> asked.count = (int) fields.number();
        default -> {}
      }
    }
    return asked;
  }

  /// ValidateEarlyStoppingSettingsRequest: early_stopping 1.
  static AskedStudy ofStopping(byte[] message) {
    var asked = new AskedStudy();
    for (var fields = new ProtoReader(message); fields.next(); ) {
      if (fields.field() == 1) {
        algorithm(fields.message(), asked.spec().putObject("earlyStopping"));
      }
    }
    return asked;
  }

  private ObjectNode spec() {
    return (ObjectNode) experiment.path("spec");
  }

  private void experiment(ProtoReader fields) {
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> name = fields.text();
        case 2 -> spec(fields.message());
        default -> {}
      }
    }
  }

  private void spec(ProtoReader fields) {
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> parameters(fields.message(), spec().putArray("parameters"));
        case 2 -> objective(fields.message(), spec().putObject("objective"));
        case 3 -> algorithm(fields.message(), spec().putObject("algorithm"));
        case 4 -> algorithm(fields.message(), spec().putObject("earlyStopping"));
        case 5 -> spec().put("parallelTrialCount", (int) fields.number());
        case 6 -> maxTrials((int) fields.number());
        case 7 -> network(fields.message(), spec().putObject("nasConfig"));
        default -> {}
      }
    }
  }

  /// The protocol has 0 for none.
  private void maxTrials(int number) {
    if (number > 0) {
      spec().put("maxTrialCount", number);
    }
  }

  private static void parameters(ProtoReader list, ArrayNode into) {
    while (list.next()) {
      if (list.field() == 1) {
        parameter(list.message(), into.addObject());
      }
    }
  }

  private static void parameter(ProtoReader fields, ObjectNode into) {
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> into.put("name", fields.text());
        case 2 -> into.put("parameterType", word(PARAMETER_TYPES, fields.number()));
        case 3 -> space(fields.message(), into.putObject("feasibleSpace"));
        default -> {}
      }
    }
  }

  private static String word(List<String> words, long number) {
    return number >= 0 && number < words.size() ? words.get((int) number) : "";
  }

  private static void space(ProtoReader fields, ObjectNode into) {
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> into.put("max", fields.text());
        case 2 -> into.put("min", fields.text());
        case 3 -> into.withArray("list").add(fields.text());
        case 4 -> into.put("step", fields.text());
        case 5 -> into.put("distribution", word(DISTRIBUTIONS, fields.number()));
        default -> {}
      }
    }
  }

  private static void objective(ProtoReader fields, ObjectNode into) {
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> into.put("type", fields.number() == 2 ? "maximize" : "minimize");
        case 2 -> into.put("goal", fields.real());
        case 3 -> into.put("objectiveMetricName", fields.text());
        case 4 -> into.withArray("additionalMetricNames").add(fields.text());
        default -> {}
      }
    }
  }

  private static void algorithm(ProtoReader fields, ObjectNode into) {
    var settings = new LinkedHashMap<String, String>();
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> into.put("algorithmName", fields.text());
        case 2 -> SuggestionMessages.put(fields.message(), settings);
        default -> {}
      }
    }
    var list = into.putArray("algorithmSettings");
    settings.forEach((key, value) -> list.addObject().put("name", key).put("value", value));
  }

  private static void network(ProtoReader fields, ObjectNode into) {
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> graph(fields.message(), into.putObject("graphConfig"));
        case 2 -> operations(fields.message(), into.putArray("operations"));
        default -> {}
      }
    }
  }

  private static void graph(ProtoReader fields, ObjectNode into) {
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> into.put("numLayers", (int) fields.number());
        case 2 -> sizes(fields, into.withArray("inputSizes"));
        case 3 -> sizes(fields, into.withArray("outputSizes"));
        default -> {}
      }
    }
  }

  /// Packed, as proto3 writes them, or alone.
  private static void sizes(ProtoReader field, ArrayNode into) {
    var packed = field.bytes();
    if (packed.length == 0) {
      into.add((int) field.number());
    }
    int value = 0;
    int shift = 0;
    for (byte each : packed) {
      value |= (each & 0x7f) << shift;
      shift += 7;
      if (each >= 0) {
        into.add(value);
        value = 0;
        shift = 0;
      }
    }
  }

  private static void operations(ProtoReader fields, ArrayNode into) {
    while (fields.next()) {
      if (fields.field() == 1) {
        var operation = into.addObject();
        for (var each = fields.message(); each.next(); ) {
          if (each.field() == 1) {
            operation.put("operationType", each.text());
          } else if (each.field() == 2) {
            parameters(each.message(), operation.putArray("parameters"));
          }
        }
      }
    }
  }

  /// `algorithm` or `earlyStopping`.
  String algorithm(String which) {
    return Json.text(experiment, "spec", which, "algorithmName");
  }

  Map<String, String> settings(String which) {
    return Studies.settings(Json.at(experiment, "spec", which));
  }

  String metric() {
    return Json.text(experiment, "spec", "objective", "objectiveMetricName");
  }

  /// At least 1.
  int count() {
    return Math.max(1, count);
  }

  /// @throws IllegalArgumentException where a bound is no number
  Study study() {
    return Studies.study(name, experiment, settings("algorithm"), name.hashCode());
  }

  /// @param reports what a trial of that name has reported of the objective
  List<Trial> trials(Function<String, List<Double>> reports) {
    return trialMessages.stream().map(each -> trial(new ProtoReader(each), reports)).toList();
  }

  private Trial trial(ProtoReader fields, Function<String, List<Double>> reports) {
    var trial = "";
    var values = new HashMap<String, String>();
    var labels = new HashMap<String, String>();
    var observation = new HashMap<String, String>();
    var started = Instant.MAX;
    var state = Trial.State.CREATED;
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> trial = fields.text();
        case 2 -> trialSpec(fields.message(), values, labels);
        case 3 -> {
          for (var status = fields.message(); status.next(); ) {
            switch (status.field()) {
              case 1 -> started = LineParser.time(status.text()).orElse(Instant.MAX);
              case 3 -> state = state((int) status.number());
              case 4 -> pairs(status.message(), observation);
              default -> {}
            }
          }
        }
        default -> {}
      }
    }
    var objective = number(observation.getOrDefault(metric(), ""));
    return new Trial(trial, values, labels, state, objective, reports.apply(trial), started);
  }

  private static void trialSpec(
      ProtoReader fields, Map<String, String> values, Map<String, String> labels) {
    while (fields.next()) {
      switch (fields.field()) {
        case 3 -> pairs(fields.message(), values);
        case 4 -> SuggestionMessages.put(fields.message(), labels);
        default -> {}
      }
    }
  }

  private static void pairs(ProtoReader list, Map<String, String> into) {
    while (list.next()) {
      if (list.field() == 1) {
        SuggestionMessages.put(list.message(), into);
      }
    }
  }

  /// In the numbers of `TrialConditionType`, which are in the same order.
  private static Trial.State state(int number) {
    var all = Trial.State.values();
    return number >= 0 && number < all.length ? all[number] : Trial.State.CREATED;
  }

  static OptionalDouble number(String text) {
    try {
      return OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException _) {
      return OptionalDouble.empty();
    }
  }
}
