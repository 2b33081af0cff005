package dev.slipway.controllers.registry;

import java.util.Optional;

/// What a model registry says of the models that services name. Thread-safe; calls may block.
public interface ModelRegistry {
  /// The version that a URI means now.
  ///
  /// @param uri `models:/NAME/VERSION`, `models:/NAME@ALIAS`, `models:/NAME/STAGE`,
  ///     `models:/NAME/latest`
  /// @return empty where it means none
  /// @throws RuntimeException if the registry cannot be asked
  Optional<Version> resolve(String uri);

  /// Has a listener told when a name, an alias or a stage may mean another version. It must return
  /// at once.
  void onChange(Runnable listener);

  /// Writes on a version who serves it.
  ///
  /// @param services `NAMESPACE/NAME`, joined by commas; empty where nobody does any more
  void servedBy(String name, String version, String services);

  /// A registered version.
  ///
  /// @param run the run that made it; may be empty
  /// @param source where its files came from; may be empty
  record Version(String name, String version, String run, String source) {}
}
