package dev.slipway.apiserver.store;

import dev.slipway.apiserver.store.Objects.StoreFailedException;
import dev.slipway.apiserver.store.Objects.Version;
import java.util.List;
import java.util.function.Consumer;

/// Durable versions in a row. Used by one thread at a time, and never asked by readers.
interface Store extends AutoCloseable {
  /// How far the store has come.
  Position position();

  /// Hands over every kept version in version order: one for each object that existed at the
  /// compacted version, and each change after it.
  ///
  /// @throws StoreDamagedException if a version is missing or not as it was written
  void load(Consumer<Version> each);

  /// Adds versions that follow the newest without a gap. All are on disk on return, or none is.
  ///
  /// @throws StoreFailedException if the disk refused; a later call may work again
  void append(List<Version> batch);

  /// Forgets versions.
  ///
  /// @param through the new compacted version
  /// @param obsolete versions up to it that no reader can ask for any more
  /// @throws StoreFailedException if the disk refused; nothing is forgotten then
  void compact(long through, List<Long> obsolete);

  @Override
  void close();

  /// @param newest the last version written; 1 in an empty store
  /// @param compacted the oldest version at which everything can still be told
  record Position(long newest, long compacted) {}
}
