package dev.slipway.dataplane.gateway;

import dev.slipway.autoscaling.Meter;
import dev.slipway.dataplane.gateway.CompiledRule.Target;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Direct;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.Redirect;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One request on its way through the gateway, from the match of its rule to the last byte of its
/// answer: may it, which backend, which endpoint, and what it came to.
///
/// Implementation note. It begins on the event loop and goes as far there as nothing waits; what is
/// left is done on a virtual thread, where it goes on with what was decided. Only one thread has it
/// at a time; `due` and `expire` alone are called by the sweep. Time over while it is held ends the
/// wait; time over in an endpoint of this process ends the answer; other endpoints are timed by the
/// forwarder.
final class Visit extends InFlight.Timed {
  static final int CLIENT_CLOSED = 499; // nginx's word for a client that left

  private final Gateway gateway;
  private final CompiledRule rule;
  private final Request request;
  private final Response response;
  private final Origin origin;
  private final String path;
  private final long begunNanos;

  private volatile Timeouts timeouts = Timeouts.NONE;
  private volatile @Nullable Waiter waiter;
  private volatile @Nullable LocalPass here;
  private @Nullable Target target;
  private @Nullable Place place;
  private @Nullable Meter meter;
  private int session;
  private String user = "";
  private String countedAs = "";
  private boolean guarded;
  private boolean admitted;
  private boolean timed;
  private boolean wasHeld;
  private boolean forwarded;
  private volatile boolean over;

  Visit(Gateway gateway, CompiledRule rule, String path, Request request, Response response) {
    this.gateway = gateway;
    this.rule = rule;
    this.path = path;
    this.request = request;
    this.response = response;
    origin = new Origin(request, gateway.sampled());
    begunNanos = gateway.now();
  }

  /// On the event loop.
  ///
  /// @return whether it is answered or will be; otherwise `run` goes on
  boolean begin() throws Exception {
    if (!guard() || rule.guard().policy().payloads().isPresent()) {
      return over;
    }
    var identity = rule.guard().identity();
    if (identity != null && !settle(identity.glance(request))) {
      return over;
    }
    return act(true);
  }

  /// On the request's virtual thread.
  void run() throws Exception {
    if (!guarded && !guard()) {
      return;
    }
    var identity = rule.guard().identity();
    if (!admitted && identity != null && !settle(identity.judge(request))) {
      return;
    }
    act(false);
  }

  /// @return whether it may go on
  private boolean guard() {
    guarded = true;
    var guard = rule.guard();
    var refusal = guard.refuse(request, gateway.clients(), gateway.limitStatus(), begunNanos);
    countedAs = refusal == null ? guard.countedAs(request, gateway.clients()) : "";
    if (refusal == null && !guard.tryEnter(countedAs)) {
      refusal = Refusal.limited(gateway.limitStatus(), "too many requests at once for " + id());
    }
    if (refusal != null) {
      over = true;
      refusal.send(request, response);
      gateway.answered(this, refusal.status(), 0);
    }
    return refusal == null && !preflight();
  }

  /// Answers a browser that asks whether it may call: without credentials, and not to the backend.
  private boolean preflight() {
    var cors = rule.cors();
    if (cors == null || !CorsRule.isPreflight(request)) {
      return false;
    }
    ended(cors.answer(request, response), 0);
    return true;
  }

  /// @return whether it may go on
  private boolean settle(IdentityCheck.Verdict verdict) {
    if (!verdict.known()) {
      return false;
    }
    user = verdict.user();
    if (verdict.refusal() != null) {
      refuse(verdict.refusal());
      return false;
    }
    admitted = true;
    return true;
  }

