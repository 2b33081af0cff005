package dev.slipway.registry;

import java.nio.file.Path;

/// The databases on which the registry's promises are kept.
enum TestDatabase {
  SQLITE {
    @Override
    RegistrySettings settings(Path directory) {
      return RegistrySettings.at(directory);
    }
  },
  POSTGRES {
    @Override
    RegistrySettings settings(Path directory) {
      return RegistrySettings.at(directory).withDatabase(PostgresCluster.fresh());
    }
  };

  /// An empty registry.
  abstract RegistrySettings settings(Path directory);
}
