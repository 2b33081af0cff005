package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request on its way to an upstream and its answer on the way back. Of the event loop alone,
/// on which both connections live.
///
/// Implementation note. The body is left where it arrives until a connection is there, then
/// diverted here. Small bodies stay referenced in `passed` until the answer begins: with them the
/// request can be sent again, once by itself where a pooled connection broke under a request that
/// may be repeated, else as the listener decides. Whatever ends it goes through `over`, once.
final class Forwarding implements BodySink, LoopUpstreams.Waiting {
  private final LoopUpstreams upstreams;
  private final IncomingRequest request;
  private final Exchange exchange;
  private final Body body;
  private final Forward how;
  private final Forwarded.Listener listener;
  private final Downstream downstream;
  private final Forwarded.@Nullable Tap tap;
  private final List<ByteBuf> passed = new ArrayList<>(1);
  private final long startNanos = System.nanoTime();

  private @Nullable UpstreamCall call;
  private int watchIndex = -1;
  private long requestBytes;
  private long responseBytes;
  private long passedBytes;
  private long firstByteNanos;
  private long lastByteNanos;
  private int status;
  private boolean replayable = true;
  private boolean diverted;
  private boolean retried;
  private boolean began;
  private boolean tunnel;
  private boolean answerPaused;
  private boolean over;

  Forwarding(
      LoopUpstreams upstreams, IncomingRequest request, Forward how, Forwarded.Listener listener) {
    this.upstreams = upstreams;
    this.request = request;
    this.how = how;
    this.listener = listener;
    tap = listener.tap().orElse(null);
    exchange = request.exchange();
    body = exchange.body();
    downstream = request.carrier().downstream();
    lastByteNanos = startNanos;
  }

  void start() {
    if (exchange.response().closed() || !downstream.channel().isActive()) {
      over = true;
      listener.ended(outcome(Forwarded.End.CLIENT_GONE, "the client is gone"));
      return;
    }
    exchange.forwardedBy(this);
    if (request.head().contentLength() > how.maxRequestBytes()) {
      failed(Forwarded.End.TOO_LARGE, tooLarge());
      return;
    }
    if (timed(how.timeouts())) {
      upstreams.watch(this);
    }
    upstreams.acquire(how.endpoint(), false, this);
  }

  private static boolean timed(Forward.Timeouts timeouts) {
    return !(timeouts.request().isZero()
        && timeouts.responseStart().isZero()
        && timeouts.idle().isZero());
  }

  @Override
  public void connected(UpstreamCall connection) {
    if (over) {
      connection.cancel();
      return;
    }
    call = connection;
    var head = new ForwardedHead(request.head(), how);
    if (request.head().extendedConnect()) {
      connection.send(head, 0, null); // what follows are the WebSocket's own bytes
      diverted = true;
      body.divert(this);
      return;
    }
    if (body.small()) {
      var whole = body.takeWhole();
      if (whole.readableBytes() > how.maxRequestBytes()) {
        whole.release();
        failed(Forwarded.End.TOO_LARGE, tooLarge());
        return;
      }
      keep(whole);
      tapped(whole);
      requestBytes += whole.readableBytes();
      diverted = true;
      int bytes = whole.readableBytes();
      connection.send(head, bytes, bytes == 0 ? null : whole);
      connection.end(null);
      return;
    }
    connection.send(head, body.knownBytes(), null);
    if (connection.equals(call)) { // else it broke at once
      diverted = true;
      body.divert(this);
    }
  }

  @Override
  public void unreachable(String message) {
    if (!over) {
      failed(Forwarded.End.UNREACHABLE, message);
    }
  }

  // -- the request's body

  @Override
  public boolean offer(ByteBuf bytes) {
    var connection = call;
    if (over || connection == null) {
      bytes.release();
      return false;
    }
    requestBytes += bytes.readableBytes();
    if (requestBytes > how.maxRequestBytes() && !tunnel) {
      bytes.release();
      failed(Forwarded.End.TOO_LARGE, tooLarge());
      return false;
    }
    keep(bytes);
    tapped(bytes);
    connection.write(bytes);
    return !connection.writable();
  }

  private void keep(ByteBuf bytes) {
    if (replayable && !began) {
      passedBytes += bytes.readableBytes();
      if (passedBytes <= how.replayBytes()) {
        passed.add(bytes.retainedDuplicate());
      } else {
        replayable = false;
        forget();
      }
    }
  }

  private void tapped(ByteBuf sent) {
    if (tap != null && sent.isReadable()) {
      tap.sent(sent.nioBuffer());
    }
  }

  private void forget() {
    passed.forEach(ByteBuf::release);
    passed.clear();
  }

  @Override
  public void finish(@Nullable Fields trailers) {
    if (tunnel && request.head().extendedConnect()) {
      if (!over) { // nobody else would close the upstream's connection
        finish(Forwarded.End.COMPLETE, "", () -> downstream.end(null));
      }
    } else if (!over && call != null) {
      call.end(trailers);
    }
  }

  @Override
  public void fail(RuntimeException cause) {
    if (over) {
      return;
    }
    var end =
        cause instanceof Response.ClientGoneException
            ? Forwarded.End.CLIENT_GONE
            : Forwarded.End.BAD_REQUEST;
    failed(end, String.valueOf(cause.getMessage()));
  }

  @Override
  public void writable() {
    if (!over) {
      request.carrier().resumeBody();
    }
  }

  // -- the answer

  @Override
  public void informed(AnswerHead head) {
    downstream.inform(head);
  }

  @Override
  public void began(AnswerHead head, boolean ends) {
    if (over) {
      return;
    }
    if (replayable && listener.declines(head.status())) {
      status = head.status();
      refused(Forwarded.End.DECLINED, "status " + head.status());
      return;
    }
    begin(head);
    downstream.begin(head, how.responseEdits(), ends);
  }

