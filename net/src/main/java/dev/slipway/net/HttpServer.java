package dev.slipway.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Serves HTTP/1.1, HTTP/2 and WebSocket on one port.
///
/// Connections live on a few event loops; each request is offered to a `LoopHandler`, where
/// there is one, and else runs the `Handler` on a virtual thread.
public final class HttpServer implements AutoCloseable {
  private static final Duration DRAIN_TIME = Duration.ofSeconds(5);
  private static final int BACKLOG = 1024;

  /// Certificates exchanged may still be in use by a connection that is just being accepted.
  private static final int OUTDATED_SECONDS = 30;

  private static final long SWEEP_MILLIS = 1000;

  /// What a server has done so far.
  ///
  /// @param openConnections now
  /// @param acceptedConnections since the start
  /// @param refusedConnections above the limit, since the start
  /// @param requestsInFlight handlers running now
  /// @param requestsServed handlers ended since the start
  public record Counters(
      long openConnections,
      long acceptedConnections,
      long refusedConnections,
      long requestsInFlight,
      long requestsServed) {}

  private final Connections connections;
  private final EventLoopGroup loops;
  private final Channel listener;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final boolean clear;
  private volatile Certificates certificates;
  private volatile Optional<SpareCertificate> spare = Optional.empty();
  private final Set<TlsSetup> outdated = new HashSet<>(); // guarded by this

  private HttpServer(ServerSettings settings, ServerLimits limits, RequestHandlers handlers) {
    clear = settings.tls().isEmpty();
    certificates =
        settings
            .tls()
            .map(texts -> Certificates.of(Map.of("", texts), Certificates.none()))
            .orElse(Certificates.none());
    connections = new Connections(settings, limits);
    var transport = Transport.best();
    loops = transport.loops(Runtime.getRuntime().availableProcessors(), "http");
    try {
      listener = listen(transport, settings, handlers);
    } catch (RuntimeException problem) {
      var _ = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw problem;
    }
    long sweep = Math.clamp(settings.idleTimeout().toMillis() / 4, 10, SWEEP_MILLIS);
    var _ = loops.scheduleWithFixedDelay(connections::sweep, sweep, sweep, TimeUnit.MILLISECONDS);
  }

  /// Loads the native libraries, so that starting a server need not: for a thread beside other work
  /// at the start of a program.
  public static void preload() {
    Transport.best();
    TlsSetup.preload();
  }

  /// Listens, and answers until closed.
  ///
  /// @throws UncheckedIOException if the address cannot be bound
  /// @throws IllegalArgumentException if the TLS texts are malformed
  public static HttpServer start(ServerSettings settings, Handler handler) {
    return start(settings, ServerLimits.standard(), handler);
  }

  /// The same with requests that are answered on the event loop.
  ///
  /// @param first asked before `handler`
  public static HttpServer start(ServerSettings settings, LoopHandler first, Handler handler) {
    return new HttpServer(settings, ServerLimits.standard(), new RequestHandlers(first, handler));
  }

  static HttpServer start(ServerSettings settings, ServerLimits limits, Handler handler) {
    return new HttpServer(settings, limits, RequestHandlers.of(handler));
  }

  private Channel listen(Transport transport, ServerSettings settings, RequestHandlers handlers) {
    var bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(transport.listener())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, settings.tls().isEmpty())
            .childHandler(new Front(connections, clear, () -> certificates, () -> spare, handlers));
    transport.tune(bootstrap);
    var bound = bootstrap.bind(settings.host(), settings.port()).awaitUninterruptibly();
    var cause = bound.cause();
    if (cause != null) {
      var where = settings.host() + ":" + settings.port();
      throw new UncheckedIOException(
          "cannot listen on " + where + ": " + cause.getMessage(),
          cause instanceof IOException io ? io : new IOException(cause));
    }
    return bound.channel();
  }

  /// The port bound, also where the settings said 0.
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  public Counters counters() {
    return connections.counters();
  }

  /// Presents other certificates from the next connection on.
  ///
  /// @throws IllegalArgumentException if the texts are malformed; the earlier ones stay
  public void reloadTls(ServerSettings.Tls texts) {
    if (clear) {
      throw new IllegalStateException("this server speaks clear text");
    }
    present(Map.of("", texts));
  }

  /// Presents certificates by the host name a client asks for (SNI), from the next connection on:
  /// those under the name itself, else under `*.` and the name without its first label, else under
  /// `""`; a client that none of them fits sees the spare one ([#presentOtherwise]) or is turned
  /// away. A server that began in clear text speaks
  /// both on its port then, as the first byte of a connection tells.
  ///
  /// @throws IllegalArgumentException if a text is malformed; the earlier ones stay
  public synchronized void present(Map<String, ServerSettings.Tls> texts) {
    var earlier = certificates;
    certificates = Certificates.of(texts, earlier);
    var gone = earlier.without(certificates);
    if (!gone.isEmpty()) {
      outdated.addAll(gone);
      var _ = loops.schedule(() -> release(gone), OUTDATED_SECONDS, TimeUnit.SECONDS);
    }
  }

  /// Presents a certificate to clients that name no host, or one without a certificate of its own,
  /// instead of turning them away; before the first of them comes nothing is made. A server that
  /// began in clear text speaks both then.
  ///
  /// @param texts asked once, off the event loops
  public void presentOtherwise(Supplier<ServerSettings.Tls> texts) {
    spare = Optional.of(new SpareCertificate(texts));
  }

  private synchronized void release(List<TlsSetup> setups) {
    setups.stream().filter(outdated::remove).forEach(TlsSetup::release);
  }

  /// Stops accepting connections and asks clients to leave, while requests are still answered:
  /// HTTP/1 answers say `connection: close`, HTTP/2 ones follow a GOAWAY. A connection without
  /// requests is closed after a second. For the time between "not ready" and `close`.
  ///
  /// @return whether every connection has ended within `bound`
  public boolean drain(Duration bound) throws InterruptedException {
    listener.close().awaitUninterruptibly();
    return connections.drain(bound.toNanos());
  }

  /// Like `close(Duration)`, with five seconds.
  @Override
  public void close() {
    close(DRAIN_TIME);
  }

  /// Stops listening, closes idle connections, lets requests under way finish for at most `bound`,
  /// then cuts the rest.
  public void close(Duration bound) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    listener.close().awaitUninterruptibly();
    try {
      if (!connections.finish(bound.toNanos())) {
        connections.cut();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      connections.cut();
    }
    var _ = loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    release(List.copyOf(outdated));
    spare.ifPresent(SpareCertificate::release);
    certificates.without(Certificates.none()).forEach(TlsSetup::release);
  }
}
