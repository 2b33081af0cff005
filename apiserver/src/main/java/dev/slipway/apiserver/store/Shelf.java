package dev.slipway.apiserver.store;

import dev.slipway.apiserver.store.Objects.Event;
import dev.slipway.apiserver.store.Objects.Page;
import dev.slipway.apiserver.store.Objects.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// All retained versions of one resource's objects.
///
/// Keys are `namespace/name` and sort as strings, which is how etcd sorts them: `a-b/x` comes
/// before `a/x`. Each key leads to its versions, newest first. Methods marked as the committer's
/// are called by one thread; all others by any, at a version the committer has made visible.
final class Shelf {
  /// Lists whose next page is answered without counting again.
  private static final int OPEN_LISTS = 128;

  private final ConcurrentSkipListMap<String, Link> newest = new ConcurrentSkipListMap<>();
  private final RecentChanges recent = new RecentChanges();
  private final Set<ShelfFeed> feeds = ConcurrentHashMap.newKeySet();
  private final AtomicInteger live = new AtomicInteger();

  /// How many objects follow the end of a page, so that a list counts them once, not at each page.
  private final Map<Place, Long> countAfter =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Place, Long> eldest) {
              return size() > OPEN_LISTS;
            }
          });

  /// The end of a page of a list at a version.
  private record Place(long version, String namespace, String after) {}

  /// One version and those before it; `older` is cut when they are no longer retained.
  private static final class Link {
    final Version version;
    @Nullable Link older;

    Link(Version version, @Nullable Link older) {
      this.version = version;
      this.older = older;
    }

    @Nullable Link at(long asked) {
      Link link = this;
      while (link != null && link.version.resourceVersion() > asked) {
        link = link.older;
      }
      return link;
    }
  }

  static String key(String namespace, String name) {
    return namespace + '/' + name;
  }

  int count() {
    return live.get();
  }

  RecentChanges recent() {
    return recent;
  }

  Collection<ShelfFeed> feeds() {
    return feeds;
  }

  /// The object as it was at a version, or null.
  @Nullable Version at(String key, long asked) {
    return existing(newest.get(key), asked);
  }

  /// Objects as they were at a version, after a key.
  Page page(String namespace, String after, int limit, long asked) {
    Iterator<Link> links = from(namespace, after).values().iterator();
    List<Version> items = new ArrayList<>(limit == 0 ? live.get() : Math.min(limit, live.get()));
    while (links.hasNext() && (limit == 0 || items.size() < limit)) {
      Version version = existing(links.next(), asked);
      if (version != null) {
        items.add(version);
      }
    }
    if (items.isEmpty() || !links.hasNext()) {
      return new Page(items, asked, false, 0);
    }
    Long following = countAfter.get(new Place(asked, namespace, after));
    long remaining = following == null ? countExisting(links, asked) : following - items.size();
    Version last = items.getLast();
    countAfter.put(new Place(asked, namespace, key(last.namespace(), last.name())), remaining);
    return new Page(items, asked, remaining > 0, remaining);
  }

  private static long countExisting(Iterator<Link> links, long asked) {
    long count = 0;
    while (links.hasNext()) {
      count += existing(links.next(), asked) == null ? 0 : 1;
    }
    return count;
  }

  private static @Nullable Version existing(@Nullable Link chain, long asked) {
    Link link = chain == null ? null : chain.at(asked);
    return link == null || link.version.deleted() ? null : link.version;
  }

  private ConcurrentNavigableMap<String, Link> from(String namespace, String after) {
    ConcurrentNavigableMap<String, Link> range = newest;
    if (!namespace.isEmpty()) {
      range = range.subMap(namespace + '/', true, namespace + (char) ('/' + 1), false);
    }
    if (after.isEmpty()) {
      return range;
    }
    String key = after.indexOf('/') < 0 ? '/' + after : after;
    if (!namespace.isEmpty() && key.compareTo(namespace + '/') < 0) {
      return range;
    }
    if (!namespace.isEmpty() && key.compareTo(namespace + (char) ('/' + 1)) >= 0) {
      return new ConcurrentSkipListMap<>();
    }
    return range.tailMap(key, false);
  }

  /// The committer's: the newest version, visible or not, of an object that exists, or null.
  @Nullable Version newest(String key) {
    return existing(newest.get(key), Long.MAX_VALUE);
  }

  /// The committer's: adds a version without a change to watch, from before the retained history.
  void addOld(Version version) {
    Link before = newest.put(key(version.namespace(), version.name()), new Link(version, null));
    live.addAndGet(before == null ? 1 : 0);
  }

  /// The committer's: adds the newest version of its object.
  ///
  /// @return bytes held for history's sake alone from now on
  long add(Version version) {
    String key = key(version.namespace(), version.name());
    Link older = newest.get(key);
    Version before = existing(older, Long.MAX_VALUE);
    newest.put(key, new Link(version, older));
    Event event = new Event(version, before);
    recent.add(event);
    live.addAndGet((version.deleted() ? 0 : 1) - (before == null ? 0 : 1));
    return historyBytes(event);
  }

  /// The committer's: adds to `obsolete` the versions nobody can ask for once all changes up to
  /// `through` are forgotten.
  void findObsolete(long through, List<Long> obsolete) {
    RecentChanges changes = recent;
    for (long index = changes.startIndex(); index < changes.end(); index++) {
      Event event = java.util.Objects.requireNonNull(changes.at(index));
      if (event.version().resourceVersion() > through) {
        return;
      }
      if (event.before() != null) {
        obsolete.add(event.before().resourceVersion());
      }
      if (event.version().deleted()) {
        obsolete.add(event.version().resourceVersion());
      }
    }
  }

  /// The committer's: forgets changes up to a version.
  ///
  /// @return bytes set free
  long forget(long through) {
    long bytes = 0;
    Event event = recent.oldest();
    while (event != null && event.version().resourceVersion() <= through) {
      bytes += historyBytes(event);
      recent.forgetOldest();
      cut(key(event.version().namespace(), event.version().name()), through);
      event = recent.oldest();
    }
    return bytes;
  }

  private void cut(String key, long through) {
    Link newestLink = newest.get(key);
    Link kept = newestLink == null ? null : newestLink.at(through);
    if (kept == null) {
      return;
    }
    kept.older = null;
    if (kept == newestLink && kept.version.deleted()) {
      newest.remove(key);
    }
  }

  private static long historyBytes(Event event) {
    long bytes = event.before() == null ? 0 : event.before().json().length;
    return bytes + (event.version().deleted() ? event.version().json().length : 0);
  }
}
