package dev.slipway.node.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Finds the file of a program as `exec` would, and says in a container runtime's words why not.
final class Programs {
  private Programs() {}

  /// @param name with a slash: a path, seen from the working directory; without: looked for in
  ///     `search`
  /// @param search as in `PATH`
  /// @param view where a path of the container lies on this machine
  /// @throws StartException if there is none that can be run
  static Path find(String name, Path directory, String search, UnaryOperator<Path> view)
      throws StartException {
    try {
      if (name.indexOf('/') >= 0) {
        return judged(name, directory.resolve(name), view);
      }
      return inSearch(name, search, view)
          .orElseThrow(
              () ->
                  new StartException(
                      "exec: \"" + name + "\": executable file not found in $PATH: unknown"));
    } catch (InvalidPathException problem) {
      throw new StartException("exec: \"" + name + "\": " + problem.getReason() + ": unknown");
    }
  }

  private static Path judged(String name, Path file, UnaryOperator<Path> view)
      throws StartException {
    var there = view.apply(file);
    if (!Files.exists(there)) {
      throw new StartException(
          "exec: \"" + name + "\": stat " + file + ": no such file or directory: unknown");
    }
    if (Files.isDirectory(there)) {
      throw new StartException("exec: \"" + name + "\": is a directory: unknown");
    }
    if (!Files.isExecutable(there)) {
      throw new StartException("exec: \"" + name + "\": permission denied: unknown");
    }
    return file;
  }

  private static Optional<Path> inSearch(String name, String search, UnaryOperator<Path> view) {
    for (var each : search.split(File.pathSeparator, -1)) {
      if (!name.isEmpty() && !each.isEmpty()) {
        var file = Path.of(each, name);
        var there = view.apply(file);
        if (Files.isRegularFile(there) && Files.isExecutable(there)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }
}
