package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// What a running Slipway says of itself in its data directory, for `status` and `down`.
///
/// @param api address of the Kubernetes API
/// @param front address of everything else
record RunFile(long pid, String api, String front, Instant started) {
  private static final String NAME = "run.json";

  void write(Path directory) throws IOException {
    ObjectNode json =
        Json.object()
            .put("pid", pid)
            .put("api", api)
            .put("front", front)
            .put("started", started.toString());
    Path draft = directory.resolve(NAME + ".new");
    Files.write(draft, Json.bytes(json));
    Files.move(draft, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  static void remove(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(NAME));
  }

  /// The running Slipway of a directory; empty where none runs.
  static Optional<RunFile> read(Path directory) {
    try {
      ObjectNode json = Json.parseObject(Files.readAllBytes(directory.resolve(NAME)));
      var found =
          new RunFile(
              json.path("pid").asLong(0),
              Json.text(json, "api"),
              Json.text(json, "front"),
              Instant.parse(Json.text(json, "started")));
      return Optional.of(found).filter(RunFile::alive);
    } catch (IOException
        | JacksonException
        | IllegalArgumentException
        | java.time.DateTimeException _) {
      return Optional.empty();
    }
  }

  private boolean alive() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
