package dev.slipway.dataplane.graph;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Looks a path up in a document, in the language of GJSON: `a.b.0`, wildcards `a*`, `#` for all
/// elements, queries `#(name=="x")` and `#(age>10)#`, pipes, `@this`, `[a,b]` and `{a,b}`. That is
/// what conditions of InferenceGraphs are written in. Of modifiers there are `@this`, `@keys`,
/// `@values`, `@reverse` and `@flatten`.
///
/// Source: github.com/tidwall/gjson, SYNTAX.md. A path longer than [#MAX_LENGTH] is found nowhere.
final class GjsonPath {
  private static final int MAX_LENGTH = 4096;

  private GjsonPath() {}

  static boolean exists(JsonNode document, String path) {
    return find(document, path).isPresent();
  }

  static Optional<JsonNode> find(JsonNode node, String path) {
    if (path.isEmpty() || path.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    return switch (path.charAt(0)) {
      case '[', '{' -> several(node, path);
      case '@' -> modified(node, path);
      default -> component(node, path);
    };
  }

  /// Goes on with what follows a part: nothing, or a separator and a path.
  private static Optional<JsonNode> rest(JsonNode node, String path) {
    return path.isEmpty() ? Optional.of(node) : find(node, path.substring(1));
  }

  /// `[a,b]`: an array of what is found; `{a,"name":b}`: an object of it.
  private static Optional<JsonNode> several(JsonNode node, String path) {
    int end = GjsonQuery.closing(path, 0);
    if (end < 0) {
      return Optional.empty();
    }
    List<String> parts = GjsonQuery.split(path.substring(1, end));
    JsonNode made = path.charAt(0) == '[' ? array(node, parts) : object(node, parts);
    return rest(made, path.substring(end + 1));
  }

  private static ArrayNode array(JsonNode node, List<String> parts) {
    ArrayNode made = Json.array();
    parts.forEach(part -> find(node, part).ifPresent(made::add));
    return made;
  }

  private static ObjectNode object(JsonNode node, List<String> parts) {
    ObjectNode made = Json.object();
    for (String part : parts) {
      int colon = part.startsWith("\"") ? part.indexOf("\":", 1) : -1;
      String path = colon < 0 ? part : part.substring(colon + 2);
      String name = colon < 0 ? last(part) : part.substring(1, colon);
      find(node, path).ifPresent(found -> made.set(name, found));
    }
    return made;
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static Optional<JsonNode> modified(JsonNode node, String path) {
    int end = separator(path, 1);
    String name = path.substring(1, end).split(":", 2)[0];
    Optional<JsonNode> made =
        switch (name) {
          case "this" -> Optional.of(node);
          case "keys" -> Optional.of(keys(node));
          case "values" -> Optional.of(values(node));
          case "reverse" -> Optional.of(reversed(node));
          case "flatten" -> Optional.of(flattened(node));
          default -> Optional.empty();
        };
    return made.flatMap(it -> rest(it, path.substring(end)));
  }

  private static JsonNode keys(JsonNode node) {
    ArrayNode keys = Json.array();
    node.propertyNames().forEach(keys::add);
    return keys;
  }

  private static JsonNode values(JsonNode node) {
    ArrayNode values = Json.array();
    node.forEach(values::add);
    return values;
  }

  private static JsonNode reversed(JsonNode node) {
    if (!node.isArray()) {
      return node;
    }
    ArrayNode reversed = Json.array();
    node.values().stream().toList().reversed().forEach(reversed::add);
    return reversed;
  }

  private static JsonNode flattened(JsonNode node) {
    if (!node.isArray()) {
      return node;
    }
    ArrayNode flat = Json.array();
    for (JsonNode each : node) {
      if (each.isArray()) {
        each.forEach(flat::add);
      } else {
        flat.add(each);
      }
    }
    return flat;
  }

  private static Optional<JsonNode> component(JsonNode node, String path) {
    if (path.startsWith("#(") || path.startsWith("#[")) {
      return query(node, path);
    }
    int end = separator(path, 0);
    String name = path.substring(0, end);
    String rest = path.substring(end);
    if (name.equals("#")) {
      return all(node, rest);
    }
    return child(node, name).flatMap(found -> rest(found, rest));
  }

  /// `#` alone is how many there are; `#.a` is `a` of each that has one.
  private static Optional<JsonNode> all(JsonNode node, String rest) {
    if (!node.isArray()) {
      return Optional.empty();
    }
    if (rest.isEmpty()) {
      return Optional.of(Json.array().add(node.size()).path(0));
    }
    return each(node.values().stream().toList(), rest);
  }

  private static Optional<JsonNode> each(List<JsonNode> nodes, String rest) {
    ArrayNode made = Json.array();
    if (rest.startsWith("|")) {
      nodes.forEach(made::add);
      return rest(made, rest);
    }
    nodes.forEach(node -> rest(node, rest).ifPresent(made::add));
    return Optional.of(made);
  }

  private static Optional<JsonNode> query(JsonNode node, String path) {
    int end = GjsonQuery.closing(path, 1);
    if (end < 0 || !node.isArray()) {
      return Optional.empty();
    }
    var query = GjsonQuery.parse(path.substring(2, end));
    String rest = path.substring(end + 1);
    var matching = new ArrayList<JsonNode>();
    for (JsonNode element : node) {
      if (query.matches(element)) {
        matching.add(element);
      }
    }
    if (rest.startsWith("#")) {
      return each(matching, rest.substring(1));
    }
    return matching.isEmpty() ? Optional.empty() : rest(matching.getFirst(), rest);
  }

  private static Optional<JsonNode> child(JsonNode node, String name) {
    if (node.isArray()) {
      return name.matches("\\d{1,9}")
          ? Optional.ofNullable(node.get(Integer.parseInt(name)))
          : Optional.empty();
    }
    if (!wild(name)) {
      return Optional.ofNullable(node.get(plain(name)));
    }
    for (var field : node.properties()) {
      if (GjsonQuery.like(field.getKey(), name)) {
        return Optional.of(field.getValue());
      }
    }
    return Optional.empty();
  }

  private static boolean wild(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) == '\\') {
        i++;
      } else if (name.charAt(i) == '*' || name.charAt(i) == '?') {
        return true;
      }
    }
    return false;
  }

  /// Without the backslashes that keep a character from meaning something.
  private static String plain(String name) {
    var text = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) == '\\' && i + 1 < name.length()) {
        i++;
      }
      text.append(name.charAt(i));
    }
    return text.toString();
  }

  /// Where a part ends: at the next `.` or `|` that no backslash precedes.
  private static int separator(String path, int from) {
    for (int i = from; i < path.length(); i++) {
      char here = path.charAt(i);
      if (here == '\\') {
        i++;
      } else if (here == '.' || here == '|') {
        return i;
      }
    }
    return path.length();
  }
}