  /// @param loop whether nothing may wait
  /// @return whether it is answered or will be
  private boolean act(boolean loop) throws Exception {
    switch (rule.rule().action()) {
      case Redirect to -> {
        Redirects.send(to, rule.path(), request, path, response);
        ended(to.status(), 0);
      }
      case Direct direct -> {
        var body = direct.body().getBytes(StandardCharsets.UTF_8);
        response.status(direct.status()).header("content-type", direct.contentType()).send(body);
        ended(direct.status(), body.length);
      }
      case Forwarding to -> {
        return forward(to, loop);
      }
    }
    return true;
  }

  private boolean forward(Forwarding to, boolean loop) throws Exception {
    var chosen = target == null ? choose(to) : target;
    if (chosen == null) {
      refuse(Refusal.unavailable("rule " + id() + " has no backend"));
      return true;
    }
    if (chosen.backend().upstream().equals(Backend.NOWHERE)) {
      target = null;
      refuse(Refusal.noBackend(id()));
      return true;
    }
    var entered = place;
    if (entered == null) {
      entered = chosen.upstream().tryEnter(sticky(chosen.upstream()), begunNanos);
      if (entered == null && loop) {
        return false;
      }
      place = entered == null ? hold(chosen.upstream()) : entered;
      entered = place;
    }
    return entered == null || pass(chosen, entered, loop);
  }

  private @Nullable Target choose(Forwarding to) {
    var choice = rule.choice();
    var chosen = choice == null ? null : choice.next(request);
    if (choice != null && chosen != null) {
      target = chosen;
      session = choice.session(request);
      var facts = chosen.upstream().facts();
      timeouts = facts == null ? to.timeouts() : to.timeouts().shorter(facts.timeouts());
      if (facts != null && !probe()) {
        meter = chosen.upstream().begins(begunNanos);
      }
    }
    return chosen;
  }

  // Knative's proxies count neither the kubelet's probes nor their own.
  private boolean probe() {
    return request.header("user-agent").startsWith("kube-probe");
  }

  private int sticky(LiveUpstream upstream) {
    if (session != 0) {
      return session;
    }
    var facts = upstream.facts();
    return facts != null && facts.stickyAddress()
        ? gateway.clients().addressOf(request).hashCode() | 1
        : 0;
  }

  /// Waits for a place; on a virtual thread.
  ///
  /// @return null if it is over instead
  private @Nullable Place hold(LiveUpstream upstream) {
    var standing = new Waiter(sticky(upstream));
    watch();
    var refusal = upstream.join(standing, gateway.now());
    if (refusal != null) {
      refuse(refusal);
      return null;
    }
    wasHeld = true;
    waiter = standing;
    response.onClose(() -> standing.end(Waiter.End.CLIENT_GONE));
    gateway.held(upstream);
    var end = standing.await();
    waiter = null;
    if (end == Waiter.End.GRANTED) {
      return standing.place();
    }
    upstream.abandon(standing);
    switch (end) {
      case TIMED_OUT -> refuse(Refusal.TIMEOUT);
      case REFUSED -> refuse(Refusal.noEndpoints(upstream.key()));
      case CLIENT_GONE, GRANTED -> ended(CLIENT_CLOSED, 0);
    }
    return null;
  }

  private boolean pass(Target chosen, Place entered, boolean loop) throws Exception {
    var handler = gateway.local().at(entered.endpoint().address());
    if (handler.isPresent()) {
      if (loop) {
        return false;
      }
      watch();
      var pass = new LocalPass(this, chosen);
      here = pass;
      pass.run(handler.get());
      return true;
    }
    unwatch();
    forwarded = true;
    new RemotePass(this, chosen, entered).start();
    return true;
  }

  /// An attempt to reach the place failed: goes to another one.
  ///
  /// @return the place entered; null if none has room now
  @Nullable Place reenter(LiveUpstream upstream) {
    leavePlace();
    place = upstream.tryEnter(sticky(upstream), gateway.now());
    return place;
  }

  /// Waits for a place as a request that has not been sent; on a virtual thread.
  ///
  /// @return null if it is over instead
  @Nullable Place rejoin(LiveUpstream upstream) {
    leavePlace();
    var entered = upstream.tryEnter(sticky(upstream), gateway.now());
    place = entered == null ? hold(upstream) : entered;
    unwatch();
    return place;
  }

