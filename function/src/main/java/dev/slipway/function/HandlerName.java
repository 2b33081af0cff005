package dev.slipway.function;

import java.util.regex.Pattern;

/// Where a function is: `Iris.java:predict`, `Iris.java:Inner.predict`,
/// `iris.jar:com.example.Iris`,
/// `iris.jar:com.example.Iris.predict`; the method is `predict` where none is named.
///
/// @param file below the function's directory
/// @param type its binary name; of a source file, the class named like the file where none is given
record HandlerName(String file, String type, String method) {
  private static final Pattern FILE = Pattern.compile("[^:]+\\.(java|jar)");
  private static final String USUAL = "predict";

  /// @throws FunctionException where it names no file of Java
  static HandlerName parse(String handler) throws FunctionException {
    int colon = handler.indexOf(':');
    var file = colon < 0 ? handler : handler.substring(0, colon);
    var rest = colon < 0 ? "" : handler.substring(colon + 1).replace("::", ".");
    if (!FILE.matcher(file).matches()) {
      throw FunctionException.unloadable(
          "handler \"" + handler + "\": expected FILE.java:METHOD or FILE.jar:CLASS.METHOD");
    }
    return file.endsWith(".jar") ? inJar(handler, file, rest) : inSource(file, rest);
  }

  private static HandlerName inSource(String file, String rest) {
    var simple = file.substring(file.lastIndexOf('/') + 1, file.length() - ".java".length());
    int dot = rest.lastIndexOf('.');
    return new HandlerName(
        file,
        dot < 0 ? simple : rest.substring(0, dot),
        rest.isEmpty() ? USUAL : rest.substring(dot + 1));
  }

  private static HandlerName inJar(String handler, String file, String rest)
      throws FunctionException {
    if (rest.isEmpty()) {
      throw FunctionException.unloadable(
          "handler \""
              + handler
              + "\": expected a class after the jar, as "
              + file
              + ":Iris.predict");
    }
    int dot = rest.lastIndexOf('.');
    boolean namesMethod = Character.isLowerCase(rest.charAt(dot + 1)) && dot > 0;
    return namesMethod
        ? new HandlerName(file, rest.substring(0, dot), rest.substring(dot + 1))
        : new HandlerName(file, rest, USUAL);
  }
}
