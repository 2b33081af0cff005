package dev.slipway.registry;

import java.nio.file.Path;

/// Where the registry keeps what it is told.
///
/// @param database `jdbc:sqlite:FILE` or `jdbc:postgresql://…`
/// @param artifacts directory of the files of runs and models
public record RegistrySettings(String database, Path artifacts) {
  /// Both in one directory.
  public static RegistrySettings at(Path directory) {
    return new RegistrySettings(
        "jdbc:sqlite:" + directory.resolve("registry.db"), directory.resolve("artifacts"));
  }

  public RegistrySettings withDatabase(String url) {
    return new RegistrySettings(url, artifacts);
  }
}
