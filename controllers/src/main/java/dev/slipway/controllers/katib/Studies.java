package dev.slipway.controllers.katib;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.tuning.Distribution;
import dev.slipway.tuning.Parameter;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// Experiments and their trials as algorithms see them. Pure.
public final class Studies {
  private Studies() {}

  /// What an experiment searches.
  ///
  /// @param experiment an Experiment's tree, or anything with the same `spec`
  /// @param settings of the algorithm, complete
  /// @throws IllegalArgumentException where a bound is no number; the message names the parameter
  public static Study study(
      String name, JsonNode experiment, Map<String, String> settings, long seed) {
    JsonNode spec = experiment.path("spec");
    var parameters = new ArrayList<Parameter>();
    spec.path("parameters").forEach(each -> parameters.add(parameter(each)));
    JsonNode goal = spec.path("objective").path("goal");
    JsonNode most = spec.path("maxTrialCount");
    JsonNode network = spec.path("nasConfig");
    return new Study(
        name,
        parameters,
        new Study.Goal(
            Json.text(spec, "objective", "type").equals("maximize"),
            goal.isNumber() ? OptionalDouble.of(goal.asDouble()) : OptionalDouble.empty()),
        settings,
        seed,
        Math.max(1, spec.path("parallelTrialCount").asInt(3)),
        most.isNumber() ? OptionalInt.of(most.asInt()) : OptionalInt.empty(),
        network.isObject() ? Optional.of(network) : Optional.empty());
  }

  /// `algorithmSettings`, by name.
  public static Map<String, String> settings(JsonNode algorithm) {
    var settings = new LinkedHashMap<String, String>();
    for (JsonNode each : algorithm.path("algorithmSettings")) {
      settings.put(Json.text(each, "name"), each.path("value").asString(""));
    }
    return settings;
  }

  private static Parameter parameter(JsonNode given) {
    String name = Json.text(given, "name");
    JsonNode space = given.path("feasibleSpace");
    Distribution distribution = distribution(Json.text(space, "distribution"));
    try {
      return switch (Json.text(given, "parameterType")) {
        case "double" ->
            new Parameter.Real(
                name,
                Double.parseDouble(Json.text(space, "min")),
                Double.parseDouble(Json.text(space, "max")),
                Double.parseDouble(or(Json.text(space, "step"), "0")),
                distribution);
        case "int" ->
            new Parameter.Whole(
                name,
                Long.parseLong(Json.text(space, "min")),
                Long.parseLong(Json.text(space, "max")),
                Long.parseLong(or(Json.text(space, "step"), "1")),
                distribution);
        case "discrete" -> new Parameter.Discrete(name, texts(space), distribution);
        case "categorical" -> new Parameter.Categorical(name, texts(space));
        default -> throw new IllegalArgumentException("its parameterType is not supported");
      };
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("parameter " + name + ": " + wrong.getMessage(), wrong);
    }
  }

  private static String or(String text, String absent) {
    return text.isEmpty() ? absent : text;
  }

  private static List<String> texts(JsonNode space) {
    var texts = new ArrayList<String>();
    space.path("list").forEach(each -> texts.add(each.asString("")));
    return texts;
  }

  private static Distribution distribution(String word) {
    return switch (word) {
      case "logUniform" -> Distribution.LOG_UNIFORM;
      case "normal" -> Distribution.NORMAL;
      case "logNormal" -> Distribution.LOG_NORMAL;
      default -> Distribution.UNIFORM;
    };
  }

  /// A Trial as it stands.
  ///
  /// @param reports values of the objective; may be empty
  public static Trial trial(Resource trial, List<Double> reports) {
    JsonNode objective = trial.spec().path("objective");
    OptionalDouble value =
        Summary.objective(objective, trial.status().path("observation"))
            .map(Summary::number)
            .orElse(OptionalDouble.empty());
    return new Trial(
        trial.name(),
        values(trial.spec()),
        trial.labels(),
        TrialState.of(trial),
        value,
        reports,
        instant(trial.text("status", "startTime")).orElse(Instant.MAX),
        instant(trial.text("status", "completionTime")));
  }

  /// A set of parameters that has no Trial yet.
  static Trial planned(JsonNode assignment) {
    return new Trial(
        Json.text(assignment, "name"),
        values(assignment),
        Json.strings(assignment, "labels"),
        Trial.State.CREATED,
        OptionalDouble.empty(),
        List.of(),
        Instant.MAX);
  }

  /// `parameterAssignments`, by name.
  static Map<String, String> values(JsonNode holder) {
    var values = new LinkedHashMap<String, String>();
    for (JsonNode each : holder.path("parameterAssignments")) {
      values.put(Json.text(each, "name"), each.path("value").asString(""));
    }
    return values;
  }

  private static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }
}
