package dev.slipway.kubernetes;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster.Listener;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;

/// The objects of one kind as this process knows them: what the watch has told, and ahead of it
/// what this process itself has written. Thread-safe.
///
/// Implementation note. State is under the monitor. What the watch tells is taken over, and then
/// told on, under `telling`, so that every listener hears of every change once and in order; the
/// monitor is free meanwhile, because a listener may wait for a thread that reads here. Whoever
/// needs both takes `telling` first.
final class KindCache {
  private final Kind kind;
  private final TreeMap<Key, Resource> told =
      new TreeMap<>(Comparator.comparing(Key::namespace).thenComparing(Key::name));
  private final Map<Key, Ahead> ahead = new HashMap<>();
  private final Map<String, Set<Key>> byOwner = new HashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final ReentrantLock telling = new ReentrantLock();
  private State state = State.UNKNOWN;

  private enum State {
    UNKNOWN,
    SERVED,
    NOT_SERVED
  }

  /// What the watch has told.
  private record News(Resource object, boolean gone) {}

  /// What a write of ours led to; no object where it led to none.
  private record Ahead(Optional<Resource> object, String uid) {}

  KindCache(Kind kind) {
    this.kind = kind;
  }

  void listen(Listener listener) {
    telling.lock();
    try {
      List<Resource> present = began(listener);
      present.forEach(each -> listener.changed(each, false));
      if (isServed()) {
        listener.caughtUp();
      }
    } finally {
      telling.unlock();
    }
  }

  private synchronized List<Resource> began(Listener listener) {
    listeners.add(listener);
    return state == State.SERVED ? List.copyOf(told.values()) : List.of();
  }

  private synchronized boolean isServed() {
    return state == State.SERVED;
  }

  /// What is being told at this moment may still reach it.
  void dismiss(Listener listener) {
    listeners.remove(listener);
  }

  /// The whole state, read anew.
  void replace(Collection<Resource> present) {
    telling.lock();
    try {
      tell(replaced(present));
      listeners.forEach(Listener::caughtUp);
    } finally {
      telling.unlock();
    }
  }

  private synchronized List<News> replaced(Collection<Resource> present) {
    var news = new ArrayList<News>();
    Set<Key> gone = new HashSet<>(told.keySet());
    for (Resource each : present) {
      gone.remove(each.key());
      Resource before = told.get(each.key());
      if (before == null || !before.resourceVersion().equals(each.resourceVersion())) {
        news.add(take(each));
      }
    }
    gone.forEach(key -> Optional.ofNullable(told.get(key)).map(this::drop).ifPresent(news::add));
    ahead.keySet().removeIf(key -> isOvertaken(key));
    state = State.SERVED;
    notifyAll();
    return news;
  }

  private void tell(List<News> news) {
    for (News each : news) {
      listeners.forEach(listener -> listener.changed(each.object, each.gone));
    }
  }

  /// A list is newer than every write that was answered before it was asked for; those answered
  /// meanwhile are told by the watch.
  private boolean isOvertaken(Key key) {
    Ahead mine = ahead.get(key);
    Resource theirs = told.get(key);
    if (mine == null) {
      return true;
    }
    if (theirs == null) {
      return mine.object.isEmpty();
    }
    return mine.object.isEmpty()
        ? !theirs.uid().equals(mine.uid)
        : !isNewer(mine.object.get(), theirs);
  }

  void notServed() {
    telling.lock();
    try {
      tell(emptied());
    } finally {
      telling.unlock();
    }
  }

  private synchronized List<News> emptied() {
    List<News> news = List.copyOf(told.values()).stream().map(this::drop).toList();
    ahead.clear();
    state = State.NOT_SERVED;
    notifyAll();
    return news;
  }

  void changed(Resource now) {
    telling.lock();
    try {
      tell(List.of(take(now)));
    } finally {
      telling.unlock();
    }
  }

  private synchronized News take(Resource now) {
    Key key = now.key();
    told.put(key, now);
    index(now);
    Ahead mine = ahead.get(key);
    if (mine != null && isOvertaken(key)) {
      ahead.remove(key);
    }
    return new News(now, false);
  }

  void removed(Resource last) {
    telling.lock();
    try {
      tell(List.of(drop(last)));
    } finally {
      telling.unlock();
    }
  }

  private synchronized News drop(Resource last) {
    Key key = last.key();
    told.remove(key);
    Ahead mine = ahead.get(key);
    if (mine != null && mine.uid.equals(last.uid())) {
      ahead.remove(key);
    }
    return new News(last, true);
  }

  /// Takes note of what a write of ours led to.
  synchronized void wrote(Resource now) {
    Resource known = current(now.key());
    if (known == null || !known.uid().equals(now.uid()) || isNewer(now, known)) {
      ahead.put(now.key(), new Ahead(Optional.of(now), now.uid()));
      index(now);
    }
  }

  /// Takes note that an object is gone by our hand, whether or not the watch has told of it yet.
  synchronized void deleted(Key key) {
    Resource known = current(key);
    if (known != null) {
      ahead.put(key, new Ahead(Optional.empty(), known.uid()));
    }
  }

  /// Versions are numbers of which the greater is the later (KEP-5504).
  private static boolean isNewer(Resource one, Resource other) {
    String a = one.resourceVersion();
    String b = other.resourceVersion();
    return a.length() != b.length() ? a.length() > b.length() : a.compareTo(b) > 0;
  }

  private void index(Resource object) {
    for (JsonNode owner : object.at("metadata", "ownerReferences")) {
      byOwner.computeIfAbsent(Json.text(owner, "uid"), _ -> new HashSet<>()).add(object.key());
    }
  }

  /// Waits until it is known whether the kind is served, and if so what there is.
  synchronized boolean awaitKnown() {
    try {
      while (state == State.UNKNOWN) {
        wait();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return state == State.SERVED;
  }

  synchronized Optional<Resource> get(Key key) {
    return Optional.ofNullable(current(key));
  }

  private @org.jspecify.annotations.Nullable Resource current(Key key) {
    Ahead mine = ahead.get(key);
    return mine == null ? told.get(key) : mine.object.orElse(null);
  }

  synchronized List<Resource> list(String namespace) {
    var all = new TreeMap<Key, Resource>(told);
    ahead.forEach(
        (key, mine) -> {
          if (mine.object.isPresent()) {
            all.put(key, mine.object.get());
          } else {
            all.remove(key);
          }
        });
    return all.values().stream()
        .filter(each -> namespace.isEmpty() || each.namespace().equals(namespace))
        .toList();
  }

  synchronized List<Resource> owned(String uid) {
    Set<Key> keys = byOwner.get(uid);
    if (keys == null) {
      return List.of();
    }
    keys.removeIf(key -> !names(current(key), uid));
    if (keys.isEmpty()) {
      byOwner.remove(uid);
      return List.of();
    }
    return keys.stream()
        .sorted(Comparator.comparing(Key::namespace).thenComparing(Key::name))
        .flatMap(key -> get(key).stream())
        .toList();
  }

  private static boolean names(
      @org.jspecify.annotations.Nullable Resource object, String ownerUid) {
    if (object == null) {
      return false;
    }
    for (JsonNode owner : object.at("metadata", "ownerReferences")) {
      if (Json.text(owner, "uid").equals(ownerUid)) {
        return true;
      }
    }
    return false;
  }

  Kind kind() {
    return kind;
  }
}
