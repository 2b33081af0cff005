package dev.slipway.registry.rest;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a request says, read field by field; what is wrong is refused in MLflow's words.
///
/// Fields of a query are all text and may be repeated; numbers may be written as text, as
/// protobuf's
/// JSON has them. A field that is null is absent. Fields nobody asks for are ignored.
public final class Arguments {
  private static final String DOCS =
      " See the API docs for more information about request parameters.";

  private final ObjectNode fields;
  private final boolean query;

  /// @param query whether the fields come from a URL's query
  public Arguments(ObjectNode fields, boolean query) {
    this.fields = fields;
    this.query = query;
  }

  /// Of a JSON body.
  public static Arguments of(ObjectNode fields) {
    return new Arguments(fields, false);
  }

  public boolean has(String name) {
    return !node(name).isMissingNode();
  }

  private JsonNode node(String name) {
    JsonNode found = fields.path(name);
    return found.isNull() ? Json.object().path("") : found;
  }

  /// The text of a field; `""` where it is absent.
  public String text(String name) {
    JsonNode found = node(name);
    if (query && found instanceof ArrayNode repeated) {
      return repeated.isEmpty() ? "" : repeated.get(0).asString();
    }
    if (found.isMissingNode() || found.isString()) {
      return found.isString() ? found.stringValue() : "";
    }
    throw wrongType(name, found);
  }

  /// The text of a field that must be there.
  public String required(String name) {
    if (!has(name)) {
      throw missing(name);
    }
    String text = text(name);
    if (text.isEmpty()) {
      throw missing(name);
    }
    return text;
  }

  /// The text of a field that must be there, but may be empty.
  public String present(String name) {
    if (!has(name)) {
      throw missing(name);
    }
    return text(name);
  }

  public Optional<String> optional(String name) {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  /// `run_id`, or `run_uuid` as old clients write it.
  public String runId() {
    return text("run_id").isEmpty() && has("run_uuid") ? text("run_uuid") : required("run_id");
  }

  public Optional<Long> number(String name) {
    JsonNode found = node(name);
    if (query && found instanceof ArrayNode repeated && !repeated.isEmpty()) {
      found = repeated.get(0);
    }
    if (found.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(whole(name, found));
  }

  public long number(String name, long absent) {
    return number(name).orElse(absent);
  }

  public long requiredNumber(String name) {
    return number(name).orElseThrow(() -> missing(name));
  }

  private static long whole(String name, JsonNode found) {
    if (found.isIntegralNumber() && found.canConvertToLong()) {
      return found.longValue();
    }
    if (found.isNumber() && found.doubleValue() == Math.rint(found.doubleValue())) {
      return (long) found.doubleValue();
    }
    if (found.isString()) {
      try {
        return Long.parseLong(found.stringValue().strip());
      } catch (NumberFormatException _) {
        throw wrongType(name, found);
      }
    }
    throw wrongType(name, found);
  }

  /// A number that may be `"NaN"`, `"Infinity"`, `"-Infinity"`.
  public double requiredReal(String name) {
    JsonNode found = node(name);
    if (found.isMissingNode()) {
      throw missing(name);
    }
    return real(name, found);
  }

  private static double real(String name, JsonNode found) {
    if (found.isNumber()) {
      return found.doubleValue();
    }
    if (found.isString()) {
      try {
        return switch (found.stringValue().toLowerCase(Locale.ROOT)) {
          case "nan" -> Double.NaN;
          case "infinity", "inf", "+inf" -> Double.POSITIVE_INFINITY;
          case "-infinity", "-inf" -> Double.NEGATIVE_INFINITY;
          default -> Double.parseDouble(found.stringValue());
        };
      } catch (NumberFormatException _) {
        throw wrongType(name, found);
      }
    }
    throw wrongType(name, found);
  }

  public boolean flag(String name, boolean absent) {
    JsonNode found = node(name);
    if (found.isMissingNode()) {
      return absent;
    }
    String text = found.isBoolean() ? Boolean.toString(found.booleanValue()) : text(name);
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw RegistryException.invalid(
              "Invalid boolean value: " + text + ", must be 'true' or 'false'.");
    };
  }

  /// The texts of a list; empty where it is absent.
  public List<String> texts(String name) {
    var found = new ArrayList<String>();
    for (JsonNode each : items(name)) {
      if (!each.isString()) {
        throw wrongType(name, each);
      }
      found.add(each.stringValue());
    }
    return found;
  }

  /// The objects of a list; empty where it is absent.
  public List<Arguments> objects(String name) {
    var found = new ArrayList<Arguments>();
    for (JsonNode each : items(name)) {
      if (!(each instanceof ObjectNode object)) {
        throw wrongType(name, each);
      }
      found.add(of(object));
    }
    return found;
  }

  private List<JsonNode> items(String name) {
    JsonNode found = node(name);
    if (found instanceof ArrayNode array) {
      return List.copyOf(array.values());
    }
    if (found.isMissingNode()) {
      return List.of();
    }
    if (query) {
      return List.of(found);
    }
    throw wrongType(name, found);
  }

  /// The object at a field; an empty one where it is absent.
  public Arguments object(String name) {
    JsonNode found = node(name);
    if (found instanceof ObjectNode object) {
      return of(object);
    }
    if (found.isMissingNode()) {
      return of(Json.object());
    }
    throw wrongType(name, found);
  }

  /// All of it, as it came.
  public ObjectNode tree() {
    return fields;
  }

  /// How many are asked for.
  ///
  /// @throws RegistryException if it is none, or more than may be
  public int maxResults(int standard, int largest) {
    long found = number("max_results", standard);
    if (found < 1 || found > largest) {
      throw RegistryException.invalid(
          "Invalid value "
              + found
              + " for parameter 'max_results' supplied. It must be "
              + (found < 1 ? "a positive integer" : "at most " + largest));
    }
    return (int) found;
  }

  public static RegistryException missing(String name) {
    return RegistryException.invalid("Missing value for required parameter '" + name + "'." + DOCS);
  }

  private static RegistryException wrongType(String name, JsonNode found) {
    return invalidValue(name, found, " Hint: Value was of type '" + type(found) + "'." + DOCS);
  }

  /// @param why empty for none
  public static RegistryException invalidValue(String name, JsonNode found, String why) {
    String shown = Json.MAPPER.writeValueAsString(found);
    String end = why.isEmpty() ? "." : ": " + why;
    return RegistryException.invalid(
        "Invalid value " + shown + " for parameter '" + name + "' supplied" + end);
  }

  /// What Python calls it.
  private static String type(JsonNode found) {
    if (found.isString()) {
      return "str";
    }
    if (found.isBoolean()) {
      return "bool";
    }
    if (found.isIntegralNumber()) {
      return "int";
    }
    if (found.isNumber()) {
      return "float";
    }
    return found.isArray() ? "list" : "dict";
  }
}
