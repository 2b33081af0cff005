package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.CompiledRule.Target;
import dev.slipway.dataplane.gateway.RouteTable.PayloadLog;
import dev.slipway.net.Endpoint;
import dev.slipway.net.Forward;
import dev.slipway.net.Forwarded;
import dev.slipway.net.HeaderEdits;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Sends a request to an endpoint elsewhere, and to another one where that is safe: what was not
/// sent may go anywhere; what was sent and not answered may be repeated if its method says so.
///
/// Implementation note. `failed` and `ended` come on the event loop. Where all endpoints were just
/// found unreachable the request waits a little on a thread of its own, for endpoints that went are
/// noticed here before anybody takes them out.
final class RemotePass implements Forwarded.Listener {
  /// How long an endpoint that could not be reached is avoided.
  private static final long SHUN_NANOS = 100_000_000L;

  /// Attempts to reach endpoints of an upstream that scales: two seconds of new ones coming.
  private static final int UNREACHED_ATTEMPTS = 20;

  /// How often the wait between attempts is doubled.
  private static final int MOST_DOUBLINGS = 5;

  /// A body up to this size is kept until the answer begins, to be sent again.
  private static final int REPLAY_BYTES = 64 * 1024;

  private static final HeaderEdits NOTHING = HeaderEdits.none();

  private final Visit visit;
  private final Target target;
  private Place place;
  private int attempts;
  private List<Mirroring> mirrors = List.of();
  private @Nullable Recording recording;

  RemotePass(Visit visit, Target target, Place place) {
    this.visit = visit;
    this.target = target;
    this.place = place;
  }

  void start() {
    attempts++;
    recording = recording();
    var gateway = visit.gateway();
    gateway.forwarder().forward(visit.request(), visit.response(), forward(), this);
  }

  private @Nullable Recording recording() {
    if (attempts == 1) {
      mirrors = Mirroring.chosen(visit);
    }
    var payloads = payloads();
    return payloads.isEmpty() && mirrors.isEmpty() ? null : new Recording(payloads);
  }

  /// Where payloads are sent; not those of gRPC and WebSockets, as KServe's logger.
  private Optional<PayloadLog> payloads() {
    var request = visit.request();
    if (Refusal.grpc(request) || request.isWebSocket()) {
      return Optional.empty();
    }
    var own = visit.rule().guard().policy().payloads();
    var facts = target.upstream().facts();
    return own.isPresent() || facts == null ? own : facts.payloads();
  }

  @Override
  public Optional<Forwarded.Tap> tap() {
    return Optional.ofNullable(recording);
  }

  private Forward forward() {
    var request = visit.request();
    var changed = target.edits().pathFor(visit.rule().path(), visit.path());
    int question = changed.indexOf('?');
    var path = question < 0 ? changed : changed.substring(0, question);
    var query =
        question < 0
            ? request.rawQuery()
            : Query.joined(changed.substring(question + 1), request.rawQuery());
    var timeouts = visit.timeouts();
    var each = visit.rule().retries().each();
    var limits =
        new Forward.Timeouts(
            shorter(visit.left(timeouts.whole()), each),
            each.isZero() ? visit.left(timeouts.responseStart()) : each,
            timeouts.idle());
    return new Forward(
        endpoint(),
        query.isEmpty() ? path : path + "?" + query,
        target.edits().host().orElseGet(request::authority),
        requestEdits(),
        responseEdits(),
        limits,
        visit.rule().guard().maxBodyBytes(),
        REPLAY_BYTES);
  }

  private static Duration shorter(Duration one, Duration other) {
    return other.isZero() || (!one.isZero() && one.compareTo(other) < 0) ? one : other;
  }

  private Endpoint endpoint() {
    var facts = target.upstream().facts();
    var wire = facts == null ? Upstream.Wire.HTTP1 : facts.protocol();
    var address = visit.gateway().local().reached(place.endpoint().address());
    return switch (wire) {
      case HTTP1 -> Refusal.grpc(visit.request()) ? Endpoint.h2c(address) : Endpoint.http1(address);
      case H2C -> Endpoint.h2c(address);
      case HTTPS -> Endpoint.tls(address, new Endpoint.Tls("", ""));
    };
  }

  private HeaderEdits requestEdits() {
    var origin = visit.origin();
    var edits = HeaderEdits.none();
    for (var name : Origin.HEADERS) {
      var value = origin.header(name);
      if (value != null) {
        edits.set(name, value);
      }
    }
    return apply(target.edits().request(), edits);
  }

  static HeaderEdits apply(Iterable<EditPlan.Field> fields, HeaderEdits edits) {
    for (var field : fields) {
      switch (field.kind()) {
        case SET -> edits.set(field.name(), field.value());
        case ADD -> edits.add(field.name(), field.value());
        case REMOVE -> edits.remove(field.name());
      }
    }
    return edits;
  }

