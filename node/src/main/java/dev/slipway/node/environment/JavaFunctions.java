package dev.slipway.node.environment;

import dev.slipway.function.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// The program that runs Java functions, copied below the data directory, where pods see it: jars,
/// and `classes` where this program runs from directories of classes.
final class JavaFunctions {
  private static final String CLASSES = "classes";

  private final Path directory;

  JavaFunctions(EnvironmentSettings settings) {
    this.directory = settings.functions().resolve("java-" + version());
  }

  /// Of what is copied: files of another size or time are another program.
  private static String version() {
    long all = 17;
    try {
      for (var each : Program.files()) {
        var last = Files.getLastModifiedTime(each).toMillis();
        all = all * 31 + each.toString().hashCode();
        all = all * 31 + last;
        all = all * 31 + Files.size(each);
      }
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
    return Long.toHexString(all);
  }

  /// What the image of Java functions runs; its argument is the handler.
  EntryPoint entry() {
    var classPath = directory.resolve(CLASSES) + ":" + directory + "/*";
    var words = List.of("java", "-XX:+UseSerialGC", "-Xss512k", "-cp", classPath, Program.MAIN);
    return new EntryPoint(words, List.of(), "", Set.of());
  }

  /// Where it is, as this program has it.
  Path directory() {
    try {
      if (!Files.isDirectory(directory)) {
        copy();
      }
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
    return directory;
  }

  private void copy() throws IOException {
    Files.createDirectories(directory.getParent());
    var draft = directory.resolveSibling("." + UUID.randomUUID());
    Files.createDirectories(draft.resolve(CLASSES));
    for (var each : Program.files()) {
      if (Files.isDirectory(each)) {
        copyTree(each, draft.resolve(CLASSES));
      } else {
        Files.copy(each, draft.resolve(each.getFileName()));
      }
    }
    try {
      Files.move(draft, directory);
    } catch (FileAlreadyExistsException _) {
      // another container was quicker
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (var each : all.filter(Files::isRegularFile).toList()) {
        var target = to.resolve(from.relativize(each).toString());
        Files.createDirectories(target.getParent());
        Files.copy(each, target);
      }
    }
  }
}
