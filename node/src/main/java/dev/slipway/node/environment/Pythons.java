package dev.slipway.node.environment;

import dev.slipway.base.Json;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Interpreters by their file, each asked once while the file stays the same. Thread-safe.
public final class Pythons {
  private static final String QUESTION =
      "import sys, json; print(json.dumps({'executable': sys.executable,"
          + " 'version': '.'.join(map(str, sys.version_info[:3])), 'search': sys.path}))";
  private static final long MOST_SECONDS = 30;
  private static final int MOST_ANSWER = 1 << 20;

  private final Map<Path, Asked> known = new ConcurrentHashMap<>();
  private final String search;

  private record Asked(long changed, Optional<Python> answer) {}

  /// @param search where the machine's programs are, as in `PATH`
  public Pythons(String search) {
    this.search = search;
  }

  /// The machine's own: `python3`, else `python`, of its `PATH`; empty if it has none that runs.
  public Optional<Python> machine() {
    return onPath("python3")
        .flatMap(this::at)
        .or(() -> onPath("python").flatMap(this::at))
        .filter(each -> each.version().startsWith("3."));
  }

  /// The file of a program of the machine.
  Optional<Path> onPath(String name) {
    for (var each : search.split(File.pathSeparator, -1)) {
      if (!each.isEmpty() && Files.isExecutable(Path.of(each, name))) {
        return Optional.of(Path.of(each, name));
      }
    }
    return Optional.empty();
  }

  /// The interpreter at a file; empty if there is none, or it does not run.
  public Optional<Python> at(Path file) {
    long changed = changed(file);
    if (changed < 0) {
      return Optional.empty();
    }
    return known
        .compute(
            file,
            (_, before) ->
                before != null && before.changed == changed
                    ? before
                    : new Asked(changed, ask(file)))
        .answer();
  }

  private static long changed(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException _) {
      return -1;
    }
  }

  private static Optional<Python> ask(Path file) {
    try {
      var asked =
          new ProcessBuilder(file.toString(), "-I", "-c", QUESTION)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      asked.getOutputStream().close();
      try (var answer = asked.getInputStream()) {
        var _ =
            asked
                .onExit()
                .orTimeout(MOST_SECONDS, TimeUnit.SECONDS)
                .whenComplete((_, _) -> asked.destroyForcibly());
        var said = answer.readNBytes(MOST_ANSWER);
        return asked.waitFor() == 0 ? Optional.of(read(said)) : Optional.empty();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (IOException | RuntimeException _) {
      return Optional.empty(); // it is no Python
    }
  }

  private static Python read(byte[] answer) {
    var json = Json.parseObject(answer);
    List<Path> search = new ArrayList<>();
    json.path("search").forEach(each -> search.add(Path.of(each.asString(""))));
    return new Python(Path.of(Json.text(json, "executable")), Json.text(json, "version"), search);
  }
}
