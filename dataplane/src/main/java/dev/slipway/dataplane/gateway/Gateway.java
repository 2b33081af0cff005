package dev.slipway.dataplane.gateway;

import dev.slipway.net.Handler;
import dev.slipway.net.LoopHandler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.util.function.LongSupplier;

/// Answers every request of one port: by a rule of the route table where one takes it, otherwise by
/// the fallback.
///
/// Give it to `HttpServer.start` both as the `LoopHandler` and as the `Handler`. Routes and
/// upstreams may change at any moment, from any thread: requests under way keep what they chose.
public final class Gateway implements Handler, LoopHandler, AutoCloseable {
  private static final long SWEEP_MILLIS = 50;

  private final LocalEndpoints local;
  private final WakeUps wakeUps;
  private final Handler fallback;
  private final LongSupplier clock;
  private final Upstreams upstreams = new Upstreams();
  private final InFlight inFlight = new InFlight();
  private volatile CompiledTable table = CompiledTable.EMPTY;
  private volatile boolean closed;

  /// @param fallback answers what no rule takes
  public Gateway(LocalEndpoints local, WakeUps wakeUps, Handler fallback) {
    this(local, wakeUps, fallback, System::nanoTime);
    Thread.ofVirtual().name("gateway-sweep").start(this::sweepForEver);
  }

  /// @param clock nanoseconds; whoever gives it calls `sweep`
  Gateway(LocalEndpoints local, WakeUps wakeUps, Handler fallback, LongSupplier clock) {
    this.local = local;
    this.wakeUps = wakeUps;
    this.fallback = fallback;
    this.clock = clock;
  }

  /// Routes by this table from now on. The shares of rules that stay go on where they stood.
  ///
  /// @throws IllegalArgumentException if a rule has a malformed expression; the table stays as it
  ///     was
  public synchronized void routes(RouteTable next) {
    table = CompiledTable.of(next, upstreams, table);
  }

  /// What requests are sent to.
  public Upstreams upstreams() {
    return upstreams;
  }

  @Override
  public boolean tryHandle(Request request, Response response) {
    return false;
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    var host = table.host(request.authority());
    var rule = host == null ? null : host.find(request, request.rawPath());
    if (rule == null) {
      fallback.handle(request, response);
    } else {
      new Visit(this, rule, request.rawPath(), request, response).run();
    }
  }

  LocalEndpoints local() {
    return local;
  }

  InFlight inFlight() {
    return inFlight;
  }

  long now() {
    return clock.getAsLong();
  }

  /// A request is held.
  void held(LiveUpstream upstream) {
    if (!upstream.hasEndpoints()) {
      wakeUps.wanted(upstream.key());
    }
  }

  private void sweepForEver() {
    try {
      while (!closed) {
        Thread.sleep(SWEEP_MILLIS);
        sweep();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends the requests whose time is over.
  void sweep() {
    inFlight.sweep(now());
  }

  /// Stops looking at the clock; requests are still answered.
  @Override
  public void close() {
    closed = true;
  }
}
