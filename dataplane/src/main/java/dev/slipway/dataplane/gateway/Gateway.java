package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import dev.slipway.dataplane.server.PayloadLogs;
import dev.slipway.net.Forwarder;
import dev.slipway.net.Handler;
import dev.slipway.net.LoopHandler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Answers every request of one port: by a rule of the route table where one takes it, otherwise by
/// the fallback.
///
/// Give it to `HttpServer.start` both as the `LoopHandler` and as the `Handler`. Routes and
/// upstreams may change at any moment, from any thread: requests under way keep what they chose.
///
/// Implementation note. A request whose endpoint is elsewhere never leaves the event loop, unless
/// it has to wait; one whose endpoint is in this process moves on to its virtual thread with what
/// was decided on the loop, through `undecided`.
public final class Gateway implements Handler, LoopHandler, AutoCloseable {
  private static final long SWEEP_MILLIS = 50;
  private static final int SWEEPS_A_SECOND = 20;
  private static final int INTERNAL = 500;

  private final GatewaySettings settings;
  private final GatewayDoors doors;
  private final LongSupplier clock;
  private final Clients clients;
  private final Upstreams upstreams;
  private final CompiledTable.Parts parts;
  private final InFlight inFlight = new InFlight();
  private final RequestLog log;
  private final @Nullable SpanExport spans;
  private final double sampled;
  private final Map<Request, Visit> undecided = new ConcurrentHashMap<>();
  private volatile CompiledTable table = CompiledTable.EMPTY;
  private volatile PayloadLogs payloads = new PayloadLogs();
  private volatile boolean closed;

  public Gateway(GatewaySettings settings, GatewayDoors doors) {
    this(settings, doors, System::nanoTime);
    Thread.ofVirtual().name("gateway-sweep").start(this::sweepForEver);
  }

  /// @param clock nanoseconds; whoever gives it calls `sweep`
  Gateway(GatewaySettings settings, GatewayDoors doors, LongSupplier clock) {
    this.settings = settings;
    this.doors = doors;
    this.clock = clock;
    clients = new Clients(Networks.parse(settings.trustedProxies()));
    upstreams = new Upstreams(doors.meters());
    parts = new CompiledTable.Parts(upstreams, new Identities());
    log = new RequestLog(settings.logged());
    spans = settings.traces().map(SpanExport::new).orElse(null);
    sampled = settings.traces().map(TraceSettings::share).orElse(1.0);
  }

  /// Routes by this table from now on. Counters, limits and shares of rules that stay go on where
  /// they stood.
  ///
  /// @throws IllegalArgumentException if a rule has a malformed expression, network or digest; the
  ///     table stays as it was
  public synchronized void routes(RouteTable next) {
    table = CompiledTable.of(next, parts, table);
  }

  /// As [#routes], for some hosts; all others stay.
  ///
  /// @param changed by name in lower case; empty for one that is no more
  /// @throws IllegalArgumentException as [#routes]
  public synchronized void hosts(Map<String, Optional<VirtualHost>> changed) {
    table = table.with(changed, parts);
  }

  /// Sends payloads this way from now on: their receivers may be services of this platform, whose
  /// names the machine does not know.
  public void payloadsThrough(PayloadLogs.Sender sender) {
    var before = payloads;
    payloads = new PayloadLogs(sender);
    before.close();
  }

  /// What requests are sent to.
  public Upstreams upstreams() {
    return upstreams;
  }

  /// On the event loop.
  @Override
  public boolean tryHandle(Request request, Response response) {
    var visit = visit(request, response);
    if (visit == null) {
      return refusedUnrouted(request, response);
    }
    try {
      if (visit.begin()) {
        return true;
      }
    } catch (Exception problem) {
      visit.ended(INTERNAL, 0);
      throw new IllegalStateException("a request could not be routed", problem);
    }
    undecided.put(request, visit);
    return false;
  }

  @Override
  public boolean forwardsWebSockets() {
    return true;
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    var visit = undecided.isEmpty() ? null : undecided.remove(request);
    if (visit == null) {
      visit = visit(request, response);
    }
    if (visit == null) {
      if (!refusedUnrouted(request, response)) {
        doors.fallback().handle(request, response);
      }
      return;
    }
    try {
      visit.run();
    } finally {
      visit.returned();
    }
  }

  private @Nullable Visit visit(Request request, Response response) {
    var host = table.host(request.authority());
    if (host == null) {
      return null;
    }
    var path = Paths.resolved(request.rawPath());
    var rule = host.find(request, path);
    if (rule == null) {
      return null;
    }
    return new Visit(this, host.secured(rule, request), path, request, response);
  }

  /// A host that rules name is theirs alone: what none of them takes is not there. Whatever comes
  /// to this machine itself is left to the fallback.
  private boolean refusedUnrouted(Request request, Response response) {
    if (!table.names(request.authority()) || Own.isNamed(request.authority())) {
      return false;
    }
    Refusal.unrouted(request.rawPath()).send(request, response);
    return true;
  }

  List<CompiledRule> rules() {
    return table.rules();
  }

  RequestLog log() {
    return log;
  }

  /// Null where none are sent.
  @Nullable SpanExport spans() {
    return spans;
  }

  /// Of the traces begun here.
  double sampled() {
    return sampled;
  }

  PayloadLogs payloads() {
    return payloads;
  }

  LocalEndpoints local() {
    return doors.local();
  }

  Forwarder forwarder() {
    return doors.forwarder();
  }

  InFlight inFlight() {
    return inFlight;
  }

  Clients clients() {
    return clients;
  }

  int limitStatus() {
    return settings.limitStatus();
  }

  long now() {
    return clock.getAsLong();
  }

  /// A request is held.
  void held(LiveUpstream upstream) {
    if (!upstream.hasEndpoints()) {
      doors.wakeUps().wanted(upstream.key());
    }
  }

  /// A request is over.
  void answered(Visit visit, int status, long bytes) {
    log.answered(visit, status, bytes, now());
    if (spans != null) {
      spans.answered(visit, status, bytes, now());
    }
  }

  private void sweepForEver() {
    try {
      for (int turn = 1; !closed; turn++) {
        Thread.sleep(SWEEP_MILLIS);
        sweep();
        if (turn % SWEEPS_A_SECOND == 0) {
          remind();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends the requests whose time is over.
  void sweep() {
    inFlight.sweep(now());
  }

  /// Asks again for what is still waited for.
  void remind() {
    for (var upstream : upstreams.all()) {
      if (upstream.held() > 0 && !upstream.hasEndpoints()) {
        doors.wakeUps().wanted(upstream.key());
      }
    }
  }

  /// Stops looking at the clock; requests are still answered.
  @Override
  public void close() {
    closed = true;
    log.close();
    payloads.close();
    if (spans != null) {
      spans.close();
    }
  }
}
