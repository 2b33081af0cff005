package dev.slipway.inference.layout;

import dev.slipway.inference.engine.ModelLoadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Reading of small files and directories, with failures that name the path.
final class Reading {
  /// The largest description read.
  private static final long MOST_BYTES = 16L << 20;

  /// The most entries of a directory that are looked at.
  private static final int MOST_ENTRIES = 100_000;

  private Reading() {}

  static ModelLoadException at(Path path, String what) {
    return new ModelLoadException(path + ": " + what);
  }

  /// The text of a description.
  static String text(Path file) throws ModelLoadException {
    try {
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw at(
            file, "has " + size + " bytes (expected a description of at most " + MOST_BYTES + ")");
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
          .toString();
    } catch (CharacterCodingException _) {
      throw at(file, "is no text in UTF-8");
    } catch (IOException e) {
      throw new ModelLoadException(file + ": cannot be read: " + e, e);
    }
  }

  /// The entries of a directory by name, without hidden ones.
  static List<Path> entries(Path directory) throws ModelLoadException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.limit(MOST_ENTRIES).filter(each -> !name(each).startsWith(".")).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new ModelLoadException(directory + ": cannot be read: " + e, e);
    }
  }

  static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  /// A short list for a message.
  static String names(List<Path> paths) {
    List<String> names = paths.stream().map(Reading::name).limit(8).toList();
    String rest = paths.size() > 8 ? ", and " + (paths.size() - 8) + " more" : "";
    return names.isEmpty() ? "nothing" : String.join(", ", names) + rest;
  }
}
