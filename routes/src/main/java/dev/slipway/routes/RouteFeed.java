package dev.slipway.routes;

import dev.slipway.control.Cluster;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable;
import dev.slipway.dataplane.gateway.RouteTable.PathMatch;
import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows everything that routes and keeps a gateway up to date.
///
/// Implementation note. Each object is compiled by itself into a [Fragment]; what it looked up is
/// remembered, and a change there compiles it again. The hosts that fragments speak of are handed
/// on
/// by one thread, at once when it is idle, else when it is done with those before: a burst of
/// changes
/// costs a few tables, not one each. Upstreams go to the gateway directly from the thread that saw
/// the change:
/// that
/// is the path of a request that waits for a pod. No manifest is kept: ten thousand of them would
/// be
/// hundreds of megabytes. State is guarded by this object's monitor.
public final class RouteFeed implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RouteFeed.class);
  private static final List<Kind> COMPILED =
      List.of(
          Kinds.KNATIVE_INGRESS,
          Kinds.INGRESS,
          Kinds.GATEWAY,
          Kinds.HTTP_ROUTE,
          Kinds.GRPC_ROUTE,
          Kinds.SERVICE);

  /// Read by what is compiled, under their names.
  private static final List<Kind> READ =
      List.of(Kinds.SECRET, Kinds.GATEWAY_CLASS, Kinds.NAMESPACE);

  private final Cluster cluster;
  private final RouteSink sink;
  private final HostTable hosts = new HostTable();
  private final Set<Key> canaries = new HashSet<>();
  private final Map<Key, Set<Key>> readers = new HashMap<>();
  private final UpstreamFeed upstreams;
  private final List<Cluster.Watching> watching = new ArrayList<>();
  private final Thread merger;
  private boolean recertified;
  private boolean closed;
  private List<RouteSink.Certificate> certificates = List.of();

  public RouteFeed(Cluster cluster, RouteSink sink) {
    this.cluster = cluster;
    this.sink = sink;
    this.upstreams = new UpstreamFeed(sink);
    this.merger = Thread.ofVirtual().name("routes").unstarted(this::merge);
  }

  /// Begins to follow; returns at once.
  public synchronized void start() {
    merger.start();
    upstreams.watch(cluster, watching);
    for (var kind : COMPILED) {
      watching.add(cluster.watch(kind, (now, gone) -> changed(now.key(), now, gone)));
    }
    for (var kind : READ) {
      watching.add(cluster.watch(kind, (now, _) -> reread(now.key())));
    }
    watching.add(cluster.watch(Kinds.REFERENCE_GRANT, (now, _) -> reread(grants(now.namespace()))));
  }

  /// Sends requests of a revision without pods to what stands in for them.
  ///
  /// @param pod that is stood in for: labelled with its revision, ready, its address in its status
  /// @param over run once a pod answers, or the revision is gone; must not block
  /// @return to be run when it will not answer any more
  public Runnable standIn(Resource pod, Runnable over) {
    return upstreams.standIn(pod, over);
  }

  private synchronized void changed(Key key, Resource now, boolean gone) {
    if (key.kind().equals(Kinds.INGRESS)) {
      boolean canary = !gone && NginxCanary.isCanary(now);
      if (canary) {
        canaries.add(key);
      } else {
        canaries.remove(key);
      }
    }
    if (gone) {
      recertified |= !hosts.of(key).certificates().isEmpty();
      hosts.remove(key);
    } else {
      compile(key, now);
    }
    reread(key);
    if (key.kind().equals(Kinds.INGRESS)) {
      neighbours(key);
    }
    notifyAll();
  }

  /// Other Ingresses of the namespace: one may be the canary of another.
  private void neighbours(Key changed) {
    hosts.objects().stream()
        .filter(
            key ->
                key.kind().equals(Kinds.INGRESS)
                    && key.namespace().equals(changed.namespace())
                    && !key.equals(changed))
        .forEach(this::recompile);
  }

  private synchronized void reread(Key key) {
    for (var reader : List.copyOf(readers.getOrDefault(key, Set.of()))) {
      if (hosts.has(reader)) {
        recompile(reader);
      }
    }
    notifyAll();
  }

  private void recompile(Key key) {
    cluster.get(key).ifPresent(object -> compile(key, object));
  }

  private void compile(Key key, Resource object) {
    replace(key, compiled(object, new Reading(key)));
  }

  /// Remembers who reads what.
  private final class Reading implements Lookup {
    private final Key reader;

    Reading(Key reader) {
      this.reader = reader;
    }

    @Override
    public Optional<Resource> find(Key wanted) {
      readers.computeIfAbsent(wanted, _ -> new HashSet<>()).add(reader);
      return cluster.get(wanted);
    }

    @Override
    public List<Resource> list(Kind kind, String namespace) {
      readers.computeIfAbsent(kind.key(namespace, ""), _ -> new HashSet<>()).add(reader);
      return cluster.list(kind, namespace, Map.of());
    }
  }

  /// Stands for all grants of a namespace.
  private static Key grants(String namespace) {
    return Kinds.REFERENCE_GRANT.key(namespace, "");
  }

  private void replace(Key key, Fragment now) {
    var before = hosts.of(key);
    if (!now.equals(before) || !hosts.has(key)) {
      hosts.put(key, now);
      recertified |= !now.certificates().equals(before.certificates());
      now.problems().forEach(problem -> log.info("{}: {}", key, problem));
    }
  }

  private Fragment compiled(Resource object, Lookup lookup) {
    try {
      var made = compilerOf(object.kind()).apply(object, lookup);
      made.rules().forEach(each -> readable(each.rule().match()));
      return made;
    } catch (PatternSyntaxException malformed) {
      log.warn("{} is left out: {}", object, malformed.getMessage());
      return Fragment.EMPTY;
    } catch (RuntimeException failure) {
      log.warn("{} could not be compiled into routes", object, failure);
      return Fragment.EMPTY;
    }
  }

  /// A table with one malformed expression would be refused as a whole.
  private static void readable(RouteTable.Match match) {
    var path = match.path();
    if (path.type() == PathMatch.Type.REGEX || path.type() == PathMatch.Type.REGEX_IGNORING_CASE) {
      var _ = Pattern.compile(path.value());
    }
    Stream.concat(match.headers().stream(), match.query().stream())
        .filter(each -> each.type() == RouteTable.ValueMatch.Type.REGEX)
        .forEach(each -> Pattern.compile(each.value()));
  }

  private BiFunction<Resource, Lookup, Fragment> compilerOf(Kind kind) {
    if (kind.equals(Kinds.KNATIVE_INGRESS)) {
      return KnativeIngressRoutes::compile;
    }
    if (kind.equals(Kinds.HTTP_ROUTE) || kind.equals(Kinds.GRPC_ROUTE)) {
      return HttpRouteRoutes::compile;
    }
    if (kind.equals(Kinds.GATEWAY)) {
      return GatewayRoutes::compile;
    }
    if (kind.equals(Kinds.INGRESS)) {
      return (object, lookup) -> IngressRoutes.compile(object, canaries(object), lookup);
    }
    return ServiceRoutes::compile;
  }

  private List<Resource> canaries(Resource ingress) {
    return canaries.stream()
        .filter(key -> key.namespace().equals(ingress.namespace()))
        .sorted(Comparator.comparing(Key::name))
        .flatMap(key -> cluster.get(key).stream())
        .toList();
  }

  private void merge() {
    try {
      for (var next = awaitChange(); next.isPresent(); next = awaitChange()) {
        var change = next.get();
        if (!change.hosts.isEmpty()) {
          sink.hosts(change.hosts);
        }
        if (change.recertified) {
          certify();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void certify() {
    var now = certificatesNow();
    if (!now.equals(certificates)) {
      certificates = now;
      sink.certificates(now);
    }
  }

  private synchronized List<RouteSink.Certificate> certificatesNow() {
    return hosts.certificates();
  }

  private record Change(Map<String, Optional<VirtualHost>> hosts, boolean recertified) {}

  /// @return empty once closed
  private synchronized Optional<Change> awaitChange() throws InterruptedException {
    while (!hosts.hasChanges() && !recertified && !closed) {
      wait();
    }
    if (closed) {
      return Optional.empty();
    }
    var change = new Change(hosts.takeChanges(), recertified);
    recertified = false;
    return Optional.of(change);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    watching.forEach(Cluster.Watching::close);
    merger.interrupt();
  }
}
