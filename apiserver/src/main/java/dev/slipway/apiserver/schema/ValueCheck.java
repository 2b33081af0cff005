package dev.slipway.apiserver.schema;

import dev.slipway.apiserver.schema.Schema.ListType;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The checks of one schema node, compiled.
final class ValueCheck {
  private static final String[] NONE = {};

  private final Schema.Type type;
  private final boolean nullable;
  private final List<KeywordCheck> keywords;
  private final @Nullable Alternatives alternatives;
  private final Map<String, ValueCheck> properties = new LinkedHashMap<>();
  private String[] required = NONE;
  private @Nullable ValueCheck values;
  private @Nullable ValueCheck items;
  private List<String> listMapKeys = List.of();

  private ValueCheck(
      Schema.Type type,
      boolean nullable,
      List<KeywordCheck> keywords,
      @Nullable Alternatives alternatives) {
    this.type = type;
    this.nullable = nullable;
    this.keywords = keywords;
    this.alternatives = alternatives;
  }

  static ValueCheck of(Schema schema, Map<Schema, ValueCheck> known) {
    ValueCheck before = known.get(schema);
    if (before != null) {
      return before;
    }
    Map<String, JsonNode> keywords = schema.bounds().keywords();
    var check =
        new ValueCheck(
            schema.type(),
            schema.nullable(),
            KeywordCheck.all(schema.type(), schema.format(), name -> keywords.get(name)),
            Alternatives.of(name -> keywords.get(name)));
    known.put(schema, check);
    check.required = new TreeSet<>(schema.required()).toArray(NONE);
    schema.properties().forEach((name, shape) -> check.properties.put(name, of(shape, known)));
    check.values = schema.values().map(shape -> of(shape, known)).orElse(null);
    check.items = schema.items().map(shape -> of(shape, known)).orElse(null);
    check.listMapKeys = schema.listType() == ListType.MAP ? schema.listMapKeys() : List.of();
    return check;
  }

  /// A schema inside `allOf`, `anyOf`, `oneOf` or `not`, which restricts but gives no structure.
  static ValueCheck ofNested(JsonNode raw) {
    Schema.Type type = SchemaReader.type(raw);
    var check =
        new ValueCheck(
            type,
            raw.path("nullable").asBoolean(type == Schema.Type.ANY),
            KeywordCheck.all(type, Json.text(raw, "format"), raw::get),
            Alternatives.of(raw::get));
    check.required = SchemaReader.texts(raw.path("required")).toArray(NONE);
    for (Map.Entry<String, JsonNode> property : raw.path("properties").properties()) {
      check.properties.put(property.getKey(), ofNested(property.getValue()));
    }
    if (raw.path("additionalProperties").isObject()) {
      check.values = ofNested(raw.path("additionalProperties"));
    }
    if (raw.path("items").isObject()) {
      check.items = ofNested(raw.path("items"));
    }
    return check;
  }

  /// @param old the value stored at the same place before, where there is one to compare with
  void judge(JsonNode value, @Nullable JsonNode old, Place here, List<Problem> problems) {
    int before = problems.size();
    judgeHere(value, old, here, problems);
    if (problems.size() > before && old != null && old.equals(value)) {
      problems.subList(before, problems.size()).clear();
    }
  }

  private void judgeHere(
      JsonNode value, @Nullable JsonNode old, Place here, List<Problem> problems) {
    if (value.isNull()) {
      if (!nullable && type != Schema.Type.ANY) {
        problems.add(wrongType(here, "null"));
      }
      for (KeywordCheck each : keywords) {
        if (each.appliesToNull()) {
          each.judge(value, here, problems);
        }
      }
      return;
    }
    if (!fits(value)) {
      problems.add(wrongType(here, typeOf(value)));
    }
    if (alternatives != null) {
      alternatives.judge(value, here, problems);
    }
    for (int i = 0; i < keywords.size(); i++) {
      keywords.get(i).judge(value, here, problems);
    }
    switch (value) {
      case ObjectNode object -> fields(object, old, here, problems);
      case ArrayNode array -> elements(array, old, here, problems);
      default -> {}
    }
  }

  private boolean fits(JsonNode value) {
    return switch (type) {
      case ANY -> true;
      case OBJECT -> value.isObject();
      case ARRAY -> value.isArray();
      case STRING -> value.isString();
      case BOOLEAN -> value.isBoolean();
      case NUMBER -> value.isNumber();
      case INTEGER -> value.isNumber() && value.canConvertToExactIntegral();
      case INT_OR_STRING ->
          value.isString() || (value.isNumber() && value.canConvertToExactIntegral());
    };
  }

  private void fields(
      ObjectNode object, @Nullable JsonNode old, Place here, List<Problem> problems) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = field.getKey();
      ValueCheck known = properties.get(name);
      ValueCheck check = known != null ? known : values;
      if (check != null) {
        JsonNode before = old == null || isTypeMeta(name, here) ? null : old.get(name);
        check.judge(field.getValue(), before, here.field(name), problems);
      }
    }
    for (String name : required) {
      if (!object.has(name)) {
        problems.add(new Problem(Problem.Type.REQUIRED, here.field(name).toString(), "", ""));
      }
    }
  }

  /// The form of the version asked for is not the stored one, so these two always seem to change.
  private static boolean isTypeMeta(String name, Place here) {
    return here.parent() == null && (name.equals("apiVersion") || name.equals("kind"));
  }

  private void elements(
      ArrayNode array, @Nullable JsonNode old, Place here, List<Problem> problems) {
    if (items == null) {
      return;
    }
    for (int i = 0; i < array.size(); i++) {
      JsonNode before =
          old == null ? null : Validation.correlate(array.get(i), old, listMapKeys).orElse(null);
      items.judge(array.get(i), before, here.index(i), problems);
    }
  }

  private Problem wrongType(Place here, String found) {
    String wanted =
        type == Schema.Type.INT_OR_STRING
            ? "integer,string"
            : type.name().toLowerCase(java.util.Locale.ROOT);
    return new Problem(
        Problem.Type.TYPE_INVALID,
        here.toString(),
        '"' + found + '"',
        here + " in body must be of type " + wanted + ": \"" + found + '"');
  }

  static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
      case NULL, MISSING, BINARY, POJO -> "null";
    };
  }

  /// Judges as [#judge], into a list of its own.
  List<Problem> problems(JsonNode value, Place here) {
    var problems = new ArrayList<Problem>();
    judge(value, null, here, problems);
    return problems;
  }
}
