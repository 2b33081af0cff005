package dev.slipway.node.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Installed Python distributions and their versions.
///
/// @param versions by normalized name
/// @see <a href="https://packaging.python.org/specifications/recording-installed-packages/">the
///     specification of their directories</a>
public record Packages(Map<String, String> versions) {
  private static final Pattern DIRECTORY =
      Pattern.compile("([A-Za-z0-9._]+?)-([^-]+)(-py[\\d.]+)?\\.(dist|egg)-info");
  private static final Pattern REQUIREMENT = Pattern.compile("^[A-Za-z0-9._-]+");

  public Packages {
    versions = Map.copyOf(versions);
  }

  /// Those in directories that Python searches; the first wins, as it does there.
  static Packages in(List<Path> directories) {
    var found = new TreeMap<String, String>();
    for (var directory : directories) {
      read(directory, found);
    }
    return new Packages(found);
  }

  private static void read(Path directory, Map<String, String> into) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var all = Files.newDirectoryStream(directory, "*.{dist,egg}-info")) {
      for (var each : all) {
        var parts = DIRECTORY.matcher(each.getFileName().toString());
        if (parts.matches()) {
          into.putIfAbsent(name(parts.group(1)), parts.group(2));
        }
      }
    } catch (IOException _) {
      // what cannot be read cannot be imported either
    }
  }

  /// The normalized name of what pip takes: `scikit-learn` of `Scikit_Learn[x]>=1.2`.
  static String name(String requirement) {
    var word = REQUIREMENT.matcher(requirement.strip());
    var name = word.find() ? word.group() : requirement;
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
  }

  /// Of a distribution, however it is spelled; empty if it is not there.
  public Optional<String> version(String name) {
    return Optional.ofNullable(versions.get(name(name)));
  }
}
