package dev.slipway.app;

import dev.slipway.registry.RegistrySettings;
import dev.slipway.registry.artifacts.BucketSettings;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/// Where the model registry keeps what it is told.
final class RegistryOptions {
  @Option(
      names = "--database",
      paramLabel = "URL",
      description =
          "Where the model registry keeps its tables: jdbc:postgresql://… (default: a file in the"
              + " data directory).")
  private String database = "";

  @Option(
      names = "--artifacts",
      paramLabel = "PLACE",
      description =
          "Where the model registry keeps files: a directory, or s3://BUCKET/PREFIX with AWS_* and"
              + " MLFLOW_S3_ENDPOINT_URL of the environment (default: in the data directory).")
  private String artifacts = "";

  /// @throws UserException if a place cannot be used
  RegistrySettings settings(Path data, Map<String, String> environment) {
    var settings = RegistrySettings.at(data.resolve("registry"));
    if (!database.isEmpty()) {
      if (!database.matches("jdbc:(postgresql|sqlite):.*")) {
        throw new UserException(
            "--database: \""
                + database.replaceFirst("[?].*", "?…")
                + "\" is none that can be used (expected jdbc:postgresql://HOST:PORT/NAME or"
                + " jdbc:sqlite:FILE)");
      }
      settings = settings.withDatabase(database);
    }
    if (artifacts.isEmpty()) {
      return settings;
    }
    if (!artifacts.contains(":")) {
      return settings.withArtifacts(Path.of(artifacts).toAbsolutePath());
    }
    try {
      return settings.withBucket(BucketSettings.of(artifacts, environment));
    } catch (IllegalArgumentException wrong) {
      throw new UserException("--artifacts: " + wrong.getMessage());
    }
  }
}
