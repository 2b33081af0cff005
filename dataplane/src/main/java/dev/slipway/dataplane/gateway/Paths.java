package dev.slipway.dataplane.gateway;

import java.util.ArrayDeque;

/// Paths without `.` and `..` (RFC 3986, 5.2.4), so that no rule is passed by under another's
/// prefix. Dots written as `%2e` count.
final class Paths {
  private Paths() {}

  /// The path itself where it has no such element, as nearly always.
  static String resolved(String path) {
    return suspicious(path) ? resolve(path) : path;
  }

  private static boolean suspicious(String path) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      if (slash + 1 < path.length()) {
        char next = path.charAt(slash + 1);
        if (next == '.' || next == '%') {
          return true;
        }
      }
    }
    return false;
  }

  private static String resolve(String path) {
    var kept = new ArrayDeque<String>();
    var elements = path.split("/", -1);
    for (int i = 1; i < elements.length; i++) {
      var plain = elements[i].replace("%2e", ".").replace("%2E", ".");
      boolean last = i == elements.length - 1;
      if (plain.equals("..")) {
        kept.pollLast();
      }
      if (!plain.equals(".") && !plain.equals("..")) {
        kept.add(elements[i]);
      } else if (last) {
        kept.add("");
      }
    }
    return "/" + String.join("/", kept);
  }
}
