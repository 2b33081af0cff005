package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.CompiledRule.Target;
import dev.slipway.dataplane.gateway.RouteTable.Direct;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.Redirect;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.net.WebSocket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One request on its way through the gateway, from the match of its rule to the last byte of its
/// answer.
///
/// Implementation note. Runs on the request's virtual thread; `due` and `expire` are called by the
/// sweep. Time over while it is held ends the wait; time over later ends the answer.
final class Visit extends InFlight.Timed implements Answer.Events {
  private static final int CLIENT_CLOSED = 499; // nginx's word for a client that left

  private final Gateway gateway;
  private final CompiledRule rule;
  private final Request request;
  private final Response response;
  private final Origin origin;
  private final String path;
  private final long begunNanos;

  private Timeouts timeouts = Timeouts.NONE;
  private volatile @Nullable Waiter waiter;
  private volatile @Nullable Answer answer;
  private volatile @Nullable WebSocket socket;
  private @Nullable Target target;
  private int status;

  Visit(Gateway gateway, CompiledRule rule, String path, Request request, Response response) {
    this.gateway = gateway;
    this.rule = rule;
    this.path = path;
    this.request = request;
    this.response = response;
    origin = new Origin(request);
    begunNanos = gateway.now();
  }

  void run() throws Exception {
    switch (rule.rule().action()) {
      case Redirect to -> Redirects.send(to, rule.path(), request, path, response);
      case Direct direct -> answer(direct);
      case Forwarding to -> forward(to);
    }
  }

  private void answer(Direct direct) {
    response
        .status(direct.status())
        .header("content-type", direct.contentType())
        .send(direct.body().getBytes(StandardCharsets.UTF_8));
  }

  private void forward(Forwarding to) throws Exception {
    var choice = rule.choice();
    var chosen = choice == null ? null : choice.next(request);
    if (chosen == null) {
      refuse(Refusal.unavailable("rule " + rule.rule().id() + " has no backend"));
      return;
    }
    target = chosen;
    timeouts = shorter(to.timeouts(), chosen.upstream().facts());
    boolean limited = limited();
    if (limited) {
      gateway.inFlight().add(this);
    }
    try {
      enter(chosen);
    } finally {
      if (limited) {
        gateway.inFlight().remove(this);
      }
    }
  }

  private static Timeouts shorter(Timeouts rule, @Nullable Upstream facts) {
    return facts == null ? rule : rule.shorter(facts.timeouts());
  }

  private boolean limited() {
    return !(timeouts.whole().isZero()
        && timeouts.responseStart().isZero()
        && timeouts.idle().isZero());
  }

  private void enter(Target chosen) throws Exception {
    var upstream = chosen.upstream();
    upstream.begins(begunNanos);
    try {
      int sticky = stickyTo(upstream);
      var place = upstream.tryEnter(sticky, begunNanos);
      if (place == null) {
        place = hold(upstream, sticky);
      }
      if (place != null) {
        try {
          pass(chosen, place);
        } finally {
          upstream.leave(place);
        }
      }
    } finally {
      long now = gateway.now();
      upstream.ends(now);
      upstream.counts().answered(status, now - begunNanos);
    }
  }

  private int stickyTo(LiveUpstream upstream) {
    var facts = upstream.facts();
    return facts != null && facts.stickyAddress()
        ? request.remote().getAddress().hashCode() | 1
        : 0;
  }

  private @Nullable Place hold(LiveUpstream upstream, int sticky) {
    var standing = new Waiter(sticky);
    var refusal = upstream.join(standing);
    if (refusal != null) {
      refuse(refusal);
      return null;
    }
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
      case CLIENT_GONE, GRANTED -> status = CLIENT_CLOSED;
    }
    return null;
  }

  private void pass(Target chosen, Place place) throws Exception {
    var handler = gateway.local().at(place.endpoint().address());
    if (handler.isEmpty()) {
      refuse(Refusal.noEndpoints(chosen.upstream().key()));
      return;
    }
    answerHere(handler.get(), chosen);
  }

  /// Lets an endpoint of this process answer.
  private void answerHere(Handler handler, Target chosen) throws Exception {
    var edited = new Answer(response, this);
    var changed = chosen.edits().pathFor(rule.path(), path);
    var routed = new RoutedRequest(request, origin, chosen.edits(), changed, this::opened);
    answer = edited;
    try {
      handler.handle(routed, edited);
      edited.finish();
      status = edited.status();
    } catch (Response.ClientGoneException gone) {
      status = edited.ended() ? Refusal.TIMEOUT.status() : CLIENT_CLOSED;
      throw gone;
    } catch (Request.BodyTooLargeException problem) {
      status = 413;
      throw problem;
    } catch (Exception problem) {
      status = 500;
      throw problem;
    } finally {
      edited.seal();
    }
  }

  private void opened(WebSocket accepted) {
    socket = accepted;
    status = 101;
  }

  private void refuse(Refusal refusal) {
    status = refusal.status();
    refusal.send(request, response);
  }

  /// Response headers are edited when all are known.
  @Override
  public void heading(Answer sent) {
    var chosen = target;
    var choice = rule.choice();
    if (chosen == null || choice == null) {
      return;
    }
    for (var edit : chosen.edits().response()) {
      switch (edit.kind()) {
        case SET -> sent.header(edit.name(), edit.value());
        case ADD -> sent.addHeader(edit.name(), edit.value());
        case REMOVE -> sent.removeHeader(edit.name());
      }
    }
    choice.cookieFor(request, chosen).ifPresent(cookie -> sent.addHeader("set-cookie", cookie));
  }

  @Override
  public void expired(Response late) {
    var opened = socket;
    if (opened != null) {
      opened.close(1001, Refusal.TIMEOUT.text());
    } else if (!late.committed()) {
      Refusal.TIMEOUT.send(request, late);
    } else if (!late.closed()) {
      endLate(late);
    }
  }

  /// As Knative's timeout handler: the text follows what was sent, unless a length was promised.
  private void endLate(Response late) {
    try {
      late.write(Refusal.TIMEOUT.body());
    } catch (IllegalStateException | Response.ClientGoneException _) {
      // a promised length breaks off
    }
    late.end();
  }

  @Override
  boolean due(long nanos) {
    long passed = nanos - begunNanos;
    if (over(timeouts.whole().toNanos(), passed)) {
      return true;
    }
    var sent = answer;
    long last = sent == null ? 0 : sent.lastNanos();
    if (last == 0) {
      return over(timeouts.responseStart().toNanos(), passed)
          || over(timeouts.idle().toNanos(), passed);
    }
    return over(timeouts.idle().toNanos(), nanos - last);
  }

  private static boolean over(long limit, long passed) {
    return limit > 0 && passed >= limit;
  }

  @Override
  void expire() {
    var standing = waiter;
    if (standing != null && standing.end(Waiter.End.TIMED_OUT)) {
      return;
    }
    var sent = answer;
    if (sent != null) {
      sent.expire();
    }
  }
}
