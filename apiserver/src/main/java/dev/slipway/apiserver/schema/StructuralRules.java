package dev.slipway.apiserver.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What makes a schema structural: every field it restricts is also described, once, with a type.
/// Source: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/validation.go`.
public final class StructuralRules {
  private enum Level {
    ROOT("must not be empty at the root"),
    ITEM("must not be empty for specified array items"),
    FIELD("must not be empty for specified object fields");

    private final String typeMissing;

    Level(String typeMissing) {
      this.typeMissing = typeMissing;
    }
  }

  private static final List<String> JUNCTORS = List.of("anyOf", "allOf", "oneOf");
  private static final String NOT_STRUCTURAL = "must be undefined to be structural";

  private final List<Problem> problems = new ArrayList<>();

  private StructuralRules() {}

  /// Judges the schema of a whole object.
  ///
  /// @param raw an `openAPIV3Schema`
  public static List<Problem> problems(JsonNode raw, FieldPath here) {
    var rules = new StructuralRules();
    rules.invariants(raw, Level.ROOT, here);
    rules.completeness(raw, raw, here);
    return rules.problems;
  }

  private void invariants(JsonNode raw, Level level, FieldPath here) {
    String type = Json.text(raw, "type");
    if (type.equals("array") && !raw.path("items").isObject()) {
      problems.add(Problem.required(here.field("items"), "must be specified"));
    }
    if (raw.path("items").isObject()) {
      invariants(raw.path("items"), Level.ITEM, here.field("items"));
    }
    for (Map.Entry<String, JsonNode> property : raw.path("properties").properties()) {
      invariants(property.getValue(), Level.FIELD, here.field("properties").key(property.getKey()));
    }
    if (raw.has("additionalProperties")) {
      additional(raw, level, here.field("additionalProperties"));
    }
    extensions(raw, level, type, here);
    values(raw, level, here, isIntOrString(raw));
    metadata(raw, level, here);
  }

  private void additional(JsonNode raw, Level level, FieldPath here) {
    if (level == Level.ROOT) {
      problems.add(Problem.forbidden(here, "must not be used at the root"));
    }
    if (flag(raw, "x-kubernetes-embedded-resource")) {
      problems.add(
          Problem.forbidden(here, "must not be used if x-kubernetes-embedded-resource is set"));
    }
    if (raw.path("additionalProperties").isObject()) {
      invariants(raw.path("additionalProperties"), Level.FIELD, here);
    }
  }

