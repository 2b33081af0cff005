package dev.slipway.dataplane.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipway.dataplane.gateway.RouteTable.Rate;
import java.util.concurrent.atomic.AtomicLong;

/// So many requests per period for each client, and some more at once. Thread-safe.
///
/// Implementation note. The generic cell rate algorithm (ITU-T I.371): one number a client, the
/// time at which its bucket would be full again. It admits what nginx's `limit_req` with `burst`
/// and `nodelay` admits.
final class RateLimit {
  /// Clients remembered; with more, those longest silent begin anew.
  private static final int MOST_CLIENTS = 100_000;

  private final long intervalNanos;
  private final long toleranceNanos;
  private final Networks exempt;
  private final Cache<String, AtomicLong> clients =
      Caffeine.newBuilder().maximumSize(MOST_CLIENTS).executor(Runnable::run).build();

  RateLimit(Rate rate) {
    if (rate.requests() <= 0 || rate.period().isZero() || rate.period().isNegative()) {
      throw new IllegalArgumentException("a rate needs requests and a period");
    }
    intervalNanos = Math.max(1, rate.period().toNanos() / rate.requests());
    toleranceNanos = intervalNanos * Math.max(0, rate.burst());
    exempt = Networks.parse(rate.exempt());
  }

  /// Whether a client may make a request now; if so, it counts.
  boolean admits(String client, long nanos) {
    if (!exempt.isEmpty() && exempt.contain(client)) {
      return true;
    }
    var full = clients.get(client, _ -> new AtomicLong(nanos));
    while (true) {
      long before = full.get();
      long from = before - nanos > 0 ? before : nanos;
      if (from - nanos > toleranceNanos) {
        return false;
      }
      if (full.compareAndSet(before, from + intervalNanos)) {
        return true;
      }
    }
  }
}
