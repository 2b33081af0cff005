package dev.slipway.apiserver.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// [Objects] in a data directory: durable in one SQLite file, read from memory.
public final class StoredObjects implements Objects {
  private static final Logger log = LoggerFactory.getLogger(StoredObjects.class);

  private final History history = new History();
  private final Store store;
  private final Committer committer;
  private final Runnable release;
  private boolean closed;

  private StoredObjects(Store store, StoreSettings settings, Runnable release) {
    this.store = store;
    this.release = release;
    this.committer = new Committer(history, store, settings);
  }

  /// Opens the objects of a data directory, which is made where it does not exist.
  ///
  /// @throws StoreOpenException if that is not possible; its message says what to do
  public static Objects open(Path dataDirectory, StoreSettings settings) {
    DataDirectory directory = DataDirectory.hold(dataDirectory);
    Store store = null;
    try {
      store = SqliteStore.open(directory.path());
      return open(store, settings, directory::close);
    } catch (RuntimeException e) {
      if (store != null) {
        store.close();
      }
      directory.close();
      throw e;
    }
  }

  /// The same over any store.
  static StoredObjects open(Store store, StoreSettings settings, Runnable release) {
    StoredObjects objects = new StoredObjects(store, settings, release);
    objects.history.load(store);
    objects.committer.start();
    log.debug("opened the store at version {}", objects.resourceVersion());
    return objects;
  }

  @Override
  public long resourceVersion() {
    return history.resourceVersion();
  }

  @Override
  public long compactedVersion() {
    return history.compactedVersion();
  }

  @Override
  public @Nullable Version get(String resource, String namespace, String name) {
    return history.get(resource, namespace, name);
  }

  @Override
  public Page list(String resource, String namespace, String after, int limit, long atVersion) {
    if (limit < 0 || atVersion < 0) {
      throw new IllegalArgumentException("limit and version must not be negative");
    }
    return history.list(resource, namespace, after, limit, atVersion);
  }

  @Override
  public int count(String resource) {
    return history.count(resource);
  }

  @Override
  public Version commit(Change change) {
    if (change.expected() < 0 || (change.delete() && change.expected() == 0)) {
      throw new IllegalArgumentException("a deletion needs the version it deletes");
    }
    return committer.commit(change);
  }

  @Override
  public Feed follow(String resource, String namespace, long fromVersion) {
    return history.follow(resource, namespace, fromVersion);
  }

  /// Finishes queued changes, ends every wait of a feed, and lets go of the directory.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    committer.stop();
    history.close();
    store.close();
    release.run();
  }
}
