package dev.slipway.apiserver.store;

import dev.slipway.apiserver.store.Objects.CompactedException;
import dev.slipway.apiserver.store.Objects.Page;
import dev.slipway.apiserver.store.Objects.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Every retained version of every object, in memory.
///
/// Implementation note: one thread, the committer's, adds and forgets; readers take no lock. They
/// read at a version: the committer puts a whole batch in place and only then moves
/// `resourceVersion`, so a reader at a version finds every key as it was then. Forgetting moves
/// `compacted` first; a reader looks at it last, and starts again if its version has gone
/// meanwhile.
final class History {
  private final Map<String, Shelf> shelves = new ConcurrentHashMap<>();
  private final Map<String, String> namespaces = new HashMap<>();
  private volatile long resourceVersion;
  private volatile long compacted;
  private volatile boolean closed;
  private long retainedBytes;

  long resourceVersion() {
    return resourceVersion;
  }

  long compactedVersion() {
    return compacted;
  }

  boolean isClosed() {
    return closed;
  }

  @Nullable Version get(String resource, String namespace, String name) {
    Shelf shelf = shelves.get(resource);
    if (shelf == null) {
      return null;
    }
    String key = Shelf.key(namespace, name);
    while (true) {
      long asked = resourceVersion;
      Version found = shelf.at(key, asked);
      if (compacted <= asked) {
        return found;
      }
    }
  }

  Page list(String resource, String namespace, String after, int limit, long atVersion) {
    while (true) {
      long asked = atVersion == 0 ? resourceVersion : retained(atVersion);
      Shelf shelf = shelves.get(resource);
      Page page =
          shelf == null
              ? new Page(List.of(), asked, false, 0)
              : shelf.page(namespace, after, limit, asked);
      if (compacted <= asked) {
        return page;
      }
    }
  }

  int count(String resource) {
    Shelf shelf = shelves.get(resource);
    return shelf == null ? 0 : shelf.count();
  }

  ShelfFeed follow(String resource, String namespace, long fromVersion) {
    Shelf shelf = shelf(resource);
    ShelfFeed feed = new ShelfFeed(this, shelf, namespace, fromVersion);
    if (fromVersion < compacted) {
      throw new CompactedException(fromVersion, compacted);
    }
    shelf.feeds().add(feed);
    return feed;
  }

  private long retained(long asked) {
    if (asked < compacted) {
      throw new CompactedException(asked, compacted);
    }
    if (asked > resourceVersion) {
      throw new IllegalArgumentException(
          "version " + asked + " is after the newest, " + resourceVersion);
    }
    return asked;
  }

  // The committer's half.

  /// Starts from what a store holds.
  void load(Store store) {
    Store.Position position = store.position();
    compacted = position.compacted();
    store.load(
        stored -> {
          Version version = shared(stored);
          Shelf shelf = shelf(version.resource());
          if (version.resourceVersion() <= position.compacted()) {
            shelf.addOld(version);
          } else {
            retainedBytes += shelf.add(version);
          }
        });
    resourceVersion = position.newest();
  }

  /// The newest version of an object, visible or not, or null if it does not exist.
  @Nullable Version newest(String resource, String key) {
    Shelf shelf = shelves.get(resource);
    return shelf == null ? null : shelf.newest(key);
  }

  /// The same version with strings that are held once.
  Version shared(Version version) {
    String namespace = namespaces.computeIfAbsent(version.namespace(), same -> same);
    Version before = newest(version.resource(), Shelf.key(namespace, version.name()));
    return new Version(
        before == null ? version.resource().intern() : before.resource(),
        namespace,
        before == null ? version.name() : before.name(),
        version.resourceVersion(),
        version.deleted(),
        version.json());
  }

  /// Makes a durable batch visible at once.
  void publish(List<Version> batch) {
    for (Version version : batch) {
      retainedBytes += shelf(version.resource()).add(version);
    }
    resourceVersion = batch.getLast().resourceVersion();
  }

  /// Wakes those who follow a resource of the batch.
  void wake(List<Version> batch) {
    if (batch.size() == 1) {
      wake(shelf(batch.getFirst().resource()));
      return;
    }
    Set<String> resources = new LinkedHashSet<>();
    for (Version version : batch) {
      resources.add(version.resource());
    }
    for (String resource : resources) {
      wake(shelf(resource));
    }
  }

  /// Bytes of versions that only history holds.
  long retainedBytes() {
    return retainedBytes;
  }

  /// Versions nobody can ask for once everything up to `through` is forgotten.
  List<Long> obsolete(long through) {
    List<Long> versions = new ArrayList<>();
    for (Shelf shelf : shelves.values()) {
      shelf.findObsolete(through, versions);
    }
    return versions;
  }

  void forget(long through) {
    compacted = through;
    for (Shelf shelf : shelves.values()) {
      retainedBytes -= shelf.forget(through);
    }
  }

  /// Ends every wait; what is in memory can still be read.
  void close() {
    closed = true;
    for (Shelf shelf : shelves.values()) {
      wake(shelf);
    }
  }

  private Shelf shelf(String resource) {
    Shelf shelf = shelves.get(resource);
    return shelf == null ? shelves.computeIfAbsent(resource, _ -> new Shelf()) : shelf;
  }

  private static void wake(Shelf shelf) {
    for (ShelfFeed feed : shelf.feeds()) {
      feed.wake();
    }
  }
}