  private void begin(AnswerHead head) {
    began = true;
    replayable = false;
    forget();
    status = head.status();
    lastByteNanos = System.nanoTime();
    firstByteNanos = lastByteNanos - startNanos;
  }

  @Override
  public void upgraded(AnswerHead head) {
    begin(head);
    tunnel = true;
    downstream.tunnel(head, how.responseEdits(), this);
  }

  @Override
  public void data(ByteBuf bytes) {
    if (over) {
      bytes.release();
      return;
    }
    responseBytes += bytes.readableBytes();
    if (watchIndex >= 0) {
      lastByteNanos = System.nanoTime();
    }
    if (tap != null) {
      tap.received(bytes.nioBuffer());
    }
    downstream.write(bytes);
    if (!downstream.writable()) {
      downstream.flush();
      pauseAnswer();
    }
  }

  private void pauseAnswer() {
    if (!answerPaused && call != null && !downstream.writable()) {
      answerPaused = true;
      call.read(false);
    }
  }

  @Override
  public void readComplete() {
    if (!over && began) {
      downstream.flush();
    }
  }

  /// The client takes bytes again.
  void clientWritable() {
    if (answerPaused && call != null && downstream.writable()) {
      answerPaused = false;
      call.read(true);
    }
  }

  @Override
  public void ended(@Nullable AnswerHead trailers) {
    call = null;
    if (over) {
      return;
    }
    finish(Forwarded.End.COMPLETE, "", () -> downstream.end(trailers));
  }

  // -- the end

  @Override
  public void failed(Forwarded.End end, String message) {
    if (over) {
      return;
    }
    if (began) {
      broken(end == Forwarded.End.RESET ? Forwarded.End.BROKEN : end, message);
    } else if (mayRepeat(end)) {
      retried = true;
      takeBack();
      upstreams.acquire(how.endpoint(), true, this);
    } else {
      refused(end, message);
    }
  }

  /// Whether a pooled connection broke under a request that may be sent twice (RFC 9110, 9.2.2).
  private boolean mayRepeat(Forwarded.End end) {
    var connection = call;
    return !retried
        && replayable
        && connection != null
        && connection.reused()
        && (end.unsent() || (end == Forwarded.End.RESET && idempotent(request.method())));
  }

  private static boolean idempotent(String method) {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
      default -> false;
    };
  }

  private void takeBack() {
    call = null;
    if (tap != null) {
      tap.takenBack();
    }
    if (diverted) {
      diverted = false;
      requestBytes = 0;
      passedBytes = 0;
      body.restore(List.copyOf(passed));
      passed.clear();
    }
  }

  /// Nothing has been sent to the client: somebody answers.
  private void refused(Forwarded.End end, String message) {
    var outcome = outcome(end, message);
    stop();
    if (end == Forwarded.End.CLIENT_GONE) {
      forget();
      listener.ended(outcome);
      return;
    }
    if (replayable) {
      takeBack();
    }
    forget();
    var response = exchange.response();
    if (!listener.failed(outcome, request, response)) {
      response.fail(end.gatewayStatus(), end.timeout() ? "request timeout" : message);
      listener.ended(outcome);
    }
  }

  private void broken(Forwarded.End end, String message) {
    var outcome = outcome(end, message);
    var words = end.timeout() ? listener.lastWords(outcome) : new byte[0];
    stop();
    if (words.length == 0 || tunnel) {
      downstream.breakOff();
    } else {
      downstream.closeAfterwards();
      downstream.write(Unpooled.wrappedBuffer(words));
      downstream.end(null);
    }
    listener.ended(outcome);
  }

  private void finish(Forwarded.End end, String message, Runnable last) {
    var outcome = outcome(end, message);
    stop();
    last.run();
    listener.ended(outcome);
  }

  /// Lets go of the upstream; nothing that happens afterwards counts.
  private void stop() {
    over = true;
    exchange.forwardedBy(null);
    if (watchIndex >= 0) {
      upstreams.unwatch(watchIndex);
      watchIndex = -1;
    }
    if (call != null) {
      call.cancel();
      call = null;
    }
  }

  /// The client closed its connection or reset its stream.
  void clientGone() {
    if (!over) {
      var end = tunnel ? Forwarded.End.COMPLETE : Forwarded.End.CLIENT_GONE;
      var outcome = outcome(end, tunnel ? "" : "the client is gone");
      stop();
      forget();
      listener.ended(outcome);
    }
  }

  private Forwarded outcome(Forwarded.End end, String message) {
    return new Forwarded(
        end,
        status,
        requestBytes,
        responseBytes,
        firstByteNanos,
        System.nanoTime() - startNanos,
        replayable && end != Forwarded.End.CLIENT_GONE && end != Forwarded.End.BAD_REQUEST,
        message);
  }

  private String tooLarge() {
    return "request body is larger than " + how.maxRequestBytes() + " bytes";
  }

  // -- deadlines

  void watchedAt(int index) {
    watchIndex = index;
  }

  /// Ends the request if one of its times is up.
  void judge(long now) {
    var timeouts = how.timeouts();
    if (passed(timeouts.request(), startNanos, now)) {
      failed(Forwarded.End.REQUEST_TIMEOUT, "request timeout");
    } else if (!began && passed(timeouts.responseStart(), startNanos, now)) {
      failed(Forwarded.End.RESPONSE_START_TIMEOUT, "no response in time");
    } else if (passed(timeouts.idle(), lastByteNanos, now)) {
      failed(Forwarded.End.IDLE_TIMEOUT, "no bytes in time");
    }
  }

  private static boolean passed(Duration limit, long since, long now) {
    return !limit.isZero() && now - since >= limit.toNanos();
  }
}
