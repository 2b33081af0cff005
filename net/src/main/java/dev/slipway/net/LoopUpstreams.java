package dev.slipway.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The connections to upstreams that live on one event loop, and the deadlines of what they carry.
/// Of that loop alone.
///
/// Implementation note. Deadlines are looked at by one sweep a few times a second, while there are
/// any, rather than by a timer each.
final class LoopUpstreams {
  /// Who asked for a connection, and hears what comes back on it.
  interface Waiting extends UpstreamCall.Events {
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
  private final Map<Endpoint, List<H2Upstream>> shared = new HashMap<>();
  private final Map<Endpoint, List<Waiting>> connecting = new HashMap<>();
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
  /// @param fresh whether an HTTP/1 connection used before will not do
  void acquire(Endpoint endpoint, boolean fresh, Waiting waiting) {
    if (endpoint.version() != Endpoint.Version.HTTP_2) {
      var unused = fresh ? null : idle.get(endpoint);
      for (var last = pollLast(unused); last != null; last = pollLast(unused)) {
        if (last.open()) {
          waiting.connected(last.take(waiting));
          return;
        }
      }
    }
    if (endpoint.version() == Endpoint.Version.HTTP_1) {
      connect(endpoint, List.of(waiting));
    } else {
      acquireShared(endpoint, waiting);
    }
  }

  private static @Nullable H1Upstream pollLast(@Nullable ArrayDeque<H1Upstream> unused) {
    return unused == null ? null : unused.pollLast();
  }

  private void acquireShared(Endpoint endpoint, Waiting waiting) {
    for (var connection : shared.getOrDefault(endpoint, List.of())) {
      if (connection.open()) {
        waiting.connected(connection.take(waiting));
        return;
      }
    }
    if (endpoint.version() == Endpoint.Version.NEGOTIATED) {
      connect(endpoint, List.of(waiting));
      return;
    }
    var line = connecting.get(endpoint);
    if (line != null && line.size() < H2Upstream.FIRST_STREAMS) {
      line.add(waiting);
      return;
    }
    var first = new ArrayList<Waiting>();
    first.add(waiting);
    connecting.put(endpoint, first);
    connect(endpoint, first);
  }

  private void connect(Endpoint endpoint, List<Waiting> line) {
    var attempt = connector.connect(endpoint);
    attempt.addListener(
        done -> {
          connecting.remove(endpoint, line);
          if (done.isSuccess()) {
            connected(attempt.getNow(), endpoint, line);
          } else {
            var problem = String.valueOf(done.cause().getMessage());
            line.forEach(each -> each.unreachable(problem));
          }
        });
  }

  private void connected(Channel channel, Endpoint endpoint, List<Waiting> line) {
    if (Connector.speaksHttp2(channel, endpoint)) {
      try {
        var connection = new H2Upstream(channel, this, endpoint);
        shared.computeIfAbsent(endpoint, _ -> new ArrayList<>(2)).add(connection);
        tick();
        line.forEach(each -> each.connected(connection.take(each)));
      } catch (Http2Exception problem) {
        var _ = channel.close();
        line.forEach(each -> each.unreachable(String.valueOf(problem.getMessage())));
      }
      return;
    }
    var connection = new H1Upstream(channel, this, endpoint);
    channel.pipeline().addLast(connection);
    line.getFirst().connected(connection.take(line.getFirst()));
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

  /// A connection takes no more requests.
  void gone(H2Upstream upstream) {
    var connections = shared.get(upstream.endpoint());
    if (connections != null && connections.remove(upstream) && connections.isEmpty()) {
      shared.remove(upstream.endpoint());
    }
    upstream.leave();
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
    if (!watched.isEmpty() || !idle.isEmpty() || !shared.isEmpty()) {
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
    shared.values().stream()
        .flatMap(List::stream)
        .filter(each -> each.idleSince(before))
        .toList()
        .forEach(this::gone);
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
    shared.values().stream().flatMap(List::stream).toList().forEach(this::gone);
  }
}
