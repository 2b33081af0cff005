package dev.slipway.tuning.nas;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.space.Numbers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What `nasConfig` offers for a layer: each operation with each combination of its parameters.
final class Operations {
  private static final FieldPath AT = FieldPath.of("spec", "nasConfig");

  private Operations() {}

  static JsonNode config(Study study) {
    return study.architecture().orElseGet(Json::object);
  }

  static List<Problem> judge(Study study) {
    List<Problem> problems = new ArrayList<>();
    JsonNode operations = config(study).path("operations");
    if (operations.isEmpty()) {
      problems.add(Problem.required(AT.field("operations"), "there is nothing to search"));
    }
    for (int i = 0; i < operations.size(); i++) {
      FieldPath at = AT.field("operations").index(i);
      if (operations.get(i).path("operationType").asString("").isEmpty()) {
        problems.add(Problem.required(at.field("operationType"), ""));
      }
      JsonNode parameters = operations.get(i).path("parameters");
      if (parameters.isEmpty()) {
        problems.add(Problem.required(at.field("parameters"), ""));
      }
      for (int j = 0; j < parameters.size(); j++) {
        parameter(parameters.get(j), at.field("parameters").index(j), problems);
      }
    }
    return problems;
  }

  private static void parameter(JsonNode parameter, FieldPath at, List<Problem> problems) {
    JsonNode range = parameter.path("feasibleSpace");
    if (parameter.path("name").asString("").isEmpty()) {
      problems.add(Problem.required(at.field("name"), ""));
    }
    switch (parameter.path("parameterType").asString("")) {
      case "categorical", "discrete" -> {
        if (range.path("list").isEmpty()) {
          problems.add(Problem.required(at.field("feasibleSpace", "list"), ""));
        }
      }
      case "int", "double" -> {
        for (String end : List.of("min", "max")) {
          if (Numbers.parse(range.path(end).asString("")).isEmpty()) {
            problems.add(Problem.required(at.field("feasibleSpace", end), "must be a number"));
          }
        }
        boolean whole = parameter.path("parameterType").asString("").equals("int");
        if (!(Numbers.parse(range.path("step").asString(whole ? "1" : "")).orElse(0) > 0)) {
          problems.add(
              Problem.required(at.field("feasibleSpace", "step"), "must be a number above 0"));
        }
      }
      default ->
          problems.add(
              Problem.notSupported(
                  at.field("parameterType"),
                  parameter.path("parameterType").asString(""),
                  List.of("categorical", "discrete", "int", "double")));
    }
  }

  static List<Problem> judgeGraph(Study study) {
    List<Problem> problems = new ArrayList<>();
    JsonNode graph = config(study).path("graphConfig");
    for (String sizes : List.of("inputSizes", "outputSizes")) {
      if (graph.path(sizes).isEmpty()) {
        problems.add(Problem.required(AT.field("graphConfig", sizes), ""));
      }
    }
    if (graph.path("numLayers").asInt(0) < 1) {
      problems.add(Problem.required(AT.field("graphConfig", "numLayers"), "must be at least 1"));
    }
    return problems;
  }

  /// All operations, each as Katib's containers read it: `opt_id`, `opt_type`, `opt_params`.
  static List<ObjectNode> all(Study study) {
    List<ObjectNode> all = new ArrayList<>();
    for (JsonNode operation : config(study).path("operations")) {
      for (ObjectNode chosen : combinations(operation.path("parameters"))) {
        ObjectNode one = Json.object();
        one.put("opt_id", all.size());
        one.put("opt_type", operation.path("operationType").asString(""));
        one.set("opt_params", chosen);
        all.add(one);
      }
    }
    return all;
  }

  private static List<ObjectNode> combinations(JsonNode parameters) {
    List<ObjectNode> combinations = List.of(Json.object());
    for (JsonNode parameter : parameters) {
      List<ObjectNode> longer = new ArrayList<>();
      for (ObjectNode shorter : combinations) {
        for (JsonNode value : values(parameter)) {
          ObjectNode next = shorter.deepCopy();
          next.set(parameter.path("name").asString(""), value);
          longer.add(next);
        }
      }
      combinations = longer;
    }
    return combinations;
  }

  private static List<JsonNode> values(JsonNode parameter) {
    JsonNode range = parameter.path("feasibleSpace");
    List<JsonNode> values = new ArrayList<>();
    if (!range.path("list").isEmpty()) {
      range.path("list").forEach(values::add);
      return values;
    }
    boolean whole = parameter.path("parameterType").asString("").equals("int");
    BigDecimal step = new BigDecimal(range.path("step").asString("1"));
    BigDecimal last = new BigDecimal(range.path("max").asString("0"));
    BigDecimal value = new BigDecimal(range.path("min").asString("0"));
    for (; value.compareTo(last) <= 0; value = value.add(step)) {
      var node = Json.object();
      if (whole) {
        node.put("v", value.longValue());
      } else {
        node.put("v", value.doubleValue());
      }
      values.add(node.get("v"));
    }
    return values;
  }

  /// JSON with single quotes, as Katib hands it to containers on their command line.
  static String quoted(JsonNode node) {
    return node.toString().replace('"', '\'');
  }
}
