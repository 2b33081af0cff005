package dev.slipway.dataplane.gateway;

import dev.slipway.autoscaling.LoadKey;
import dev.slipway.autoscaling.LoadMeters;
import dev.slipway.autoscaling.Outcomes;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// All upstreams by key. What is known of one may change at any moment, from any thread: requests
/// inside an endpoint that goes finish there, held ones go on when an endpoint comes.
public final class Upstreams {
  private final Map<String, LiveUpstream> live = new ConcurrentHashMap<>();
  private final LoadMeters meters;

  Upstreams(LoadMeters meters) {
    this.meters = meters;
  }

  /// Makes an upstream known, or what is known of it anew. Afterwards no further request enters an
  /// endpoint that is not listed.
  public void put(Upstream upstream) {
    at(upstream.key()).update(upstream);
  }

  /// Forgets an upstream: those held are refused, those inside endpoints finish.
  public void remove(String key) {
    var known = live.get(key);
    if (known != null) {
      known.update(null);
    }
  }

  /// Makes exactly these known.
  public void replaceAll(Collection<Upstream> upstreams) {
    var gone = new HashSet<>(live.keySet());
    for (var upstream : upstreams) {
      gone.remove(upstream.key());
      if (!upstream.equals(at(upstream.key()).facts())) {
        put(upstream);
      }
    }
    gone.forEach(this::remove);
  }

  /// What is known of one.
  public Optional<Upstream> find(String key) {
    return Optional.ofNullable(live.get(key)).map(LiveUpstream::facts);
  }

  /// Requests held for an upstream.
  public int held(String key) {
    var known = live.get(key);
    return known == null ? 0 : known.held();
  }

  /// Requests inside the endpoints of an upstream, those taken out left aside.
  public int inside(String key) {
    var known = live.get(key);
    return known == null ? 0 : known.inside();
  }

  /// What the requests of an upstream came to.
  public Outcomes.Counted outcome(LoadKey key) {
    var known = live.get(key.toString());
    return known == null ? Outcomes.Counted.NONE : known.counts().outcome();
  }

  /// Done once no request is inside an endpoint that was taken out before; at once if none is. For
  /// whoever stops a pod: take its endpoint out, wait for this, then end it.
  public CompletableFuture<Void> drained(String key, InetSocketAddress address) {
    var known = live.get(key);
    return known == null ? CompletableFuture.completedFuture(null) : known.drained(address);
  }

  /// The one of this key, made where there was none.
  LiveUpstream at(String key) {
    var known = live.get(key);
    return known != null ? known : live.computeIfAbsent(key, this::make);
  }

  private LiveUpstream make(String key) {
    return new LiveUpstream(key, meters);
  }

  /// What an upstream is called by those who scale: `NAMESPACE/NAME` taken apart.
  static LoadKey loadKey(String key) {
    int slash = key.indexOf('/');
    return slash < 0
        ? new LoadKey("", key)
        : new LoadKey(key.substring(0, slash), key.substring(slash + 1));
  }

  Collection<LiveUpstream> all() {
    return live.values();
  }
}
