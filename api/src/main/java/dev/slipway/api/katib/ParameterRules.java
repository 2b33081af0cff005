package dev.slipway.api.katib;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Judges `spec.parameters`.
///
/// Source: `validateParameters` of Katib's validator. Beyond it: names that are missing or given
/// twice, bounds that are no numbers or the wrong way round, and empty lists.
final class ParameterRules {
  private static final FieldPath PATH = FieldPath.of("spec", "parameters");
  private static final Set<String> TYPES =
      Set.of("int", "double", "categorical", "discrete", "unknown");
  private static final Set<String> DISTRIBUTIONS =
      Set.of("uniform", "logUniform", "normal", "logNormal", "unknown");

  private final List<Problem> problems;
  private final Set<String> names = new HashSet<>();

  ParameterRules(List<Problem> problems) {
    this.problems = problems;
  }

  void judge(JsonNode parameters) {
    int position = 0;
    for (JsonNode each : parameters) {
      parameter(PATH.index(position), each);
      position++;
    }
  }

  private void parameter(FieldPath path, JsonNode parameter) {
    String name = Json.text(parameter, "name");
    if (name.isEmpty()) {
      problems.add(Problem.required(path.field("name"), "must be specified"));
    } else if (!names.add(name)) {
      problems.add(Problem.duplicate(path.field("name"), name));
    }
    String type = Json.text(parameter, "parameterType");
    if (!TYPES.contains(type)) {
      problems.add(
          Problem.invalid(
              path.field("parameterType"), type, "parameterType: " + type + " is not supported"));
    }
    JsonNode space = parameter.path("feasibleSpace");
    String distribution = Json.text(space, "distribution");
    if (!distribution.isEmpty() && !DISTRIBUTIONS.contains(distribution)) {
      problems.add(
          Problem.invalid(
              path.field("feasibleSpace", "distribution"),
              distribution,
              "distribution: " + distribution + " is not supported"));
    }
    if (!space.isObject() || space.isEmpty()) {
      problems.add(
          Problem.required(path.field("feasibleSpace"), "feasibleSpace must be specified"));
      return;
    }
    switch (type) {
      case "double", "int" -> range(path.field("feasibleSpace"), type, space);
      case "categorical", "discrete" -> choices(path.field("feasibleSpace"), type, space);
      default -> {}
    }
  }

  private void range(FieldPath path, String type, JsonNode space) {
    if (!space.path("list").isEmpty()) {
      problems.add(
          Problem.invalid(
              path.field("list"),
              space.path("list"),
              "feasibleSpace.list is not supported for parameterType: " + type));
    }
    if (Json.text(space, "max").isEmpty() || Json.text(space, "min").isEmpty()) {
      problems.add(
          Problem.required(
              path.field("max"),
              "feasibleSpace.max or feasibleSpace.min must be specified for parameterType: "
                  + type));
      return;
    }
    OptionalDouble min = number(path.field("min"), type, Json.text(space, "min"));
    OptionalDouble max = number(path.field("max"), type, Json.text(space, "max"));
    if (min.isPresent() && max.isPresent() && min.getAsDouble() > max.getAsDouble()) {
      problems.add(
          Problem.invalid(
              path.field("max"),
              Json.text(space, "max"),
              "must not be less than feasibleSpace.min, which is " + Json.text(space, "min")));
    }
    String step = Json.text(space, "step");
    if (!step.isEmpty()) {
      OptionalDouble width = number(path.field("step"), type, step);
      if (width.isPresent() && width.getAsDouble() <= 0) {
        problems.add(Problem.invalid(path.field("step"), step, "must be greater than 0"));
      }
    }
    if (Json.text(space, "distribution").startsWith("log")
        && min.isPresent()
        && min.getAsDouble() <= 0) {
      problems.add(
          Problem.invalid(
              path.field("min"),
              Json.text(space, "min"),
              "must be greater than 0 for distribution: " + Json.text(space, "distribution")));
    }
  }

  private OptionalDouble number(FieldPath path, String type, String text) {
    try {
      double value = type.equals("int") ? Long.parseLong(text) : Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return OptionalDouble.of(value);
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    problems.add(
        Problem.invalid(
            path, text, type.equals("int") ? "must be a whole number" : "must be a number"));
    return OptionalDouble.empty();
  }

  private void choices(FieldPath path, String type, JsonNode space) {
    boolean bounds =
        List.of("max", "min", "step").stream().anyMatch(each -> !Json.text(space, each).isEmpty());
    if (bounds) {
      problems.add(
          Problem.invalid(
              path,
              space,
              "feasibleSpace .max, .min and .step is not supported for parameterType: " + type));
    } else if (space.path("list").isEmpty()) {
      problems.add(
          Problem.required(path.field("list"), "must be specified for parameterType: " + type));
    }
  }
}
