package dev.slipway.net;

import io.netty.channel.Channel;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// The open connections of one server, their limits and counts. Safe for any thread.
final class Connections {
  private final ServerSettings settings;
  private final ServerLimits limits;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder begun = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private volatile boolean draining;
  private volatile boolean finishing;

  Connections(ServerSettings settings, ServerLimits limits) {
    this.settings = settings;
    this.limits = limits;
  }

  ServerSettings settings() {
    return settings;
  }

  ServerLimits limits() {
    return limits;
  }

  /// Takes a new connection in; empty if there are too many.
  Optional<Connection> admit(Channel channel) {
    if (count.incrementAndGet() > settings.maxConnections() || draining) {
      count.decrementAndGet();
      refused.increment();
      return Optional.empty();
    }
    accepted.increment();
    var connection = new Connection(channel, this);
    open.add(connection);
    channel.closeFuture().addListener(_ -> leave(connection));
    return Optional.of(connection);
  }

  private void leave(Connection connection) {
    open.remove(connection);
    count.decrementAndGet();
    if (draining) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  boolean draining() {
    return draining;
  }

  boolean finishing() {
    return finishing;
  }

  /// Asks every connection to end when its client agrees, and waits for it.
  ///
  /// @return whether all ended in time
  boolean drain(long nanos) throws InterruptedException {
    draining = true;
    open.forEach(Connection::drain);
    return awaitEnd(nanos);
  }

  /// Asks every connection to end with what is under way, and waits for it.
  ///
  /// @return whether all ended in time
  boolean finish(long nanos) throws InterruptedException {
    finishing = true;
    draining = true;
    open.forEach(Connection::finish);
    return awaitEnd(nanos);
  }

  private boolean awaitEnd(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    synchronized (this) {
      while (!open.isEmpty()) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
    }
    return true;
  }

  void cut() {
    open.forEach(Connection::cut);
  }

  void sweep() {
    long now = System.nanoTime();
    for (var connection : open) {
      connection.sweep(now);
    }
  }

  void requestBegins() {
    begun.increment();
  }

  void requestEnds() {
    ended.increment();
  }

  HttpServer.Counters counters() {
    long done = ended.sum();
    return new HttpServer.Counters(
        count.get(), accepted.sum(), refused.sum(), Math.max(0, begun.sum() - done), done);
  }
}
