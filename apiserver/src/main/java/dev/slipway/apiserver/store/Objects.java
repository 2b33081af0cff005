package dev.slipway.apiserver.store;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Every stored object: current state, recent history, and the one way to change them. Thread-safe.
///
/// Keys are (`resource`, `namespace`, `name`), where `resource` is
/// [dev.slipway.apiserver.resource.Resource#storageKey] and
/// `namespace` is empty for cluster-scoped kinds. Every change gets the next resourceVersion; the
/// sequence has no gaps that
/// a reader could mistake for a lost change, and what one reader has seen no later reader misses.
public interface Objects extends AutoCloseable {
  /// The newest version that readers may see; 1 for an empty store.
  long resourceVersion();

  /// The oldest version a watch may start from or an exact list may ask for.
  long compactedVersion();

  /// The current version of one object, or null.
  @Nullable Version get(String resource, String namespace, String name);

  /// Objects in key order as they were at `atVersion`.
  ///
  /// @param namespace empty for all namespaces
  /// @param after exclusive start, `namespace/name`; empty for the beginning
  /// @param limit most objects to return; 0 for all
  /// @param atVersion 0 for the newest
  /// @throws CompactedException if `atVersion` is no longer retained
  Page list(String resource, String namespace, String after, int limit, long atVersion);

  /// How many objects a resource has now, all namespaces.
  int count(String resource);

  /// Changes one object and returns once the change is on disk and visible to readers.
  ///
  /// @throws VersionConflictException if the object's current version is not the one expected
  /// @throws StoreFailedException if the change could not be made durable; nothing is visible then
  Version commit(Change change);

  /// Follows changes of one resource after `fromVersion`.
  ///
  /// @param namespace empty for all namespaces
  /// @throws CompactedException if `fromVersion` is no longer retained
  Feed follow(String resource, String namespace, long fromVersion);

  @Override
  void close();

  /// One version of one object; immutable.
  ///
  /// @param json compact UTF-8 of the whole object in its stored form, `metadata.resourceVersion`
  ///     included; for a deletion
  ///     the object's last form with the deletion's resourceVersion. Callers must not change the
  /// array.
  @SuppressWarnings("ArrayRecordComponent") // compared by identity on purpose: the bytes are shared
  record Version(
      String resource,
      String namespace,
      String name,
      long resourceVersion,
      boolean deleted,
      byte[] json) {}

  /// A consistent slice of a list.
  ///
  /// @param resourceVersion of the snapshot it was taken from
  /// @param more whether objects remain after the last one returned
  /// @param remaining how many remain; 0 where there are none
  record Page(List<Version> items, long resourceVersion, boolean more, long remaining) {}

  /// What to write.
  ///
  /// @param expected the current resourceVersion; 0 where the object must not exist
  /// @param json the new form, or for a deletion the last form; its `metadata.resourceVersion` is
  ///     replaced by the store
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Change(
      String resource, String namespace, String name, long expected, boolean delete, byte[] json) {}

  /// One change as seen by a watcher.
  ///
  /// @param before the version it replaced, null for a creation
  record Event(Version version, @Nullable Version before) {}

  /// A cursor over changes, for one reader.
  interface Feed extends AutoCloseable {
    /// Waits for the next change.
    ///
    /// @param stop asked after every wake-up; when true the wait ends
    /// @return null when the wait ended because of `timeoutMillis` or `stop`
    /// @throws CompactedException if the reader fell behind what is retained
    @Nullable Event next(long timeoutMillis, BooleanSupplier stop) throws InterruptedException;

    /// Everything up to this version has been returned by [#next] or did not concern this feed.
    long seenVersion();

    /// Wakes a waiting reader.
    void wake();

    @Override
    void close();
  }

  /// The version asked for is no longer retained.
  final class CompactedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CompactedException(long asked, long oldest) {
      super("too old resource version: " + asked + " (" + oldest + ")", null, false, false);
    }
  }

  /// The object is not at the version expected.
  final class VersionConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public VersionConflictException(String message) {
      super(message, null, false, false);
    }
  }

  /// The disk refused.
  final class StoreFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreFailedException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
