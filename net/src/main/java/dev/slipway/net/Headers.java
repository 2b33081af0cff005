package dev.slipway.net;

import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;

/// Names and values of a response's headers, in order; names ignore case.
final class Headers {
  private final ArrayList<String> names = new ArrayList<>(8);
  private final ArrayList<String> values = new ArrayList<>(8);

  /// @throws IllegalArgumentException if the name is no token or the value has control characters
  void add(String name, String value) {
    checkName(name);
    checkValue(name, value);
    names.add(name);
    values.add(value);
  }

  /// Replaces earlier values; throws like `add`.
  void set(String name, String value) {
    checkName(name);
    checkValue(name, value);
    remove(name);
    names.add(name);
    values.add(value);
  }

  void remove(String name) {
    for (int i = names.size() - 1; i >= 0; i--) {
      if (names.get(i).equalsIgnoreCase(name)) {
        names.remove(i);
        values.remove(i);
      }
    }
  }

  Optional<String> first(String name) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        return Optional.of(values.get(i));
      }
    }
    return Optional.empty();
  }

  int size() {
    return names.size();
  }

  String name(int index) {
    return names.get(index);
  }

  String value(int index) {
    return values.get(index);
  }

  void clear() {
    names.clear();
    values.clear();
  }

  /// Whether a header speaks of one connection, which the server alone decides (RFC 9110, 7.6.1).
  static boolean ofConnection(String name) {
    return switch (name.length()) {
      case 7 -> name.equalsIgnoreCase("upgrade");
      case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
      case 16 -> name.equalsIgnoreCase("proxy-connection");
      case 17 -> name.equalsIgnoreCase("transfer-encoding");
      default -> false;
    };
  }

  /// Whether a field is needed before the body, and so cannot follow it (RFC 9110, 6.5.1).
  static boolean neverTrailer(String name) {
    return ofConnection(name)
        || switch (lower(name)) {
          case "content-length", "content-type", "content-encoding", "host", "trailer", "te" ->
              true;
          default -> false;
        };
  }

  static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static void checkName(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a header needs a name");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        throw new IllegalArgumentException("\"" + name + "\" is no header name");
      }
    }
  }

  private static void checkValue(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 127) {
        throw new IllegalArgumentException("header " + name + " has a control character");
      }
    }
  }
}
