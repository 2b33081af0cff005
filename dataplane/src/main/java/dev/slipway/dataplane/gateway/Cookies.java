package dev.slipway.dataplane.gateway;

import dev.slipway.net.Request;

/// Reads one cookie (RFC 6265, 5.4).
final class Cookies {
  private Cookies() {}

  /// Its value; empty if the request has no such cookie.
  static String value(Request request, String name) {
    for (var header : request.headers("cookie")) {
      for (var pair : header.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
          return unquoted(pair.substring(equals + 1).strip());
        }
      }
    }
    return "";
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
