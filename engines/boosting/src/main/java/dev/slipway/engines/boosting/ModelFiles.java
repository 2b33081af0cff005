package dev.slipway.engines.boosting;

import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/// Finds and reads the one model file of an artifact.
public final class ModelFiles {
  /// Bytes from a file's begin that tell its format.
  public static final int HEAD_BYTES = 4096;

  private static final int MOST_BYTES = Integer.MAX_VALUE - 16;

  private final List<String> endings;
  private final Predicate<byte[]> accepts;

  /// @param endings of file names, the most telling first: `.bst`
  /// @param accepts whether a file that begins so is of the format
  public ModelFiles(List<String> endings, Predicate<byte[]> accepts) {
    this.endings = List.copyOf(endings);
    this.accepts = accepts;
  }

  public boolean recognises(Path artifact) {
    try {
      return !candidates(artifact).isEmpty();
    } catch (IOException _) {
      return false;
    }
  }

  /// The model's file: the artifact itself, or the one file in the directory that has an ending
  /// and a begin of the format.
  public Path find(Path artifact) throws ModelLoadException {
    List<Path> found;
    try {
      if (Files.isRegularFile(artifact)) {
        return artifact;
      }
      found = candidates(artifact);
    } catch (IOException problem) {
      throw new ModelLoadException(artifact + ": cannot be read: " + problem.getMessage(), problem);
    }
    if (found.isEmpty()) {
      throw new ModelLoadException(
          "%s: no model file in it (expected one named *%s)"
              .formatted(artifact, String.join(", *", endings)));
    }
    if (found.size() > 1) {
      throw new ModelLoadException(
          "%s: more than one model file: %s (expected one)"
              .formatted(artifact, found.stream().map(Path::getFileName).toList()));
    }
    return found.getFirst();
  }

  /// Files of the format; of several endings, those with the most telling one.
  private List<Path> candidates(Path artifact) throws IOException {
    if (Files.isRegularFile(artifact)) {
      return endings.stream().anyMatch(ending -> ends(artifact, ending)) && fits(artifact)
          ? List.of(artifact)
          : List.of();
    }
    if (!Files.isDirectory(artifact)) {
      return List.of();
    }
    List<Path> files;
    try (var entries = Files.list(artifact)) {
      files = entries.filter(Files::isRegularFile).sorted().toList();
    }
    for (var ending : endings) {
      var found = files.stream().filter(file -> ends(file, ending) && fits(file)).toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private static boolean ends(Path file, String ending) {
    var name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(ending) && !name.startsWith(".");
  }

  private boolean fits(Path file) {
    try (var in = Files.newInputStream(file)) {
      return accepts.test(in.readNBytes(HEAD_BYTES));
    } catch (IOException _) {
      return false;
    }
  }

  /// All bytes of the model's file.
  ///
  /// @throws ModelLoadException if it is larger than the memory the model may take
  public static byte[] read(Path file, ModelSource source) throws ModelLoadException {
    try {
      long size = Files.size(file);
      long most = Math.min(MOST_BYTES, source.memoryLimitBytes());
      if (size > most) {
        throw new ModelLoadException(
            "%s: has %,d bytes (expected at most %,d)".formatted(file, size, most));
      }
      return Files.readAllBytes(file);
    } catch (IOException problem) {
      throw new ModelLoadException(file + ": cannot be read: " + problem.getMessage(), problem);
    }
  }

  /// A whole number the user set for the model.
  public static int option(ModelSource source, String name, int otherwise)
      throws ModelLoadException {
    var text = source.options().get(name);
    try {
      return text == null ? otherwise : Integer.parseInt(text.strip());
    } catch (NumberFormatException problem) {
      throw new ModelLoadException(
          "model %s: option %s is \"%s\" (expected a whole number)"
              .formatted(source.name(), name, text),
          problem);
    }
  }

  /// Whether a file begins with these characters, leading white space aside.
  public static boolean begins(byte[] head, String text) {
    int at = 0;
    while (at < head.length && head[at] <= ' ' && head[at] >= 0) {
      at++;
    }
    var wanted = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return Arrays.equals(
        head, at, Math.min(head.length, at + wanted.length), wanted, 0, wanted.length);
  }
}
