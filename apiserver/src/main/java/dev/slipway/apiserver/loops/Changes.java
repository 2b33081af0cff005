package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells listeners of every change of every resource, from the present state on.
///
/// Each resource is followed once, by one virtual thread that sleeps while nothing happens;
/// resources are taken up as the catalogue comes to serve them. A follower that fell behind starts
/// over with the present state.
final class Changes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Changes.class);
  private static final Duration CATALOG_GLANCE = Duration.ofMillis(250);
  private static final Duration RESTART = Duration.ofSeconds(1);
  private static final int PAGE = 500;
  private static final long FEED_WAIT_MILLIS = 3_600_000;

  /// Called by one thread per resource, in the order of changes.
  interface Listener {
    /// @param resource in its stored version
    /// @param before null for a creation and for what was there at the start
    void changed(Resource resource, Objects.Version now, Objects.@Nullable Version before);

    /// All that was there at the start, or at a new start, has been told. Deletions before this
    /// moment may never be told.
    default void caughtUp(Resource resource) {}
  }

  private final Objects objects;
  private final LocalApi api;
  private final List<Listener> listeners = new ArrayList<>();
  private final Map<String, Thread> followers = new HashMap<>();
  private volatile boolean closed;
  private @Nullable Thread glance;

  Changes(Objects objects, LocalApi api) {
    this.objects = objects;
    this.api = api;
  }

  /// All listeners are added before the start.
  void listen(Listener listener) {
    listeners.add(listener);
  }

  void start() {
    takeUp(api.catalog());
    glance = Thread.ofVirtual().name("loops-catalog").start(this::watchCatalog);
  }

  @Override
  public void close() {
    closed = true;
    if (glance != null) {
      glance.interrupt();
    }
    synchronized (followers) {
      followers.values().forEach(Thread::interrupt);
    }
  }

  private void watchCatalog() {
    Catalog known = api.catalog();
    takeUp(known);
    while (!closed) {
      try {
        Thread.sleep(CATALOG_GLANCE);
      } catch (InterruptedException _) {
        return;
      }
      Catalog now = api.catalog();
      if (now != known) {
        known = now;
        takeUp(now);
      }
    }
  }

  private void takeUp(Catalog catalog) {
    synchronized (followers) {
      for (Resource resource : Served.stored(catalog)) {
        if (!followers.containsKey(resource.storageKey())) {
          followers.put(
              resource.storageKey(),
              Thread.ofVirtual()
                  .name("loops-" + resource.storageKey())
                  .start(() -> follow(resource)));
        }
      }
    }
  }

  private void follow(Resource resource) {
    while (!closed) {
      try {
        followFromNow(resource);
      } catch (Objects.CompactedException behind) {
        log.debug("{}: starting over: {}", resource.storageKey(), behind.getMessage());
      } catch (InterruptedException _) {
        return;
      } catch (Exception failure) {
        log.warn("following {} failed, starting over", resource.storageKey(), failure);
        if (!pause()) {
          return;
        }
      }
    }
  }

  private boolean pause() {
    try {
      Thread.sleep(RESTART);
      return true;
    } catch (InterruptedException _) {
      return false;
    }
  }

  private void followFromNow(Resource resource) throws InterruptedException {
    long from = tellPresent(resource);
    tell(resource, listener -> listener.caughtUp(resource));
    try (Objects.Feed feed = objects.follow(resource.storageKey(), "", from)) {
      while (!closed) {
        Objects.Event event = feed.next(FEED_WAIT_MILLIS, () -> closed);
        if (event != null) {
          tell(resource, event.version(), event.before());
        }
      }
    }
  }

  private long tellPresent(Resource resource) {
    String after = "";
    long version = 0;
    while (true) {
      Objects.Page page = objects.list(resource.storageKey(), "", after, PAGE, version);
      version = page.resourceVersion();
      for (Objects.Version each : page.items()) {
        tell(resource, each, null);
      }
      if (!page.more() || page.items().isEmpty()) {
        return version;
      }
      Objects.Version last = page.items().getLast();
      after = last.namespace() + "/" + last.name();
    }
  }

  private void tell(Resource resource, Objects.Version now, Objects.@Nullable Version before) {
    tell(resource, listener -> listener.changed(resource, now, before));
  }

  private void tell(Resource resource, Consumer<Listener> what) {
    for (Listener listener : listeners) {
      try {
        what.accept(listener);
      } catch (RuntimeException failure) {
        log.warn("{}: a loop failed to take a change", resource.storageKey(), failure);
      }
    }
  }
}
