package dev.slipway.net;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// The connections to upstreams that live on one event loop, and the deadlines of what they carry.
/// Of that loop alone.
///
/// Implementation note. Deadlines are looked at by one sweep a few times a second, while there are
/// any, rather than by a timer each.
final class LoopUpstreams {
  /// Who asked for a connection.
  interface Waiting {
    void connected(UpstreamCall call);

    void unreachable(String message);
  }

  private static final long TICK_MILLIS = 50;
  private static final int TICKS_PER_EXPIRY = 10;

  private final EventLoop loop;
  private final ForwarderSettings settings;
  private final Connector connector;
  private final BooleanSupplier closed;
  private final Map<Endpoint, ArrayDeque<H1Upstream>> idle = new HashMap<>();
  private final List<Forwarding> watched = new ArrayList<>();
  private final HeadText headText = new HeadText();
  private boolean ticking;
  private int ticks;

  LoopUpstreams(
      EventLoop loop, ForwarderSettings settings, UpstreamTls tls, BooleanSupplier closed) {
    this.loop = loop;
    this.settings = settings;
    this.connector = new Connector(loop, settings, tls);
    this.closed = closed;
  }

  ForwarderSettings settings() {
    return settings;
  }

  /// Room for the head of the message that is written at the moment.
  HeadText headText() {
    return headText;
  }

  /// Finds a connection, or makes one.
  ///
  /// @param fresh whether one used before will not do
  void acquire(Endpoint endpoint, boolean fresh, Forwarding waiting) {
    var unused = fresh ? null : idle.get(endpoint);
    if (unused != null) {
      for (var last = unused.pollLast(); last != null; last = unused.pollLast()) {
        if (last.open()) {
          waiting.connected(last.take(waiting));
          return;
        }
      }
    }
    connect(endpoint, waiting);
  }

  private void connect(Endpoint endpoint, Forwarding waiting) {
    var connecting = connector.connect(endpoint);
    connecting.addListener(
        done -> {
          if (done.isSuccess()) {
            var upstream = new H1Upstream(connecting.getNow(), this, endpoint);
            connecting.getNow().pipeline().addLast(upstream);
            waiting.connected(upstream.take(waiting));
          } else {
            waiting.unreachable(String.valueOf(done.cause().getMessage()));
          }
        });
  }

  /// A connection can be used again.
  void release(H1Upstream upstream) {
    var unused = idle.computeIfAbsent(upstream.endpoint(), _ -> new ArrayDeque<>());
    if (closed.getAsBoolean() || unused.size() >= settings.maxIdle()) {
      upstream.close();
      return;
    }
    upstream.idleFrom(System.nanoTime());
    unused.addLast(upstream);
    tick();
  }

  /// An unused connection was closed by the upstream.
  void gone(H1Upstream upstream) {
    var unused = idle.get(upstream.endpoint());
    if (unused != null) {
      unused.remove(upstream);
    }
  }

  /// Looks after the deadlines of a request until `unwatch`.
  void watch(Forwarding forwarding) {
    forwarding.watchedAt(watched.size());
    watched.add(forwarding);
    tick();
  }

  void unwatch(int index) {
    var last = watched.removeLast();
    if (index < watched.size()) {
      watched.set(index, last);
      last.watchedAt(index);
    }
  }

  private void tick() {
    if (!ticking) {
      ticking = true;
      var _ = loop.schedule(this::ticked, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void ticked() {
    ticking = false;
    long now = System.nanoTime();
    for (int i = watched.size() - 1; i >= 0; i--) {
      if (i < watched.size()) { // one that ends may take others along
        watched.get(i).judge(now);
      }
    }
    ticks++;
    if (ticks % TICKS_PER_EXPIRY == 0) {
      expire(now - settings.idleTime().toNanos());
    }
    if (!watched.isEmpty() || !idle.isEmpty()) {
      tick();
    }
  }

  private void expire(long before) {
    for (var each = idle.values().iterator(); each.hasNext(); ) {
      var unused = each.next();
      while (!unused.isEmpty() && unused.peekFirst().idleSince() - before < 0) {
        unused.pollFirst().close();
      }
      if (unused.isEmpty()) {
        each.remove();
      }
    }
  }

  /// Closes what is unused; any thread.
  void close() {
    try {
      loop.execute(this::closeIdle);
    } catch (RejectedExecutionException _) {
      // The server that owned the loop has ended, and its connections with it.
    }
  }

  private void closeIdle() {
    for (var unused : idle.values()) {
      unused.forEach(H1Upstream::close);
      unused.clear();
    }
  }
}