  private HeaderEdits responseEdits() {
    var cookie = visit.cookie();
    var added = visit.addedToAnswer();
    if (cookie.isEmpty() && added.isEmpty() && target.edits().response().isEmpty()) {
      return NOTHING;
    }
    var edits = apply(added, apply(target.edits().response(), HeaderEdits.none()));
    cookie.ifPresent(value -> edits.add("set-cookie", value));
    return edits;
  }

  /// Once the request is over here: its copies hold nobody up.
  private void mirror() {
    var recorded = recording;
    if (recorded != null && !mirrors.isEmpty() && recorded.whole()) {
      var copy = CopiedRequest.of(visit, target.edits(), recorded.asked());
      mirrors.forEach(each -> each.send(copy, visit.gateway()));
      mirrors = List.of();
    }
  }

  @Override
  public boolean failed(Forwarded how, Request request, Response response) {
    if (how.end() == Forwarded.End.UNREACHABLE) {
      place.shun(visit.gateway().now() + SHUN_NANOS);
    }
    if (mayRepeat(how)) {
      again();
    } else {
      mirror();
      visit.refuse(refusal(how));
    }
    return true;
  }

  @Override
  public boolean declines(int status) {
    var retries = visit.rule().retries();
    return attempts < retries.attempts() && retries.statuses().contains(status);
  }

  private boolean mayRepeat(Forwarded how) {
    if (!how.replayable()) {
      return false;
    }
    if (how.end() == Forwarded.End.DECLINED) {
      return true;
    }
    var facts = target.upstream().facts();
    int policy = visit.rule().retries().attempts();
    if (how.end().unsent()) {
      boolean scales = facts != null && facts.wakes();
      return attempts < (scales ? Math.max(UNREACHED_ATTEMPTS, policy) : policy);
    }
    boolean silent = how.end() == Forwarded.End.RESET || timedOutAlone(how);
    return silent && idempotent(visit.request().method()) && attempts < policy;
  }

  /// Whether the time of this attempt is over, but not that of the whole request.
  private boolean timedOutAlone(Forwarded how) {
    var whole = visit.timeouts().whole();
    return how.end().timeout()
        && !visit.rule().retries().each().isZero()
        && (whole.isZero() || visit.left(whole).toNanos() > 1);
  }

  private static boolean idempotent(String method) {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
      default -> false;
    };
  }

  private void again() {
    var backoff = visit.rule().retries().backoff();
    if (backoff.isZero()) {
      nowAgain();
      return;
    }
    long nanos = backoff.toNanos() << Math.min(attempts - 1, MOST_DOUBLINGS);
    Thread.startVirtualThread(() -> after(nanos));
  }

  private void after(long nanos) {
    var whole = visit.left(visit.timeouts().whole());
    long wait = whole.isZero() ? nanos : Math.min(nanos, whole.toNanos());
    LockSupport.parkNanos(this, wait);
    if (wait < nanos) {
      visit.refuse(Refusal.TIMEOUT);
    } else {
      nowAgain();
    }
  }

  private void nowAgain() {
    var other = visit.reenter(target.upstream());
    if (other != null && !other.shunned(visit.gateway().now())) {
      goTo(other);
    } else {
      Thread.startVirtualThread(() -> later(other != null));
    }
  }

  /// @param shunned whether only endpoints are left that could just not be reached
  private void later(boolean shunned) {
    if (shunned) {
      LockSupport.parkNanos(this, SHUN_NANOS);
    }
    var other = visit.rejoin(target.upstream());
    if (other != null) {
      goTo(other);
    }
  }

  private void goTo(Place other) {
    if (visit.gateway().local().at(other.endpoint().address()).isPresent()) {
      // Its body has been promised to the forwarder: an endpoint of this process cannot read it.
      visit.refuse(Refusal.noEndpoints(target.upstream().key()));
      return;
    }
    place = other;
    start();
  }

  private Refusal refusal(Forwarded how) {
    return switch (how.end()) {
      case REQUEST_TIMEOUT, RESPONSE_START_TIMEOUT, IDLE_TIMEOUT -> Refusal.TIMEOUT;
      case TOO_LARGE -> Refusal.tooLarge(visit.rule().guard().maxBodyBytes());
      case BAD_REQUEST -> Refusal.badRequest(how.message());
      case COMPLETE, CLIENT_GONE, DECLINED, UNREACHABLE, REFUSED, RESET, BAD_ANSWER, BROKEN ->
          Refusal.badGateway(
              "endpoint " + place.endpoint().address() + " did not answer: " + how.message());
    };
  }

  @Override
  public byte[] lastWords(Forwarded how) {
    return Refusal.grpc(visit.request()) ? new byte[0] : Refusal.TIMEOUT.body();
  }

  @Override
  public void ended(Forwarded how) {
    if (how.firstByteNanos() > 0) {
      visit.answering();
    }
    boolean left = how.end() == Forwarded.End.CLIENT_GONE;
    var recorded = recording;
    if (recorded != null && !left) {
      recorded.tell(visit, place.endpoint().pod(), how.status());
    }
    mirror();
    visit.ended(left ? Visit.CLIENT_CLOSED : how.status(), how.responseBytes());
  }
}
