package dev.slipway.dataplane.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// One endpoint while it takes requests, and until its last has left. Thread-safe.
///
/// Implementation note. The number of requests inside and whether further ones may enter are one
/// integer, so that none enters after `close` has returned: closed is the sign bit.
final class Place {
  private static final int CLOSED = Integer.MIN_VALUE;

  private final Upstream.Endpoint endpoint;
  private final AtomicInteger inside = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile long shunnedUntil;
  private volatile boolean shunned;

  Place(Upstream.Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  Upstream.Endpoint endpoint() {
    return endpoint;
  }

  /// Lets one request in.
  ///
  /// @param most that may be inside; 0 for any number
  boolean tryEnter(int most) {
    int now = inside.get();
    while (now >= 0 && (most == 0 || now < most)) {
      int seen = inside.compareAndExchange(now, now + 1);
      if (seen == now) {
        return true;
      }
      now = seen;
    }
    return false;
  }

  void leave() {
    if (inside.decrementAndGet() == CLOSED) {
      drained.complete(null);
    }
  }

  /// Requests inside.
  int inside() {
    return inside.get() & Integer.MAX_VALUE;
  }

  /// Lets no further request in; those inside finish.
  void close() {
    if (inside.updateAndGet(now -> now | CLOSED) == CLOSED) {
      drained.complete(null);
    }
  }

  /// Done once it is closed and empty.
  CompletableFuture<Void> drained() {
    return drained;
  }

  /// It could not be reached: others are preferred until then.
  void shun(long untilNanos) {
    shunnedUntil = untilNanos;
    shunned = true;
  }

  boolean shunned(long nanos) {
    if (shunned && nanos - shunnedUntil >= 0) {
      shunned = false;
    }
    return shunned;
  }
}
