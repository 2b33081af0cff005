package dev.slipway.net;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// One accepted connection: who it is, what it speaks, and until when it may go on so.
///
/// Implementation note. Deadlines are a field looked at by one sweep a second rather than a timer
/// each: setting one costs a write. `deadline` and `protocol` are written by the event loop alone.
final class Connection {
  private static final long NEVER = Long.MAX_VALUE;

  private final Channel channel;
  private final Connections owner;
  private final InetSocketAddress remote;
  private volatile long deadline = NEVER;
  private volatile Protocol protocol;
  private volatile Optional<ClientIdentity> identity = Optional.empty();
  private volatile boolean secure;

  Connection(Channel channel, Connections owner) {
    this.channel = channel;
    this.owner = owner;
    this.remote =
        channel.remoteAddress() instanceof InetSocketAddress address
            ? address
            : InetSocketAddress.createUnresolved("unknown", 0);
    this.protocol = new Opening();
    expireIn(owner.limits().headTime());
  }

  Channel channel() {
    return channel;
  }

  Connections owner() {
    return owner;
  }

  InetSocketAddress remote() {
    return remote;
  }

  boolean secure() {
    return secure;
  }

  /// What the client proved under TLS.
  Optional<ClientIdentity> identity() {
    return identity;
  }

  void secured(Optional<ClientIdentity> proved) {
    secure = true;
    identity = proved;
  }

  void speaks(Protocol spoken) {
    protocol = spoken;
    if (owner.finishing()) {
      spoken.finish();
    } else if (owner.draining()) {
      spoken.drain();
    }
  }

  void expireIn(Duration time) {
    deadline = System.nanoTime() + time.toNanos();
  }

  void expireNever() {
    deadline = NEVER;
  }

  /// Any thread.
  void sweep(long now) {
    if (expired(now)) {
      channel.eventLoop().execute(this::expireIfDue);
    }
  }

  private void expireIfDue() {
    if (expired(System.nanoTime())) {
      deadline = NEVER;
      protocol.expired();
    }
  }

  private boolean expired(long now) {
    long due = deadline;
    return due != NEVER && due - now <= 0;
  }

  /// Any thread.
  void drain() {
    channel.eventLoop().execute(() -> protocol.drain());
  }

  /// Any thread.
  void finish() {
    channel.eventLoop().execute(() -> protocol.finish());
  }

  /// Closes the socket without any farewell; any thread.
  void cut() {
    channel.eventLoop().execute(() -> channel.unsafe().close(channel.unsafe().voidPromise()));
  }

  /// Before it is known what is spoken.
  private final class Opening implements Protocol {
    @Override
    public void expired() {
      var _ = channel.close();
    }

    @Override
    public void drain() {
      expireIn(ServerLimits.DRAIN_QUIET);
    }

    @Override
    public void finish() {
      var _ = channel.close();
    }
  }
}
