package dev.slipway.net;

import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Sends requests on to upstreams and their answers back, in any mixture of HTTP/1.1 and HTTP/2,
/// without taking them apart.
///
/// Everything of a request happens on the event loop of the client's connection, where the
/// connections to upstreams live too, pooled for each endpoint: no thread is held and no bytes are
/// handed from one thread to another. What is in flight between the two sides is bounded; who is
/// slow makes the other wait.
public final class Forwarder implements AutoCloseable {
  private final ForwarderSettings settings;
  private final UpstreamTls tls = new UpstreamTls();
  private final Map<EventLoop, LoopUpstreams> loops = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public Forwarder(ForwarderSettings settings) {
    this.settings = settings;
  }

  /// Takes over a request and its response: a `LoopHandler` returns true then, a `Handler` may
  /// return or wait for `ended`. Its body must not have been read. Upgrades (WebSocket and others)
  /// become tunnels. Any thread that holds the request may call this.
  ///
  /// @param request of an `HttpServer`, as it came
  /// @param listener hears of the end, on the event loop
  /// @throws IllegalArgumentException if the request is no server's own
  public void forward(
      Request request, Response response, Forward how, Forwarded.Listener listener) {
    if (!(request instanceof IncomingRequest incoming) || !incoming.exchange().has(response)) {
      throw new IllegalArgumentException("only a request as a server gave it can be forwarded");
    }
    response.defer();
    var loop = incoming.carrier().channel().eventLoop();
    if (loop.inEventLoop()) {
      new Forwarding(of(loop), incoming, how, listener).start();
    } else {
      loop.execute(() -> new Forwarding(of(loop), incoming, how, listener).start());
    }
  }

  /// Sends a copy of a request with a body of its own, and drops whatever comes back. Any thread;
  /// the request may be over.
  ///
  /// @param request of an `HttpServer`, as it came
  /// @throws IllegalArgumentException if the request is no server's own
  public void copy(Request request, Forward how, byte[] body) {
    if (!(request instanceof IncomingRequest incoming)) {
      throw new IllegalArgumentException("only a request as a server gave it can be copied");
    }
    var loop = incoming.carrier().channel().eventLoop();
    loop.execute(() -> new Copying(of(loop), loop, incoming.head(), how, body).start());
  }

  private LoopUpstreams of(EventLoop loop) {
    var found = loops.get(loop);
    return found != null
        ? found
        : loops.computeIfAbsent(loop, one -> new LoopUpstreams(one, settings, tls, () -> closed));
  }

  /// Closes what is unused now, and everything else when what it carries has ended; requests can
  /// still be forwarded, on connections of their own.
  @Override
  public void close() {
    closed = true;
    for (var upstreams : loops.values()) {
      upstreams.close();
    }
  }
}
