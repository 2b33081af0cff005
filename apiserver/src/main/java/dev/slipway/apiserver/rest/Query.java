package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The parameters of a query string, decoded.
final class Query {
  private final Map<String, List<String>> values;

  private Query(Map<String, List<String>> values) {
    this.values = values;
  }

  /// @throws ApiException 400 where an escape is malformed
  static Query parse(String raw) {
    if (raw.isEmpty()) {
      return new Query(Map.of());
    }
    var values = new HashMap<String, List<String>>();
    try {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
      }
    } catch (IllegalArgumentException malformed) {
      throw ApiException.badRequest("invalid URL escape in query: " + malformed.getMessage());
    }
    return new Query(values);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /// The first value, or `""`.
  String text(String name) {
    List<String> found = values.get(name);
    return found == null ? "" : found.getFirst();
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /// True for a parameter present with anything but `false` or `0`, as Kubernetes reads booleans.
  boolean flag(String name) {
    return has(name) && !text(name).equals("false") && !text(name).equals("0");
  }

  /// @throws ApiException 400 where the value is no whole number
  long number(String name, long absent) {
    String text = text(name);
    if (text.isEmpty()) {
      return absent;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw ApiException.badRequest(
          "parameter " + name + ": \"" + text + "\" is not a whole number");
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
