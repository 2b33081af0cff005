package dev.slipway.inference.artifact;

import dev.slipway.inference.artifact.ArtifactException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// Names from outside made into paths that stay inside their directory.
final class SafePaths {
  private static final int SEGMENT_BYTES = 255;
  private static final int DEPTH = 64;

  private SafePaths() {}

  /// @param shown begins the message
  /// @throws ArtifactException of kind `CORRUPT` if the name is absolute, climbs out, or is none
  static Path inside(Path directory, String name, String shown) throws ArtifactException {
    String problem = problem(name);
    if (!problem.isEmpty()) {
      throw new ArtifactException(
          Kind.CORRUPT, shown + ": a file is named \"" + printable(name) + "\", which " + problem);
    }
    return directory.resolve(name);
  }

  private static String problem(String name) {
    if (name.startsWith("/") || name.matches("[A-Za-z]:.*")) {
      return "is an absolute path";
    }
    if (name.indexOf('\0') >= 0 || name.indexOf('\\') >= 0) {
      return "has a character that no path should have";
    }
    String[] segments = name.split("/", -1);
    for (String each : segments) {
      if (each.equals("..")) {
        return "leads out of its directory";
      }
      if (each.isEmpty() || each.equals(".")) {
        return "has an empty part";
      }
      if (each.getBytes(StandardCharsets.UTF_8).length > SEGMENT_BYTES) {
        return "has a part longer than " + SEGMENT_BYTES + " bytes";
      }
    }
    return segments.length > DEPTH ? "is nested deeper than " + DEPTH + " directories" : "";
  }

  static String printable(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 200 ? clean.substring(0, 200) + "…" : clean;
  }

  /// Deletes a file or a tree, following no link; what is gone already is no failure.
  static void delete(Path tree) throws IOException {
    try {
      Files.walkFileTree(tree, new Deleting());
    } catch (NoSuchFileException _) {
      // Someone else was faster.
    }
  }

  /// Bytes of the regular files of a tree.
  static long bytes(Path tree) throws IOException {
    long[] sum = {0};
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.isRegularFile() ? attributes.size() : 0;
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }

  private static final class Deleting extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        throw e;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
