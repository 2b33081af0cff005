package dev.slipway.apiserver.schema;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Judges the API objects that stand inside others (`x-kubernetes-embedded-resource`): each needs
/// an
/// `apiVersion` and a `kind`.
/// Source: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta/validation.go`.
public final class EmbeddedObjects {
  private static final Pattern KIND = Pattern.compile("[a-zA-Z]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?");

  private final List<Problem> problems = new ArrayList<>();

  private EmbeddedObjects() {}

  public static List<Problem> problems(JsonNode value, Schema schema) {
    var found = new EmbeddedObjects();
    found.value(value, schema, FieldPath.ROOT);
    return found.problems;
  }

  private void value(JsonNode value, Schema schema, FieldPath here) {
    switch (value) {
      case ObjectNode object -> {
        if (schema.embedded()) {
          text(object, "apiVersion", here);
          text(object, "kind", here);
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
          Schema known = schema.properties().get(field.getKey());
          if (known != null) {
            value(field.getValue(), known, here.field(field.getKey()));
          } else if (schema.values().isPresent()) {
            value(field.getValue(), schema.values().get(), here.key(field.getKey()));
          }
        }
      }
      case ArrayNode array -> {
        for (int i = 0; schema.items().isPresent() && i < array.size(); i++) {
          value(array.get(i), schema.items().get(), here.index(i));
        }
      }
      default -> {}
    }
  }

  private void text(ObjectNode object, String name, FieldPath here) {
    JsonNode found = object.get(name);
    FieldPath field = here.field(name);
    if (found == null) {
      problems.add(Problem.required(field, ""));
    } else if (!found.isString()) {
      problems.add(Problem.invalid(field, found, "must be a string"));
    } else if (found.stringValue().isEmpty()) {
      problems.add(Problem.invalid(field, "", "must not be empty"));
    } else if (name.equals("kind") && !KIND.matcher(found.stringValue()).matches()) {
      problems.add(
          Problem.invalid(
              field,
              found.stringValue(),
              "may have mixed case, but should otherwise match: a DNS-1035 label must consist of"
                  + " lower case alphanumeric characters or '-', start with an alphabetic character,"
                  + " and end with an alphanumeric character"));
    } else if (name.equals("apiVersion")
        && found.stringValue().chars().filter(each -> each == '/').count() > 1) {
      problems.add(
          Problem.invalid(
              field,
              found.stringValue(),
              "unexpected GroupVersion string: " + found.stringValue()));
    }
  }
}