  private void watch() {
    var limits = timeouts;
    boolean limited =
        !(limits.whole().isZero() && limits.responseStart().isZero() && limits.idle().isZero());
    if (limited && !timed) {
      timed = true;
      gateway.inFlight().add(this);
    }
  }

  private void unwatch() {
    if (timed) {
      timed = false;
      gateway.inFlight().remove(this);
    }
  }

  private void leavePlace() {
    var entered = place;
    if (entered != null && target != null) {
      place = null;
      target.upstream().leave(entered);
    }
  }

  /// Answers with a reason of the gateway's own.
  void refuse(Refusal refusal) {
    refusal.send(request, response);
    ended(refusal.status(), 0);
  }

  /// Its thread is done with it: what nobody else answers failed.
  void returned() {
    if (!forwarded) {
      ended(500, 0);
    }
  }

  /// The answer is complete, or there will be none; once.
  void ended(int status, long bytes) {
    if (over) {
      return;
    }
    over = true;
    unwatch();
    leavePlace();
    rule.guard().leave(countedAs);
    long now = gateway.now();
    if (target != null) {
      if (meter != null) {
        meter.exit(now);
      }
      target.upstream().counts().answered(status, now - begunNanos);
    }
    rule.counts().answered(status, now - begunNanos);
    gateway.answered(this, status, bytes);
  }

  /// The first byte of an answer came.
  void answering() {
    if (wasHeld && target != null) {
      target.upstream().awake(gateway.now());
    }
  }

  /// What is left of a limit; zero stays no limit.
  Duration left(Duration limit) {
    if (limit.isZero()) {
      return limit;
    }
    var rest = limit.minusNanos(gateway.now() - begunNanos);
    return rest.isPositive() ? rest : Duration.ofNanos(1);
  }

  @Override
  boolean due(long nanos) {
    long passed = nanos - begunNanos;
    var limits = timeouts;
    if (over(limits.whole(), passed)) {
      return true;
    }
    var pass = here;
    long last = pass == null ? 0 : pass.lastNanos();
    if (last == 0) {
      return over(limits.responseStart(), passed) || over(limits.idle(), passed);
    }
    return over(limits.idle(), nanos - last);
  }

  private static boolean over(Duration limit, long passed) {
    return !limit.isZero() && passed >= limit.toNanos();
  }

  @Override
  void expire() {
    var standing = waiter;
    if (standing != null && standing.end(Waiter.End.TIMED_OUT)) {
      return;
    }
    var pass = here;
    if (pass != null) {
      pass.expire();
    }
  }

  CompiledRule rule() {
    return rule;
  }

  String id() {
    return rule.rule().id();
  }

  Request request() {
    return request;
  }

  Response response() {
    return response;
  }

  Origin origin() {
    return origin;
  }

  /// As sent, or as resolved if it had dots.
  String path() {
    return path;
  }

  Timeouts timeouts() {
    return timeouts;
  }

  Gateway gateway() {
    return gateway;
  }

  long begunNanos() {
    return begunNanos;
  }

  /// Whether it waited for a place.
  boolean wasHeld() {
    return wasHeld;
  }

  /// Who the client proved to be; may be empty.
  String user() {
    return user;
  }

  /// Null where none was chosen.
  @Nullable Target target() {
    return target;
  }

  /// What the answer says beside what the backend's edits say of it.
  List<EditPlan.Field> addedToAnswer() {
    var cors = rule.cors();
    return cors == null ? List.of() : cors.answered(request);
  }

  /// The `Set-Cookie` that keeps the client where it is; empty where none is needed.
  Optional<String> cookie() {
    var choice = rule.choice();
    return choice == null || target == null
        ? Optional.empty()
        : choice.cookieFor(request, target, session);
  }
}
