package dev.slipway.apiserver.local;

import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.apiserver.store.Objects.Event;
import dev.slipway.apiserver.store.Objects.Feed;
import dev.slipway.apiserver.store.Objects.Page;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.control.Cluster.Listener;
import dev.slipway.control.Cluster.Watching;
import dev.slipway.control.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One listener's watch of one kind: a virtual thread that sleeps while nothing happens.
///
/// Remembers which version of each object was told last (the store's own bytes, no copies), so that
/// a follower that fell behind what the store retains can start over and still tell what has gone
/// meanwhile.
final class Follower implements Watching {
  private static final Logger log = LoggerFactory.getLogger(Follower.class);
  private static final long FEED_WAIT_MILLIS = 3_600_000;
  private static final long PAUSE_MILLIS = 1_000;

  private final Kind kind;
  private final Listener listener;
  private final ServedKinds served;
  private final Objects objects;
  private final LocalReads reads;
  private final Map<String, Version> told = new HashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  Follower(Kind kind, Listener listener, ServedKinds served, Objects objects, LocalReads reads) {
    this.kind = kind;
    this.listener = listener;
    this.served = served;
    this.objects = objects;
    this.reads = reads;
    this.thread = Thread.ofVirtual().name("watch-" + kind.qualified()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    while (!closed) {
      try {
        follow(served.await(kind));
      } catch (Objects.CompactedException behind) {
        log.debug("{}: starting over: {}", kind, behind.getMessage());
      } catch (InterruptedException _) {
        return;
      } catch (Exception failure) {
        log.warn("watching {} failed, starting over", kind, failure);
        if (!pause()) {
          return;
        }
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException _) {
      return false;
    }
  }

  private void follow(Resource resource) throws InterruptedException {
    Page present = objects.list(resource.storageKey(), "", "", 0, 0);
    tellGone(resource, present);
    for (Version each : present.items()) {
      tell(resource, each);
    }
    listener.caughtUp();
    try (Feed feed = objects.follow(resource.storageKey(), "", present.resourceVersion())) {
      while (!closed) {
        Event event = feed.next(FEED_WAIT_MILLIS, () -> closed);
        if (event != null) {
          tell(served.find(kind).orElse(resource), event.version());
        }
      }
    }
  }

  /// What was told once and is not there any more.
  private void tellGone(Resource resource, Page present) {
    if (told.isEmpty()) {
      return;
    }
    Set<String> gone = new HashSet<>(told.keySet());
    present.items().forEach(each -> gone.remove(key(each)));
    for (String key : gone) {
      Optional.ofNullable(told.remove(key)).ifPresent(last -> tell(resource, last, true));
    }
  }

  private void tell(Resource resource, Version version) {
    if (version.deleted()) {
      told.remove(key(version));
      tell(resource, version, true);
      return;
    }
    Version before = told.put(key(version), version);
    if (before == null || before.resourceVersion() != version.resourceVersion()) {
      tell(resource, version, false);
    }
  }

  private void tell(Resource resource, Version version, boolean gone) {
    try {
      reads.note(version);
      listener.changed(reads.parsed(kind, resource, version), gone);
    } catch (RuntimeException failure) {
      log.warn("{}: a change of {} was not taken", kind, key(version), failure);
    }
  }

  private static String key(Version version) {
    return version.namespace() + '/' + version.name();
  }
}
