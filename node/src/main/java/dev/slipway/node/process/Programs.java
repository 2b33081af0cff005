package dev.slipway.node.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/// Finds the file of a program as `exec` would, and says in a container runtime's words why not.
final class Programs {
  private Programs() {}

  /// @param name with a slash: a path, seen from the working directory; without: looked for in
  ///     `search`
  /// @param search as in `PATH`
  /// @throws StartException if there is none that can be run
  static Path find(String name, Path directory, String search) throws StartException {
    try {
      if (name.indexOf('/') >= 0) {
        return judged(name, directory.resolve(name));
      }
      return inSearch(name, search)
          .orElseThrow(
              () ->
                  new StartException(
                      "exec: \"" + name + "\": executable file not found in $PATH: unknown"));
    } catch (InvalidPathException problem) {
      throw new StartException("exec: \"" + name + "\": " + problem.getReason() + ": unknown");
    }
  }

  private static Path judged(String name, Path file) throws StartException {
    if (!Files.exists(file)) {
      throw new StartException(
          "exec: \"" + name + "\": stat " + file + ": no such file or directory: unknown");
    }
    if (Files.isDirectory(file)) {
      throw new StartException("exec: \"" + name + "\": is a directory: unknown");
    }
    if (!Files.isExecutable(file)) {
      throw new StartException("exec: \"" + name + "\": permission denied: unknown");
    }
    return file;
  }

  private static Optional<Path> inSearch(String name, String search) {
    for (var each : search.split(File.pathSeparator, -1)) {
      if (!name.isEmpty() && !each.isEmpty()) {
        var file = Path.of(each, name);
        if (Files.isRegularFile(file) && Files.isExecutable(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }
}
