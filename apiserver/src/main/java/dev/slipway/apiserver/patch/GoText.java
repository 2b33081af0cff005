package dev.slipway.apiserver.patch;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// JSON values as the messages of the original show them (Go's `%v`): `map[name:nginx ports:[80]]`.
public final class GoText {
  private GoText() {}

  public static String of(JsonNode value) {
    return switch (value) {
      case ObjectNode object -> {
        Map<String, String> fields = new TreeMap<>();
        object.properties().forEach(field -> fields.put(field.getKey(), of(field.getValue())));
        yield fields.entrySet().stream()
            .map(field -> field.getKey() + ":" + field.getValue())
            .collect(Collectors.joining(" ", "map[", "]"));
      }
      case ArrayNode array -> of(array.values());
      default -> value.isNull() ? "<nil>" : value.asString();
    };
  }

  static String of(Collection<JsonNode> values) {
    return values.stream().map(GoText::of).collect(Collectors.joining(" ", "[", "]"));
  }

  /// The Go type a JSON value is decoded to.
  public static String type(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "map[string]interface {}";
      case ARRAY -> "[]interface {}";
      case NUMBER -> value.isIntegralNumber() ? "int64" : "float64";
      case BOOLEAN -> "bool";
      case STRING -> "string";
      case NULL, MISSING, POJO, BINARY -> "<nil>";
    };
  }

  /// A strategic patch that cannot be applied to this object. The original answers 500 here, with
  /// the same message; the fault being the client's, we say so.
  static ApiException unfit(String message) {
    return ApiException.of(422, "Invalid", message, Json.object());
  }
}
