package dev.slipway.dataplane.gateway;

import dev.slipway.autoscaling.LoadKey;
import dev.slipway.autoscaling.LoadMeters;
import dev.slipway.autoscaling.Meter;
import dev.slipway.dataplane.model.Histogram;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// An upstream as long as its key lives: where its requests are, and those held for it.
/// Thread-safe.
///
/// Implementation note. A request enters a place without a lock while none is held. Who must wait
/// joins the line under `lock` and then tries again; who leaves a place looks at `waiting`
/// afterwards. One of the two sees the other (both are volatile), so no held request is forgotten.
/// Nobody overtakes the line.
final class LiveUpstream {
  /// Held while an upstream wakes: the breaker of Knative's activator
  /// (`pkg/activator/net/throttler.go`).
  static final int MOST_HELD = 10_000;

  /// Held for each request an endpoint may run: the breaker of Knative's queue-proxy
  /// (`pkg/queue/sharedmain`).
  static final int HELD_FOR_EACH = 10;

  private static final long NOT_COLD = Long.MIN_VALUE;

  /// What is known at one moment.
  private record Known(@Nullable Upstream facts, Places places) {}

  private final String key;
  private final LoadMeters meters;
  private final LoadKey load;
  private final AtomicLong coldSince = new AtomicLong(NOT_COLD);
  private final AtomicReference<@Nullable Histogram> coldStarts = new AtomicReference<>();
  private final RequestCounts counts = new RequestCounts();
  private final ReentrantLock lock = new ReentrantLock();
  private final Held held = new Held();
  private final List<Place> draining = new ArrayList<>();
  private volatile Known known = new Known(null, Places.NONE);
  private volatile int waiting;
  private boolean waking = true;

  LiveUpstream(String key, LoadMeters meters) {
    this.key = key;
    this.meters = meters;
    load = Upstreams.loadKey(key);
  }

  String key() {
    return key;
  }

  /// What its requests came to.
  RequestCounts counts() {
    return counts;
  }

  /// A request came, whether held or not.
  ///
  /// @return what it exits when it is over: whoever scales may have begun with a new one by then
  Meter begins(long nanos) {
    var meter = meters.meter(load, nanos);
    meter.enter(nanos);
    return meter;
  }

  /// A request that was held is being answered.
  void awake(long nanos) {
    long since = coldSince.getAndSet(NOT_COLD);
    if (since != NOT_COLD) {
      coldStarts().record(nanos - since);
    }
  }

  /// Times from the first held request until one was answered.
  Histogram coldStarts() {
    var known = coldStarts.get();
    if (known == null) {
      coldStarts.compareAndSet(null, new Histogram());
      known = coldStarts.get();
    }
    return known == null ? new Histogram() : known;
  }

  boolean startedCold() {
    return coldStarts.get() != null;
  }

  boolean known() {
    return known.facts() != null;
  }

  /// Null where no such upstream is known.
  @Nullable Upstream facts() {
    return known.facts();
  }

  /// What serves it from now on; those held get their turn.
  void update(@Nullable Upstream facts) {
    lock.lock();
    try {
      draining.removeIf(place -> place.drained().isDone());
      List<Upstream.Endpoint> endpoints = facts == null ? List.of() : facts.endpoints();
      int limit = facts == null ? 0 : facts.containerConcurrency();
      known = new Known(facts, known.places().next(endpoints, limit, draining));
      waking |= endpoints.isEmpty();
      dispatch();
      if (facts == null || (endpoints.isEmpty() && !facts.wakes())) {
        refuseHeld();
      }
    } finally {
      lock.unlock();
    }
  }

  private void refuseHeld() {
    for (var first = held.first(); first != null; first = held.first()) {
      takeOut(first);
      first.end(Waiter.End.REFUSED);
    }
  }

  /// Enters a place with room, if nobody is held.
  ///
  /// @param sticky keeps equal clients at one place; 0 for no matter
  @Nullable Place tryEnter(int sticky, long nanos) {
    return waiting > 0 ? null : known.places().enter(sticky, nanos);
  }

  /// Stands in line; the waiter may be granted a place at once.
  ///
  /// @return why not, or null if it does
  @Nullable Refusal join(Waiter waiter, long nanos) {
    lock.lock();
    try {
      var refusal = refusal();
      if (refusal == null) {
        held.add(waiter);
        waiting = held.size();
        if (known.places().size() == 0) {
          coldSince.compareAndSet(NOT_COLD, nanos);
        }
        dispatch();
      }
      return refusal;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Refusal refusal() {
    var now = known;
    var facts = now.facts();
    if (facts == null) {
      return Refusal.unknownUpstream(key);
    }
    if (now.places().size() == 0 && !facts.wakes()) {
      return Refusal.noEndpoints(key);
    }
    return held.size() >= mostHeld(facts, now.places()) ? Refusal.QUEUE_FULL : null;
  }

  private long mostHeld(Upstream facts, Places places) {
    long slots = (long) places.size() * facts.containerConcurrency();
    if (slots == 0 || waking || facts.burst() < 0) {
      return MOST_HELD;
    }
    long spare = slots - places.inside() - held.size();
    return facts.burst() > 0 && spare < facts.burst() ? MOST_HELD : HELD_FOR_EACH * slots;
  }

  /// Steps out of the line, wherever it stands.
  void abandon(Waiter waiter) {
    lock.lock();
    try {
      takeOut(waiter);
    } finally {
      lock.unlock();
    }
  }

  /// A request is done with its place.
  void leave(Place place) {
    place.leave();
    if (waiting > 0) {
      lock.lock();
      try {
        dispatch();
      } finally {
        lock.unlock();
      }
    }
  }

  private void dispatch() {
    long now = System.nanoTime();
    for (var first = held.first(); first != null; first = held.first()) {
      var place = known.places().enter(first.sticky, now);
      if (place == null) {
        return;
      }
      takeOut(first);
      if (!first.grant(place)) {
        place.leave();
      }
    }
    waking = known.places().size() == 0;
  }

  private void takeOut(Waiter waiter) {
    held.remove(waiter);
    waiting = held.size();
  }

  /// Requests held.
  int held() {
    return waiting;
  }

  /// Requests inside endpoints that take further ones.
  int inside() {
    return known.places().inside();
  }

  boolean hasEndpoints() {
    return known.places().size() > 0;
  }

  /// Done when no request is inside an endpoint that was taken out; at once if none is.
  CompletableFuture<Void> drained(InetSocketAddress address) {
    lock.lock();
    try {
      return CompletableFuture.allOf(
          draining.stream()
              .filter(place -> place.endpoint().address().equals(address))
              .map(Place::drained)
              .toArray(CompletableFuture[]::new));
    } finally {
      lock.unlock();
    }
  }

  /// Nothing knows it and nothing is in it.
  boolean idle() {
    return known.facts() == null && waiting == 0 && known.places().size() == 0;
  }
}
