package dev.slipway.node.environment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What stands for an image on this machine.
///
/// @param id for `imageID`, without its scheme: `tensorflow@python3.11/tensorflow-2.21.0`
/// @param path directories of its programs, before those of the machine
/// @param variables that its programs expect
/// @param entry what the image runs by itself
/// @param files of this machine, by where its containers find them
/// @param notes what a user should know
public record LocalImage(
    String id,
    List<Path> path,
    Map<String, String> variables,
    EntryPoint entry,
    Map<String, Path> files,
    List<Note> notes) {
  private static final Set<String> IMAGE_PLACES =
      Set.of("/bin", "/usr/bin", "/usr/local/bin", "/opt/conda/bin", "/opt/venv/bin");

  /// @param type of an event: `Normal` or `Warning`
  public record Note(String type, String reason, String message) {}

  public LocalImage {
    path = List.copyOf(path);
    variables = Map.copyOf(variables);
    files = Map.copyOf(files);
    notes = List.copyOf(notes);
  }

  /// The environment's own program of that name, or of that name in any `bin`, as
  /// `/usr/local/bin/python`; not of one that this machine has at a place where images have none.
  public Optional<Path> program(String name) {
    int slash = name.lastIndexOf('/');
    var directory = name.substring(0, Math.max(0, slash));
    if (slash >= 0 && (!directory.endsWith("/bin") || isOfThisMachine(name, directory))) {
      return Optional.empty();
    }
    var last = name.substring(slash + 1);
    return path.stream()
        .map(each -> each.resolve(last))
        .filter(each -> Files.isRegularFile(each) && Files.isExecutable(each))
        .findFirst();
  }

  private static boolean isOfThisMachine(String name, String directory) {
    return name.startsWith("/")
        && !IMAGE_PLACES.contains(directory)
        && Files.isExecutable(Path.of(name));
  }

  /// Where to look for programs.
  ///
  /// @param machine as in `PATH`
  public String search(String machine) {
    var all = new StringBuilder();
    path.forEach(each -> all.append(each).append(':'));
    return all.append(machine).toString();
  }
}
