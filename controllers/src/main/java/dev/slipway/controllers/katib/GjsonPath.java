package dev.slipway.controllers.katib;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.IntNode;

/// The part of GJSON's path language that conditions of trials are written in: names, positions,
/// `#`, `#(query)`, `#(query)#`, `.` and `|`. Pure.
///
/// Source: <https://github.com/tidwall/gjson/blob/master/SYNTAX.md>. Left out: wildcards in names,
/// modifiers, multipaths and literals.
final class GjsonPath {
  private static final List<String> OPERATORS =
      List.of("==", "!=", "<=", ">=", "!%", "=", "<", ">", "%");

  /// A step, and whether it was joined by `|` to what stands before it.
  private record Step(String text, boolean piped) {}

  private GjsonPath() {}

  /// What is at a path; a missing node where nothing is, or the path is malformed.
  static JsonNode find(JsonNode root, String path) {
    Optional<List<Step>> steps = steps(path);
    return steps.isEmpty() ? missing() : walk(root, steps.get());
  }

  private static JsonNode missing() {
    return Json.object().path("");
  }

  private static Optional<List<Step>> steps(String path) {
    var steps = new ArrayList<Step>();
    var text = new StringBuilder();
    boolean piped = false;
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\\' && i + 1 < path.length()) {
        text.append(depth > 0 ? "\\" : "").append(path.charAt(++i));
      } else if (depth == 0 && (c == '.' || c == '|')) {
        steps.add(new Step(text.toString(), piped));
        text.setLength(0);
        piped = c == '|';
      } else {
        quoted = (c == '"' && depth > 0) != quoted;
        depth += quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
        text.append(c);
      }
    }
    steps.add(new Step(text.toString(), piped));
    return depth != 0 || quoted ? Optional.empty() : Optional.of(steps);
  }

  private static JsonNode walk(JsonNode start, List<Step> steps) {
    JsonNode here = start;
    for (int i = 0; i < steps.size(); i++) {
      String step = steps.get(i).text();
      boolean each = step.equals("#") || (step.startsWith("#(") && step.endsWith(")#"));
      here = one(here, step);
      boolean last = i == steps.size() - 1;
      if (each && !last && !steps.get(i + 1).piped()) {
        return each(here, steps, i + 1);
      }
      if (last && step.equals("#") && here.isArray()) {
        return IntNode.valueOf(here.size());
      }
    }
    return here;
  }

  /// The rest of a path at each element, up to the next pipe.
  private static JsonNode each(JsonNode array, List<Step> steps, int from) {
    int end = from + 1;
    while (end < steps.size() && !steps.get(end).piped()) {
      end++;
    }
    ArrayNode found = Json.array();
    for (JsonNode element : array) {
      JsonNode value = walk(element, steps.subList(from, end));
      if (!value.isMissingNode()) {
        found.add(value);
      }
    }
    return end == steps.size() ? found : walk(found, steps.subList(end, steps.size()));
  }

  private static JsonNode one(JsonNode here, String step) {
    if (step.equals("#")) {
      return here.isArray() ? here : missing();
    }
    if (step.startsWith("#(")) {
      return queried(here, step);
    }
    if (here.isArray()) {
      return step.matches("\\d{1,9}") ? here.path(Integer.parseInt(step)) : missing();
    }
    return here.path(step);
  }

  private static JsonNode queried(JsonNode array, String step) {
    boolean all = step.endsWith(")#");
    String query = step.substring(2, step.length() - (all ? 2 : 1));
    ArrayNode found = Json.array();
    for (JsonNode element : array) {
      if (array.isArray() && matches(element, query)) {
        if (!all) {
          return element;
        }
        found.add(element);
      }
    }
    return all && array.isArray() ? found : missing();
  }

  private static boolean matches(JsonNode element, String query) {
    int at = -1;
    int depth = 0;
    String operator = "";
    for (int i = 0; i < query.length() && at < 0; i++) {
      depth += query.charAt(i) == '(' ? 1 : query.charAt(i) == ')' ? -1 : 0;
      for (String each : depth == 0 ? OPERATORS : List.<String>of()) {
        if (at < 0 && query.startsWith(each, i)) {
          at = i;
          operator = each;
        }
      }
    }
    if (at < 0) {
      return !find(element, query.strip()).isMissingNode();
    }
    String path = query.substring(0, at).strip();
    JsonNode value = path.isEmpty() ? element : find(element, path);
    return !value.isMissingNode()
        && compares(value, operator, query.substring(at + operator.length()).strip());
  }

  private static boolean compares(JsonNode value, String operator, String wanted) {
    boolean quoted = wanted.length() >= 2 && wanted.startsWith("\"") && wanted.endsWith("\"");
    String text = quoted ? wanted.substring(1, wanted.length() - 1).replace("\\\"", "\"") : wanted;
    if (operator.endsWith("%")) {
      return value.isString() && like(value.stringValue(), text) == operator.equals("%");
    }
    int order;
    if (value.isNumber() && Summary.number(text).isPresent()) {
      order = Double.compare(value.asDouble(), Summary.number(text).getAsDouble());
    } else if (value.isString() == quoted) {
      order = value.asString("").compareTo(text);
    } else {
      return operator.equals("!=");
    }
    return switch (operator) {
      case "==", "=" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  /// `*` for any text, `?` for one character.
  private static boolean like(String text, String pattern) {
    var regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      regex.append(c == '*' ? ".*" : c == '?' ? "." : java.util.regex.Pattern.quote("" + c));
    }
    return java.util.regex.Pattern.compile(regex.toString(), java.util.regex.Pattern.DOTALL)
        .matcher(text)
        .matches();
  }
}
