package dev.slipway.api.katib;

import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Parameters as some articles write them, without a `feasibleSpace` and with numbers for texts.
final class OldParameters {
  /// Where a flat field belongs in `feasibleSpace`.
  private static final Map<String, String> LIFTED =
      Map.of(
          "minValue", "min",
          "maxValue", "max",
          "min", "min",
          "max", "max",
          "step", "step",
          "stepSize", "step",
          "list", "list",
          "values", "list",
          "distribution", "distribution");

  private static final List<String> ORDER =
      List.of(
          "minValue",
          "min",
          "maxValue",
          "max",
          "stepSize",
          "step",
          "values",
          "list",
          "distribution");

  private final Consumer<String> warnings;

  OldParameters(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  /// @param parameters `spec.parameters`, changed in place
  void lift(JsonNode parameters) {
    int position = 0;
    for (JsonNode each : parameters) {
      if (each instanceof ObjectNode parameter) {
        lift(parameter, "spec.parameters[" + position + "]");
      }
      position++;
    }
  }

  private void lift(ObjectNode parameter, String path) {
    for (String field : ORDER) {
      JsonNode value = parameter.remove(field);
      if (value != null) {
        String where = LIFTED.getOrDefault(field, field);
        ObjectNode space = Json.ensureObject(parameter, "feasibleSpace");
        if (!space.has(where)) {
          space.set(where, value);
        }
        warnings.accept(
            path
                + "."
                + field
                + " is not in kubeflow.org/v1beta1; it is kept as "
                + "feasibleSpace."
                + where);
      }
    }
    if (parameter.get("feasibleSpace") instanceof ObjectNode space) {
      for (String field : List.of("min", "max", "step")) {
        if (space.path(field).isNumber()) {
          space.put(field, text(space.path(field)));
        }
      }
      if (space.get("list") instanceof ArrayNode list) {
        space.set("list", texts(list));
      }
    }
  }

  private static ArrayNode texts(ArrayNode list) {
    ArrayNode texts = Json.array();
    list.forEach(each -> texts.add(each.isValueNode() ? text(each) : each.toString()));
    return texts;
  }

  private static String text(JsonNode value) {
    return value.isNumber()
        ? value.decimalValue().stripTrailingZeros().toPlainString()
        : value.asString("");
  }
}
