package dev.slipway.function;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// How a function runs: its pod's variables, as `function.py` has them too.
///
/// @param handler `FILE.java:METHOD`, `FILE.jar:CLASS.METHOD`
/// @param directory where its files are
/// @param timeout of one request
/// @param workers processes at most
/// @param memory bytes of one worker; 0 for no bound
/// @param mostBody bytes of a request's body
/// @param load how long a worker may take until it has loaded the function
/// @param name of the function, and `version` of its revision
record Settings(
    String handler,
    Path directory,
    String host,
    int port,
    Duration timeout,
    int workers,
    long memory,
    long mostBody,
    Duration load,
    String name,
    String version) {
  private static final double MOST = 1e18;

  /// @throws IllegalArgumentException if a variable is no number of at least 0
  static Settings of(String handler, Map<String, String> variables) {
    return new Settings(
        handler,
        directory(variables),
        variables.getOrDefault("FUNCTION_HOST", ""),
        (int) number(variables, "PORT", 8080),
        seconds(variables, "FUNCTION_TIMEOUT"),
        Math.max(1, (int) number(variables, "FUNCTION_CONCURRENCY", 4)),
        (long) number(variables, "FUNCTION_MEMORY", 0),
        (long) number(variables, "FUNCTION_MAX_BODY", 64 << 20),
        seconds(variables, "FUNCTION_LOAD_TIMEOUT"),
        variables.getOrDefault("K_SERVICE", "function"),
        variables.getOrDefault("K_REVISION", ""));
  }

  /// What a worker has to know of them.
  Map<String, String> variables() {
    return Map.of(
        "FUNCTION_DIRECTORY",
        directory.toString(),
        "FUNCTION_MEMORY",
        String.valueOf(memory),
        "K_SERVICE",
        name,
        "K_REVISION",
        version);
  }

  private static Path directory(Map<String, String> variables) {
    return Stream.of("FUNCTION_DIRECTORY", "SLIPWAY_MOUNT_FUNCTION")
        .map(name -> variables.getOrDefault(name, ""))
        .filter(Predicate.not(String::isEmpty))
        .map(Path::of)
        .findFirst()
        .orElseGet(
            () -> Files.isDirectory(Path.of("/function")) ? Path.of("/function") : Path.of(""))
        .toAbsolutePath();
  }

  private static Duration seconds(Map<String, String> variables, String name) {
    double given = number(variables, name, 300);
    return Duration.ofMillis((long) ((given == 0 ? 300 : given) * 1000));
  }

  private static double number(Map<String, String> variables, String name, double usual) {
    var text = variables.getOrDefault(name, "").strip();
    if (text.isEmpty()) {
      return usual;
    }
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException _) {
      value = -1;
    }
    if (!(value >= 0 && value < MOST)) {
      throw new IllegalArgumentException(
          name + ": found \"" + text + "\", expected a number of at least 0");
    }
    return value;
  }
}
