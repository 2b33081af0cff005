package dev.slipway.inference.artifact;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// Archives, told by their name or, where the name says nothing, by their content type.
enum ArchiveKind {
  ZIP,
  TAR,
  TAR_GZIP,
  TAR_BZIP2,
  TAR_XZ;

  static Optional<ArchiveKind> of(Path file) {
    return named(file.getFileName().toString());
  }

  /// @param type the content type; may be empty
  /// @param disposition the `Content-Disposition`; may be empty
  static Optional<ArchiveKind> of(Path file, String type, String disposition) {
    return of(file)
        .or(() -> Download.proposedName(disposition).flatMap(ArchiveKind::named))
        .or(() -> typed(file, type));
  }

  private static Optional<ArchiveKind> named(String name) {
    String low = name.toLowerCase(Locale.ROOT);
    if (low.endsWith(".zip")) {
      return Optional.of(ZIP);
    }
    if (low.endsWith(".tar")) {
      return Optional.of(TAR);
    }
    if (low.matches(".*\\.(tar\\.gz|tgz|taz)")) {
      return Optional.of(TAR_GZIP);
    }
    if (low.matches(".*\\.(tar\\.bz2|tbz2|tbz)")) {
      return Optional.of(TAR_BZIP2);
    }
    return low.matches(".*\\.(tar\\.xz|txz)") ? Optional.of(TAR_XZ) : Optional.empty();
  }

  /// TorchScript and Keras files are zip archives too: only a name without a suffix is judged.
  private static Optional<ArchiveKind> typed(Path file, String type) {
    if (file.getFileName().toString().contains(".")) {
      return Optional.empty();
    }
    return switch (type.toLowerCase(Locale.ROOT).replaceFirst(";.*", "").strip()) {
      case "application/zip", "application/x-zip-compressed", "application/zip-compressed" ->
          Optional.of(ZIP);
      case "application/x-tar" -> Optional.of(TAR);
      case "application/gzip",
          "application/x-gzip",
          "application/x-gtar",
          "application/x-compressed-tar" ->
          Optional.of(TAR_GZIP);
      default -> Optional.empty();
    };
  }
}
