package dev.slipway.net;

import java.util.Arrays;
import java.util.Locale;

/// Names and values of a response's headers, in order; names ignore case.
final class Headers {
  private static final int FIRST_FIELDS = 6;

  private String[] fields = new String[2 * FIRST_FIELDS]; // name, value, name, value
  private int size;

  /// @throws IllegalArgumentException if the name is no token or the value has control characters
  void add(String name, String value) {
    checkName(name);
    checkValue(name, value);
    append(name, value);
  }

  private void append(String name, String value) {
    if (2 * size == fields.length) {
      fields = Arrays.copyOf(fields, 2 * fields.length);
    }
    fields[2 * size] = name;
    fields[2 * size + 1] = value;
    size++;
  }

  /// Replaces earlier values; throws like `add`.
  void set(String name, String value) {
    checkName(name);
    checkValue(name, value);
    remove(name);
    append(name, value);
  }

  void remove(String name) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (!name(i).equalsIgnoreCase(name)) {
        fields[2 * kept] = name(i);
        fields[2 * kept + 1] = value(i);
        kept++;
      }
    }
    size = kept;
  }

  /// The first value, or `""`.
  String first(String name) {
    for (int i = 0; i < size; i++) {
      if (name(i).equalsIgnoreCase(name)) {
        return value(i);
      }
    }
    return "";
  }

  boolean has(String name) {
    for (int i = 0; i < size; i++) {
      if (name(i).equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /// A number among the fields, as `content-length`.
  ///
  /// @throws NumberFormatException if it is none
  long number(String name, long absent) {
    var value = first(name);
    return value.isEmpty() ? absent : Long.parseLong(value);
  }

  int size() {
    return size;
  }

  String name(int index) {
    return fields[2 * index];
  }

  String value(int index) {
    return fields[2 * index + 1];
  }

  void clear() {
    size = 0;
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

  /// Throws like `add`.
  static void check(String name, String value) {
    checkName(name);
    checkValue(name, value);
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
