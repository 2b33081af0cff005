package dev.slipway.inference.artifact;

import java.util.Optional;

/// Says where a registry keeps the files of a model; the registry implements it.
@FunctionalInterface
public interface ModelUris {
  /// @param uri `models:/name/version`, `models:/name@alias`, `models:/m-<id>`,
  /// `runs:/<run>/path`, `mlflow-artifacts:/path`
  /// @return a URI or path that [Artifacts] reads; empty where there is no such model
  /// @throws ArtifactException if the registry cannot be asked
  Optional<String> locate(String uri) throws ArtifactException;

  /// No registry at hand.
  static ModelUris none() {
    return uri -> {
      throw new ArtifactException(
          ArtifactException.Kind.UNSUPPORTED,
          uri + ": names a model of a registry, and this server is given none");
    };
  }
}
