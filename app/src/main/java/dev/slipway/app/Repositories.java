package dev.slipway.app;

import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.layout.ModelLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Directories that hold several models, each in a directory of its own, as the models they hold.
final class Repositories {
  private Repositories() {}

  /// The same sources, but for repositories: `NAME=DIRECTORY` for each model in one.
  static List<String> expanded(List<String> sources) {
    var all = new ArrayList<String>();
    for (var source : sources) {
      boolean plain = source.indexOf('=') < 0 && !source.contains("://");
      if (plain && Files.isDirectory(Path.of(source))) {
        all.addAll(models(Path.of(source), source));
      } else {
        all.add(source);
      }
    }
    return all;
  }

  private static List<String> models(Path directory, String source) {
    if (isOne(directory)) {
      return List.of(source);
    }
    try (var inside = Files.list(directory)) {
      var found =
          inside
              .filter(each -> Files.isDirectory(each) && isOne(each))
              .sorted()
              .map(each -> each.getFileName() + "=" + each)
              .toList();
      return found.isEmpty() ? List.of(source) : found;
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private static boolean isOne(Path directory) {
    try {
      ModelLayout.describe(directory);
      return true;
    } catch (ModelLoadException _) {
      return false;
    }
  }
}
