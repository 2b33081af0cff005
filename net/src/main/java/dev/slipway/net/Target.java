package dev.slipway.net;

import org.jspecify.annotations.Nullable;

/// Where a request goes: path and query as sent, and the host.
record Target(String path, String query, String authority) {
  /// Reads a request target in origin, absolute or asterisk form (RFC 9112, 3.2).
  ///
  /// @param host what the `Host` or `:authority` says; an absolute target overrides it
  /// @return null where it is malformed
  static @Nullable Target parse(String target, String host) {
    if (target.startsWith("/")) {
      return ofPath(target, host);
    }
    if (target.equals("*")) {
      return new Target("*", "", host);
    }
    int scheme = target.indexOf("://");
    if (scheme <= 0) {
      return null;
    }
    int start = scheme + 3;
    int end = start;
    while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    var rest = target.substring(end);
    return ofPath(rest.startsWith("/") ? rest : "/" + rest, target.substring(start, end));
  }

  private static @Nullable Target ofPath(String text, String host) {
    int question = text.indexOf('?');
    var path = question < 0 ? text : text.substring(0, question);
    var query = question < 0 ? "" : text.substring(question + 1);
    if (!wellFormed(path, true) || !wellFormed(query, false)) {
      return null;
    }
    return new Target(path, query, host);
  }

  private static boolean wellFormed(String text, boolean escapes) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == 127) {
        return false;
      }
      if (c == '%' && escapes && !(hex(text, i + 1) && hex(text, i + 2))) {
        return false;
      }
    }
    return true;
  }

  private static boolean hex(String text, int index) {
    return index < text.length() && Character.digit(text.charAt(index), 16) >= 0;
  }
}
