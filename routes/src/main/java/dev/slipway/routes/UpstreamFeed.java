package dev.slipway.routes;

import dev.slipway.control.Cluster;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.Upstream;
import dev.slipway.dataplane.gateway.Upstream.Endpoint;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Follows Services and their slices, revisions and their pods, and tells a gateway what answers
/// where.
/// State is guarded by this object's monitor.
final class UpstreamFeed {
  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  private final RouteSink sink;
  private final Map<Key, ServiceUpstreams.Facts> services = new HashMap<>();
  private final Map<Key, Map<Key, ServiceUpstreams.SliceFacts>> slices = new HashMap<>();
  private final Map<Key, Set<String>> told = new HashMap<>();
  private final Map<Key, Upstream> revisions = new HashMap<>();
  private final Map<Key, Map<Key, Endpoint>> pods = new HashMap<>();
  private final Map<Key, StandIn> standIns = new HashMap<>();
  private final Map<String, Upstream> last = new HashMap<>();

  /// @param over told when it is not needed any more
  private record StandIn(Endpoint endpoint, Runnable over) {}

  UpstreamFeed(RouteSink sink) {
    this.sink = sink;
  }

  void watch(Cluster cluster, List<Cluster.Watching> watching) {
    watching.add(cluster.watch(Kinds.REVISION, this::revision));
    watching.add(cluster.watch(Kinds.POD, this::pod));
    watching.add(cluster.watch(Kinds.SERVICE, this::service));
    watching.add(cluster.watch(Kinds.ENDPOINT_SLICE, this::slice));
  }

  private synchronized void revision(Resource revision, boolean gone) {
    if (gone) {
      revisions.remove(revision.key());
      relieve(revision.key());
      forget(Targets.revision(revision.namespace(), revision.name()));
    } else {
      revisions.put(revision.key(), RevisionUpstreams.of(revision));
      tellRevision(revision.key());
    }
  }

  private synchronized void pod(Resource pod, boolean gone) {
    var name = pod.label(RevisionUpstreams.LABEL);
    if (name.isEmpty()) {
      return;
    }
    var revision = Kinds.REVISION.key(pod.namespace(), name);
    var known = pods.computeIfAbsent(revision, _ -> new HashMap<>());
    var endpoint = gone ? null : RevisionUpstreams.endpoint(pod).orElse(null);
    var before = endpoint == null ? known.remove(pod.key()) : known.put(pod.key(), endpoint);
    if (known.isEmpty()) {
      pods.remove(revision);
    }
    if (endpoint == null ? before != null : !endpoint.equals(before)) {
      tellRevision(revision);
    }
  }

  private void tellRevision(Key key) {
    var revision = revisions.get(key);
    if (revision == null) {
      return;
    }
    var ready = pods.getOrDefault(key, Map.of()).values();
    if (ready.isEmpty() && standIns.containsKey(key)) {
      tell(RevisionUpstreams.with(revision, List.of(standIns.get(key).endpoint)));
      return;
    }
    tell(RevisionUpstreams.with(revision, ready));
    relieve(key);
  }

  private void relieve(Key revision) {
    var relieved = standIns.remove(revision);
    if (relieved != null) {
      relieved.over.run();
    }
  }

  /// As [RouteFeed#standIn].
  synchronized Runnable standIn(Resource pod, Runnable over) {
    var revision = Kinds.REVISION.key(pod.namespace(), pod.label(RevisionUpstreams.LABEL));
    var endpoint = RevisionUpstreams.endpoint(pod);
    if (endpoint.isEmpty()
        || !revisions.containsKey(revision)
        || !pods.getOrDefault(revision, Map.of()).isEmpty()) {
      over.run();
      return () -> {};
    }
    var made = new StandIn(endpoint.get(), over);
    standIns.put(revision, made);
    tellRevision(revision);
    return () -> leave(revision, made);
  }

  private synchronized void leave(Key revision, StandIn gone) {
    if (standIns.remove(revision, gone)) {
      tellRevision(revision);
    }
  }

  private synchronized void service(Resource service, boolean gone) {
    if (gone) {
      services.remove(service.key());
      told.getOrDefault(service.key(), Set.of()).forEach(this::forget);
      told.remove(service.key());
    } else {
      services.put(service.key(), ServiceUpstreams.facts(service));
      tellService(service.key());
    }
  }

  private synchronized void slice(Resource slice, boolean gone) {
    var service = Kinds.SERVICE.key(slice.namespace(), slice.label(SERVICE_NAME));
    var known = slices.computeIfAbsent(service, _ -> new HashMap<>());
    if (gone) {
      known.remove(slice.key());
    } else {
      known.put(slice.key(), ServiceUpstreams.sliceFacts(slice));
    }
    tellService(service);
  }

  private void tellService(Key key) {
    var service = services.get(key);
    if (service == null) {
      return;
    }
    var now = ServiceUpstreams.of(service, slices.getOrDefault(key, Map.of()).values());
    var keys = new HashSet<String>();
    now.forEach(
        each -> {
          keys.add(each.key());
          tell(each);
        });
    for (var before : told.getOrDefault(key, Set.of())) {
      if (!keys.contains(before)) {
        forget(before);
      }
    }
    told.put(key, keys);
  }

  private void tell(Upstream upstream) {
    if (!upstream.equals(last.put(upstream.key(), upstream))) {
      sink.upstream(upstream);
    }
  }

  private void forget(String key) {
    if (last.remove(key) != null) {
      sink.gone(key);
    }
  }
}
