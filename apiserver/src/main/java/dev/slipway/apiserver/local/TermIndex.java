package dev.slipway.apiserver.local;

import dev.slipway.apiserver.store.Objects;
import dev.slipway.apiserver.store.Objects.Version;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// Finds the objects of a resource by owner and by label. Holds names only, never objects.
///
/// Implementation note: a resource is indexed from the first question about it on. Each write is
/// told before its writer goes on; the index then looks at what is stored *now*, under the
/// resource's lock, so that writes told out of order end in the same state, and whoever has seen a
/// write finds it here. A follower too tells the index before it tells its listener, since it may
/// learn of a write before the writer does. Thread-safe.
final class TermIndex {
  private final Objects objects;
  private final Map<String, Shelf> shelves = new ConcurrentHashMap<>();

  private record Noted(long resourceVersion, List<String> terms) {
    static final Noted GONE = new Noted(0, List.of());
  }

  /// What is known of one resource; guarded by its own monitor.
  private static final class Shelf {
    final Map<String, TreeSet<String>> keysByTerm = new HashMap<>();
    final Map<String, Noted> notedByKey = new HashMap<>();

    void replace(String key, Noted now) {
      Noted before = now.equals(Noted.GONE) ? notedByKey.remove(key) : notedByKey.put(key, now);
      if (before != null) {
        before.terms.forEach(term -> forget(term, key));
      }
      now.terms.forEach(term -> keysByTerm.computeIfAbsent(term, _ -> new TreeSet<>()).add(key));
    }

    private void forget(String term, String key) {
      var keys = keysByTerm.get(term);
      if (keys != null && keys.remove(key) && keys.isEmpty()) {
        keysByTerm.remove(term);
      }
    }
  }

  TermIndex(Objects objects) {
    this.objects = objects;
  }

  /// Takes note of a write.
  void written(Version version) {
    Shelf shelf = shelves.get(version.resource());
    if (shelf != null) {
      synchronized (shelf) {
        look(shelf, version.resource(), version.namespace(), version.name());
      }
    }
  }

  /// The `namespace/name` of objects that have a term, sorted; of several terms the rarest decides,
  /// so some found may lack the others.
  List<String> find(String resource, Collection<String> terms) {
    Shelf shelf = indexed(resource);
    synchronized (shelf) {
      TreeSet<String> fewest = null;
      for (String term : terms) {
        TreeSet<String> keys = shelf.keysByTerm.get(term);
        if (keys == null) {
          return List.of();
        }
        fewest = fewest == null || keys.size() < fewest.size() ? keys : fewest;
      }
      return fewest == null ? List.of() : List.copyOf(fewest);
    }
  }

  private Shelf indexed(String resource) {
    Shelf known = shelves.get(resource);
    if (known != null) {
      return known;
    }
    var made = new Shelf();
    synchronized (made) {
      Shelf other = shelves.putIfAbsent(resource, made);
      if (other != null) {
        return other;
      }
      for (Version each : objects.list(resource, "", "", 0, 0).items()) {
        look(made, resource, each.namespace(), each.name());
      }
    }
    return made;
  }

  private void look(Shelf shelf, String resource, String namespace, String name) {
    Version now = objects.get(resource, namespace, name);
    String key = namespace + '/' + name;
    Noted known = shelf.notedByKey.getOrDefault(key, Noted.GONE);
    if (now == null) {
      shelf.replace(key, Noted.GONE);
    } else if (known.resourceVersion != now.resourceVersion()) {
      shelf.replace(key, new Noted(now.resourceVersion(), Terms.of(now.json())));
    }
  }
}
