package dev.slipway.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One watch per kind, shared by all reconcilers: passes each change on to those it concerns.
///
/// Implementation note: a change concerns the object itself where its kind is planned for, its
/// controlling owner of now and of before, and whoever has read it. Only [Traits] are remembered of
/// an object, never its tree.
final class Feeds implements AutoCloseable {
  private final Cluster cluster;
  private final List<Controller> controllers;
  private final Dependencies dependencies;
  private final Map<Kind, Feed> feeds = new ConcurrentHashMap<>();
  private final List<Cluster.Watching> open = new ArrayList<>();
  private boolean closed;

  Feeds(Cluster cluster, List<Controller> controllers, Dependencies dependencies) {
    this.cluster = cluster;
    this.controllers = controllers;
    this.dependencies = dependencies;
  }

  /// Sees to it that changes of a kind are heard from now on.
  void follow(Kind kind) {
    if (feeds.containsKey(kind)) {
      return;
    }
    synchronized (this) {
      if (closed || feeds.containsKey(kind)) {
        return;
      }
      var feed = new Feed(kind);
      feeds.put(kind, feed);
      open.add(cluster.watch(kind, feed));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    open.forEach(Cluster.Watching::close);
    open.clear();
  }

  /// One kind's; its methods are called by one thread.
  private final class Feed implements Cluster.Listener {
    private final Kind kind;
    private final Map<Key, Traits> known = new HashMap<>();

    Feed(Kind kind) {
      this.kind = kind;
    }

    @Override
    public void changed(Resource object, boolean gone) {
      Key key = object.key();
      Traits now = gone ? null : Traits.of(object);
      Traits before = now == null ? known.remove(key) : known.put(key, now);
      if (now != null && before != null && now.resourceVersion().equals(before.resourceVersion())) {
        return;
      }
      for (Controller each : controllers) {
        if (each.reconciler().kind().equals(kind)) {
          each.queue().add(key);
        }
        if (each.isChildKind(kind)) {
          wakeOwner(each, before);
          wakeOwner(each, now == null && before == null ? Traits.of(object) : now);
        }
      }
      Traits last = before == null && now == null ? Traits.of(object) : before;
      dependencies.concerned(key, last, now).forEach(Dependencies.Reader::wake);
    }

    private static void wakeOwner(Controller controller, @Nullable Traits child) {
      Kind owner = controller.reconciler().kind();
      if (child != null && child.ownedBy(owner)) {
        Key named = Objects.requireNonNull(child.owner());
        controller.queue().add(owner.key(named.namespace(), named.name()));
      }
    }

    /// What was read of the kind before may have been read too early.
    @Override
    public void caughtUp() {
      dependencies.readersOf(kind).forEach(Dependencies.Reader::wake);
    }
  }
}
