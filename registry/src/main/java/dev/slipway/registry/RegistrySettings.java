package dev.slipway.registry;

import dev.slipway.registry.artifacts.BucketSettings;
import java.nio.file.Path;
import java.util.Optional;

/// Where the registry keeps what it is told.
///
/// @param database `jdbc:sqlite:FILE` or `jdbc:postgresql://…`
/// @param artifacts directory of the files of runs and models
/// @param bucket where those files are kept instead
/// @param guarded whether those alone are answered who may
public record RegistrySettings(
    String database, Path artifacts, Optional<BucketSettings> bucket, boolean guarded) {
  /// Both in one directory.
  public static RegistrySettings at(Path directory) {
    return new RegistrySettings(
        "jdbc:sqlite:" + directory.resolve("registry.db"),
        directory.resolve("artifacts"),
        Optional.empty(),
        false);
  }

  public RegistrySettings withDatabase(String url) {
    return new RegistrySettings(url, artifacts, bucket, guarded);
  }

  public RegistrySettings withArtifacts(Path directory) {
    return new RegistrySettings(database, directory, Optional.empty(), guarded);
  }

  public RegistrySettings withBucket(BucketSettings place) {
    return new RegistrySettings(database, artifacts, Optional.of(place), guarded);
  }

  public RegistrySettings withGuard() {
    return new RegistrySettings(database, artifacts, bucket, true);
  }
}
