package dev.slipway.controllers.core;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.controllers.core.PodsByLabel.Label;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tells who answers for each Service with a selector: its EndpointSlices, at once, and its
/// Endpoints, a little later.
///
/// Implementation note. One thread owns the indexes and decides what a Service should have; writing
/// happens beside, for one Service in order and only its latest. Services are found from a pod by
/// one label of their selector, pods from a Service by its rarest, so a change costs what it
/// touches.
public final class EndpointSlices implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointSlices.class);
  private static final Duration ENDPOINTS_DELAY = Duration.ofMillis(200);

  private final Cluster cluster;
  private final BlockingQueue<Runnable> happened = new LinkedBlockingQueue<>();
  private final List<Cluster.Watching> watches = new ArrayList<>();
  private final Thread thread;
  private final LatestOnly<Wanted> slices = new LatestOnly<>("slices", Duration.ZERO, this::write);
  private final LatestOnly<Wanted> endpoints =
      new LatestOnly<>("endpoints", ENDPOINTS_DELAY, this::writeEndpoints);

  // Owned by the thread.
  private final Map<Key, Resource> services = new HashMap<>();
  private final Map<Label, Set<Key>> bySelector = new HashMap<>();
  private final PodsByLabel pods = new PodsByLabel();
  private final Set<Key> dirty = new LinkedHashSet<>();
  private int behind = 2;

  /// What a Service should have; where it is gone, nothing.
  private record Wanted(Resource service, boolean gone, List<Resource> pods) {}

  public EndpointSlices(Cluster cluster) {
    this.cluster = cluster;
    this.thread = Thread.ofPlatform().daemon().name("endpointslices").unstarted(this::run);
  }

  public void start() {
    thread.start();
    watches.add(cluster.watch(Kinds.SERVICE, listener(this::service)));
    watches.add(cluster.watch(Kinds.POD, listener(this::pod)));
  }

  @FunctionalInterface
  private interface Change {
    void changed(Resource now, boolean gone);
  }

  private Cluster.Listener listener(Change change) {
    return new Cluster.Listener() {
      @Override
      public void changed(Resource now, boolean gone) {
        happened.add(() -> change.changed(now, gone));
      }

      @Override
      public void caughtUp() {
        happened.add(() -> behind--);
      }
    };
  }

  private void run() {
    try {
      while (true) {
        happened.take().run();
        for (var next = happened.poll(); next != null; next = happened.poll()) {
          next.run();
        }
        if (behind <= 0) {
          dirty.forEach(this::decide);
          dirty.clear();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void service(Resource now, boolean gone) {
    var before = services.remove(now.key());
    if (before != null) {
      bySelector.computeIfPresent(
          handle(before),
          (_, keys) -> {
            keys.remove(now.key());
            return keys.isEmpty() ? null : keys;
          });
    }
    if (gone) {
      if (EndpointSliceDesired.selects(now)) {
        slices.put(now.key(), new Wanted(now, true, List.of()));
        endpoints.put(now.key(), new Wanted(now, true, List.of()));
      }
    } else if (EndpointSliceDesired.selects(now)) {
      services.put(now.key(), now);
      bySelector.computeIfAbsent(handle(now), _ -> new LinkedHashSet<>()).add(now.key());
      dirty.add(now.key());
    }
  }

  /// The label by which a Service is found from its pods.
  private static Label handle(Resource service) {
    var first = selector(service).entrySet().iterator().next();
    return new Label(service.namespace(), first.getKey(), first.getValue());
  }

  private static Map<String, String> selector(Resource service) {
    return Json.strings(service.spec(), "selector");
  }

  private void pod(Resource now, boolean gone) {
    var before = gone ? pods.remove(now) : pods.put(now);
    if (gone || matters(before, now)) {
      touch(before);
      touch(now);
    }
  }

  private static boolean matters(Resource before, Resource now) {
    return before == now
        || !before.labels().equals(now.labels())
        || before.deleting() != now.deleting()
        || before.isTrue("Ready") != now.isTrue("Ready")
        || !before.text("status", "phase").equals(now.text("status", "phase"))
        || !before.text("status", "podIP").equals(now.text("status", "podIP"));
  }

  private void touch(Resource pod) {
    for (var label : PodsByLabel.labels(pod, pod.labels())) {
      for (var key : bySelector.getOrDefault(label, Set.of())) {
        var service = services.get(key);
        if (service != null && pod.labels().entrySet().containsAll(selector(service).entrySet())) {
          dirty.add(key);
        }
      }
    }
  }

  private void decide(Key key) {
    var service = services.get(key);
    if (service != null) {
      var wanted =
          new Wanted(service, false, pods.selected(service.namespace(), selector(service)));
      slices.put(key, wanted);
      endpoints.put(key, wanted);
    }
  }

  private void write(Wanted wanted) {
    var present = new LinkedHashMap<String, Resource>();
    for (var each : cluster.owned(Kinds.ENDPOINT_SLICE, wanted.service.uid())) {
      if (each.label(EndpointSliceDesired.MANAGED_BY).equals(EndpointSliceDesired.MANAGER)) {
        present.put(each.name(), each);
      }
    }
    if (!wanted.gone) {
      for (var slice : EndpointSliceDesired.slices(wanted.service, wanted.pods)) {
        put(slice, present.remove(Json.text(slice, "metadata", "name")));
      }
    }
    present.values().forEach(each -> cluster.delete(each.key(), Json.object()));
  }

  private void put(ObjectNode wanted, @Nullable Resource present) {
    if (present == null) {
      var _ = cluster.create(Kinds.ENDPOINT_SLICE, wanted);
    } else if (differs(wanted, present, "endpoints") || differs(wanted, present, "ports")) {
      var _ = cluster.update(Kinds.ENDPOINT_SLICE, wanted);
    }
  }

  private static boolean differs(ObjectNode wanted, Resource present, String field) {
    boolean bothEmpty = wanted.path(field).isEmpty() && present.at(field).isEmpty();
    boolean labels = !Json.strings(wanted, "metadata", "labels").equals(present.labels());
    return labels || (!bothEmpty && !wanted.path(field).equals(present.at(field)));
  }

  private void writeEndpoints(Wanted wanted) {
    var key = Kinds.ENDPOINTS.key(wanted.service.namespace(), wanted.service.name());
    if (wanted.gone) {
      cluster.delete(key, Json.object());
      return;
    }
    var made = EndpointSliceDesired.endpoints(wanted.service, wanted.pods);
    var present = cluster.get(key);
    if (present.isEmpty()) {
      var _ = cluster.create(Kinds.ENDPOINTS, made);
    } else if (differs(made, present.get(), "subsets")) {
      var _ = cluster.update(Kinds.ENDPOINTS, made);
    }
  }

  @Override
  public void close() {
    watches.forEach(Cluster.Watching::close);
    thread.interrupt();
    slices.close();
    endpoints.close();
  }

  /// Whether trying again helps; says otherwise.
  static boolean mayPass(Key key, RuntimeException problem) {
    if (problem instanceof ClusterException refused) {
      LOG.debug("{}: {}", key, refused.getMessage());
      return refused.mayPass();
    }
    LOG.warn("{} could not be written", key, problem);
    return true;
  }
}
