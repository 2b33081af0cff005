package dev.slipway.apiserver.builtin;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// What differs between two trees, a line each: for messages about changes that are not allowed.
public final class Differences {
  private static final int MOST_LINES = 20;

  private Differences() {}

  /// At most twenty lines of `path: old -> new`, each after a line break.
  public static String lines(Field old, Field now) {
    var lines = new ArrayList<String>();
    collect(old, now, lines);
    var text = new StringBuilder();
    lines.stream().limit(MOST_LINES).forEach(each -> text.append("\n  ").append(each));
    return text.append(lines.size() > MOST_LINES ? "\n  ..." : "").toString();
  }

  private static void collect(Field old, Field now, List<String> lines) {
    if (old.sameAs(now)) {
      return;
    }
    if (old.value().isObject() && now.value().isObject()) {
      var names = new TreeSet<String>(old.value().propertyNames());
      names.addAll(now.value().propertyNames());
      names.forEach(each -> collect(old.at(each), now.at(each), lines));
    } else if (old.value().isArray() && old.size() == now.size()) {
      List<Field> before = old.items();
      List<Field> after = now.items();
      for (int i = 0; i < before.size(); i++) {
        collect(before.get(i), after.get(i), lines);
      }
    } else {
      lines.add(now.path() + ": " + shown(old.value()) + " -> " + shown(now.value()));
    }
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "absent" : value.toString();
  }
}
