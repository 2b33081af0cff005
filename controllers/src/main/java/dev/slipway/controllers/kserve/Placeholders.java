package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Fills a runtime's placeholders from the service's metadata: `{{.Name}}`, `{{.Namespace}}`,
/// `{{.Labels.x}}`, `{{.Annotations.x}}` and `{{index .Labels "a.b/c"}}`, the part of Go's
/// templates
/// that runtimes use.
final class Placeholders {
  private static final Pattern PLACE = Pattern.compile("\\{\\{-?\\s*(.*?)\\s*-?}}");
  private static final Pattern FIELD =
      Pattern.compile("\\.(?:ObjectMeta\\.)?(Name|Namespace|UID|Labels|Annotations)(?:\\.(\\w+))?");
  private static final Pattern INDEX =
      Pattern.compile("index\\s+\\.(Labels|Annotations)\\s+[\"`]([^\"`]+)[\"`]");

  private final Map<String, String> plain;
  private final Map<String, String> labels;
  private final Map<String, String> annotations;

  Placeholders(
      Map<String, String> plain, Map<String, String> labels, Map<String, String> annotations) {
    this.plain = plain;
    this.labels = labels;
    this.annotations = annotations;
  }

  /// A copy with every text filled in.
  ///
  /// @throws RefusedException naming the placeholder that means nothing
  ObjectNode fill(ObjectNode container) {
    ObjectNode copy = Json.object();
    for (var field : container.properties()) {
      copy.set(field.getKey(), fill(field.getValue()));
    }
    return copy;
  }

  private JsonNode fill(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> fill(object);
      case ArrayNode array -> {
        ArrayNode copy = Json.array();
        array.forEach(each -> copy.add(fill(each)));
        yield copy;
      }
      case StringNode text when text.stringValue().contains("{{") ->
          StringNode.valueOf(fill(text.stringValue()));
      default -> node;
    };
  }

  String fill(String text) {
    Matcher places = PLACE.matcher(text);
    var filled = new StringBuilder();
    while (places.find()) {
      places.appendReplacement(filled, Matcher.quoteReplacement(value(places.group(1))));
    }
    return places.appendTail(filled).toString();
  }

  private String value(String expression) {
    Matcher field = FIELD.matcher(expression);
    if (field.matches()) {
      return field(expression, field.group(1), field.group(2));
    }
    Matcher index = INDEX.matcher(expression);
    if (index.matches()) {
      return map(index.group(1)).getOrDefault(index.group(2), "");
    }
    throw meaningless(expression);
  }

  private String field(
      String expression, String name, @org.jspecify.annotations.Nullable String key) {
    boolean isMap = name.equals("Labels") || name.equals("Annotations");
    if (isMap != (key != null)) {
      throw meaningless(expression);
    }
    return key == null
        ? plain.getOrDefault(name, "")
        : map(name).getOrDefault(key, "<no value>"); // as Go prints an absent entry
  }

  private Map<String, String> map(String name) {
    return name.equals("Labels") ? labels : annotations;
  }

  private static RefusedException meaningless(String expression) {
    return RefusedException.invalid(
        "failed to replace placeholders in serving runtime: {{"
            + expression
            + "}} (expected .Name, .Namespace, .Labels.x or .Annotations.x)");
  }
}
