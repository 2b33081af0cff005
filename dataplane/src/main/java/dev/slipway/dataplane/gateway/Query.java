package dev.slipway.dataplane.gateway;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The query of a request, decoded.
final class Query {
  private Query() {}

  /// One `name=value`.
  record Parameter(String name, String value) {}

  static List<Parameter> parse(String raw) {
    if (raw.isEmpty()) {
      return List.of();
    }
    var parameters = new ArrayList<Parameter>();
    for (var part : raw.split("&", -1)) {
      int equals = part.indexOf('=');
      var name = equals < 0 ? part : part.substring(0, equals);
      var value = equals < 0 ? "" : part.substring(equals + 1);
      parameters.add(new Parameter(decoded(name), decoded(value)));
    }
    return parameters;
  }

  /// Both, where there are both.
  static String joined(String first, String second) {
    if (first.isEmpty() || second.isEmpty()) {
      return first + second;
    }
    return first + "&" + second;
  }

  private static String decoded(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return text;
    }
  }
}
