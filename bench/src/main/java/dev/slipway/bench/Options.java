package dev.slipway.bench;

/// Options of a program, as `name=value` or a bare word.
final class Options {
  private Options() {}

  static int number(String[] args, String name, int absent) {
    int value = absent;
    for (var arg : args) {
      if (arg.startsWith(name + "=")) {
        value = Integer.parseInt(arg.substring(name.length() + 1));
      }
    }
    return value;
  }

  static String text(String[] args, String name, String absent) {
    String value = absent;
    for (var arg : args) {
      if (arg.startsWith(name + "=")) {
        value = arg.substring(name.length() + 1);
      }
    }
    return value;
  }

  static boolean has(String[] args, String word) {
    for (var arg : args) {
      if (arg.equals(word)) {
        return true;
      }
    }
    return false;
  }
}