  private void extensions(JsonNode raw, Level level, String type, FieldPath here) {
    boolean embedded = flag(raw, "x-kubernetes-embedded-resource");
    boolean preserves = flag(raw, "x-kubernetes-preserve-unknown-fields");
    boolean intOrString = flag(raw, "x-kubernetes-int-or-string");
    if (intOrString && preserves) {
      problems.add(
          Problem.invalid(
              here.field("x-kubernetes-preserve-unknown-fields"),
              true,
              "must be false if x-kubernetes-int-or-string is true"));
    }
    if (intOrString && embedded) {
      problems.add(
          Problem.invalid(
              here.field("x-kubernetes-embedded-resource"),
              true,
              "must be false if x-kubernetes-int-or-string is true"));
    }
    if (embedded && !type.equals("object")) {
      String detail = "must be object if x-kubernetes-embedded-resource is true";
      problems.add(
          type.isEmpty()
              ? Problem.required(here.field("type"), detail)
              : Problem.invalid(here.field("type"), type, detail));
    } else if (type.isEmpty() && !intOrString && !preserves) {
      problems.add(Problem.required(here.field("type"), level.typeMissing));
    }
    if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
      problems.add(Problem.invalid(here.field("type"), type, "must be object at the root"));
    }
    if (embedded && !preserves && raw.path("properties").isEmpty()) {
      problems.add(
          Problem.required(
              here.field("properties"),
              "must not be empty if x-kubernetes-embedded-resource is true without"
                  + " x-kubernetes-preserve-unknown-fields"));
    }
  }

  private void metadata(JsonNode raw, Level level, FieldPath here) {
    boolean whole = level == Level.ROOT || flag(raw, "x-kubernetes-embedded-resource");
    if (!whole) {
      return;
    }
    for (String name : List.of("kind", "apiVersion")) {
      JsonNode property = raw.path("properties").path(name);
      if (property.isObject() && !Json.text(property, "type").equals("string")) {
        FieldPath field = here.field("properties").key(name).field("type");
        problems.add(Problem.invalid(field, Json.text(property, "type"), "must be string"));
      }
    }
    JsonNode metadata = raw.path("properties").path("metadata");
    if (metadata.isObject()) {
      FieldPath field = here.field("properties").key("metadata");
      if (!Json.text(metadata, "type").equals("object")) {
        problems.add(
            Problem.invalid(field.field("type"), Json.text(metadata, "type"), "must be object"));
      }
      if (level == Level.ROOT && restrictsMore(metadata)) {
        problems.add(
            Problem.forbidden(
                field,
                "must not specify anything other than name and generateName, but metadata is"
                    + " implicitly specified"));
      }
    }
  }

  private static boolean restrictsMore(JsonNode metadata) {
    for (Map.Entry<String, JsonNode> field : metadata.properties()) {
      boolean harmless =
          switch (field.getKey()) {
            case "type", "default" -> true;
            case "properties" ->
                field.getValue().propertyNames().stream()
                    .allMatch(name -> name.equals("name") || name.equals("generateName"));
            default -> false;
          };
      if (!harmless) {
        return true;
      }
    }
    return false;
  }

  /// The one place where types may stand inside a junctor.
  private static boolean isIntOrString(JsonNode raw) {
    return flag(raw, "x-kubernetes-int-or-string");
  }

  private static boolean isIntOrStringPair(JsonNode alternatives) {
    return alternatives.size() == 2
        && alternatives.get(0).size() == 1
        && alternatives.get(1).size() == 1
        && Json.text(alternatives.get(0), "type").equals("integer")
        && Json.text(alternatives.get(1), "type").equals("string");
  }

  /// @param pairAllowed whether `anyOf: [integer, string]` may stand here, or in the first `allOf`
  private void values(JsonNode raw, Level level, FieldPath here, boolean pairAllowed) {
    for (String junctor : JUNCTORS) {
      JsonNode nested = raw.path(junctor);
      boolean pair = pairAllowed && junctor.equals("anyOf") && isIntOrStringPair(nested);
      for (int i = 0; !pair && i < nested.size(); i++) {
        boolean pairInside = pairAllowed && junctor.equals("allOf") && i == 0;
        nested(nested.get(i), level, here.field(junctor).index(i), pairInside);
      }
    }
    if (raw.path("not").isObject()) {
      nested(raw.path("not"), level, here.field("not"), false);
    }
    String pattern = Json.text(raw, "pattern");
    if (!pattern.isEmpty()) {
      try {
        Pattern.compile(pattern);
      } catch (PatternSyntaxException malformed) {
        problems.add(
            Problem.invalid(
                here.field("pattern"),
                pattern,
                "must be a valid regular expression, but isn't: " + malformed.getMessage()));
      }
    }
  }

  private void nested(JsonNode raw, Level level, FieldPath here, boolean pairAllowed) {
    values(raw, level, here, pairAllowed);
    if (raw.path("items").isObject()) {
      nested(raw.path("items"), level, here.field("items"), false);
    }
    for (Map.Entry<String, JsonNode> property : raw.path("properties").properties()) {
      FieldPath field = here.field("properties").key(property.getKey());
      nested(property.getValue(), Level.FIELD, field, false);
      if (property.getKey().equals("metadata")) {
        problems.add(Problem.forbidden(field, "must not be specified in a nested context"));
      }
    }
    forbid(raw, here, "type", "must be empty to be structural");
    forbid(raw, here, "additionalProperties", NOT_STRUCTURAL);
    forbid(raw, here, "default", NOT_STRUCTURAL);
    forbid(raw, here, "title", "must be empty to be structural");
    forbid(raw, here, "description", "must be empty to be structural");
    forbidTrue(raw, here, "nullable");
    forbidTrue(raw, here, "x-kubernetes-preserve-unknown-fields");
    forbidTrue(raw, here, "x-kubernetes-embedded-resource");
    forbidTrue(raw, here, "x-kubernetes-int-or-string");
    forbid(raw, here, "x-kubernetes-list-map-keys", "must be empty to be structural");
    forbid(raw, here, "x-kubernetes-list-type", NOT_STRUCTURAL);
    forbid(raw, here, "x-kubernetes-map-type", NOT_STRUCTURAL);
    forbid(raw, here, "x-kubernetes-validations", "must be empty to be structural");
  }

  private void forbid(JsonNode raw, FieldPath here, String keyword, String detail) {
    JsonNode found = raw.path(keyword);
    boolean empty = found.isMissingNode() || (found.isString() && found.stringValue().isEmpty());
    if (!empty) {
      problems.add(Problem.forbidden(here.field(keyword), detail));
    }
  }

  private void forbidTrue(JsonNode raw, FieldPath here, String keyword) {
    if (flag(raw, keyword)) {
      problems.add(Problem.forbidden(here.field(keyword), "must be false to be structural"));
    }
  }

  private static boolean flag(JsonNode raw, String keyword) {
    return raw.path(keyword).asBoolean(false);
  }

  /// Every property and item that a junctor restricts must be described by the schema around it.
  private void completeness(JsonNode raw, JsonNode skeleton, FieldPath here) {
    for (String junctor : JUNCTORS) {
      for (int i = 0; i < raw.path(junctor).size(); i++) {
        described(raw.path(junctor).get(i), skeleton, here.field(junctor).index(i), here);
      }
    }
    if (raw.path("not").isObject()) {
      described(raw.path("not"), skeleton, here.field("not"), here);
    }
    for (Map.Entry<String, JsonNode> property : raw.path("properties").properties()) {
      JsonNode value = property.getValue();
      completeness(value, value, here.field("properties").key(property.getKey()));
    }
    if (raw.path("items").isObject()) {
      completeness(raw.path("items"), raw.path("items"), here.field("items"));
    }
    if (raw.path("additionalProperties").isObject()) {
      JsonNode values = raw.path("additionalProperties");
      completeness(values, values, here.field("additionalProperties"));
    }
  }

  private void described(JsonNode nested, JsonNode skeleton, FieldPath here, FieldPath outer) {
    for (Map.Entry<String, JsonNode> property : nested.path("properties").properties()) {
      JsonNode known = skeleton.path("properties").path(property.getKey());
      FieldPath there = outer.field("properties").key(property.getKey());
      if (!known.isObject()) {
        problems.add(Problem.required(there, why(here.field("properties").key(property.getKey()))));
      } else {
        described(
            property.getValue(), known, here.field("properties").key(property.getKey()), there);
      }
    }
    if (nested.path("items").isObject()) {
      JsonNode known = skeleton.path("items");
      if (!known.isObject()) {
        problems.add(Problem.required(outer.field("items"), why(here.field("items"))));
      } else {
        described(nested.path("items"), known, here.field("items"), outer.field("items"));
      }
    }
    for (String junctor : JUNCTORS) {
      for (int i = 0; i < nested.path(junctor).size(); i++) {
        described(nested.path(junctor).get(i), skeleton, here.field(junctor).index(i), outer);
      }
    }
    if (nested.path("not").isObject()) {
      described(nested.path("not"), skeleton, here.field("not"), outer);
    }
  }

  private static String why(FieldPath here) {
    return "because it is defined in " + here;
  }
}
