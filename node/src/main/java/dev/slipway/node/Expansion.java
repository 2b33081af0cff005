package dev.slipway.node;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Replaces `$(NAME)` in commands, arguments and values: by the variable where there is one, and
/// else by itself; `$$` stands for `$`.
///
/// Source: Kubernetes API reference, `Container.command`.
final class Expansion {
  private Expansion() {}

  /// Each word of a list, replaced.
  static List<String> words(JsonNode list, Map<String, String> variables) {
    return list.valueStream().map(each -> expand(each.asString(""), variables)).toList();
  }

  static String expand(String text, Map<String, String> variables) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    var out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      char letter = text.charAt(at);
      boolean last = at + 1 == text.length();
      if (letter != '$' || last) {
        out.append(letter);
        at++;
      } else if (text.charAt(at + 1) == '$') {
        out.append('$');
        at += 2;
      } else {
        at = reference(text, at, variables, out);
      }
    }
    return out.toString();
  }

  /// @param at of a `$` that is not the last letter
  /// @return where to go on
  private static int reference(
      String text, int at, Map<String, String> variables, StringBuilder out) {
    int end = text.indexOf(')', at);
    if (text.charAt(at + 1) != '(' || end < 0) {
      out.append('$');
      return at + 1;
    }
    var whole = text.substring(at, end + 1);
    out.append(variables.getOrDefault(text.substring(at + 2, end), whole));
    return end + 1;
  }
}
