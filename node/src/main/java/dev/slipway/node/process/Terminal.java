package dev.slipway.node.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Terminals for commands, by the `script` of util-linux, which every Linux system has.
final class Terminal {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin/script"), Path.of("/bin/script"));
  private static final int MOST_TRIES = 40;
  private static final Duration BETWEEN = Duration.ofMillis(50);

  private Terminal() {}

  /// The command with a terminal of its own, which its output passes through.
  ///
  /// @throws StartException if this machine has no `script`
  static List<String> around(List<String> command) throws StartException {
    var script =
        PLACES.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(
                () ->
                    new StartException(
                        "no terminal can be made: "
                            + PLACES.getFirst()
                            + " is not there (install"
                            + " util-linux)"));
    var line = command.stream().map(Terminal::quoted).collect(Collectors.joining(" ", "exec ", ""));
    return List.of(script.toString(), "-qef", "-E", "always", "-c", line, "/dev/null");
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /// Gives the terminal of a command made by [#around(List)] a size; waits a while for the terminal
  /// to be there. Blocks.
  static void resize(ProcessHandle script, int columns, int rows) {
    try {
      for (int i = 0; i < MOST_TRIES && script.isAlive(); i++) {
        var device = device(script);
        if (device.isPresent()) {
          stty(device.get(), columns, rows);
          return;
        }
        Thread.sleep(BETWEEN);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<String> device(ProcessHandle script) {
    for (var each : script.descendants().toList()) {
      try {
        var input = Files.readSymbolicLink(Path.of("/proc/" + each.pid() + "/fd/0")).toString();
        if (input.startsWith("/dev/pts/")) {
          return Optional.of(input);
        }
      } catch (IOException _) {
        // gone meanwhile
      }
    }
    return Optional.empty();
  }

  private static void stty(String device, int columns, int rows) throws InterruptedException {
    var words = new ArrayList<>(List.of("stty", "-F", device));
    words.addAll(List.of("cols", "" + columns, "rows", "" + rows));
    try {
      var process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(2, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException _) {
      // a terminal of another size is still one
    }
  }
}
