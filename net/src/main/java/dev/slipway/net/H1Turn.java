package dev.slipway.net;

import java.util.Optional;

/// One request's turn on an HTTP/1 connection. Of the event loop, but for what is marked.
final class H1Turn {
  private final Connections owner;
  private final H1Response response;
  private final Exchange exchange;
  private Optional<WebSocketSession> webSocket = Optional.empty(); // of the handler's thread
  private boolean started;
  private boolean bodyDone;
  private boolean responded;
  private long discardedBytes;

  H1Turn(
      H1Connection h1,
      Connection connection,
      H1Head head,
      RequestHandlers handlers,
      Outlet outlet) {
    owner = connection.owner();
    boolean expects = head.expectsContinue();
    var body =
        new Body(
            head.contentLength(),
            owner.limits().bodyTime(),
            h1::resume,
            expects ? () -> invite(h1) : () -> {});
    response = new H1Response(h1, head, outlet, () -> reusable(body, head));
    var request =
        new IncomingRequest(head, connection, body, protocol -> upgrade(h1, head, protocol));
    exchange = new Exchange(handlers, request, response, body, this::handlerDone);
  }

  // On the handler's thread.
  private WebSocket upgrade(H1Connection h1, H1Head head, String protocol) {
    response.handedOver();
    var session = h1.upgrade(head, protocol);
    session.onClose(exchange::clientGone);
    response.onClose(session::ended);
    webSocket = Optional.of(session);
    return session;
  }

  // On the handler's thread.
  private void handlerDone() {
    webSocket.ifPresent(WebSocketSession::handlerDone);
    owner.requestEnds();
  }

  // On the handler's thread.
  private void invite(H1Connection h1) {
    if (!response.committed()) {
      h1.inviteBody();
    }
  }

  // Called on the handler's thread while it sends the head.
  private boolean reusable(Body body, H1Head head) {
    if (body.inlet().finished()) {
      return true;
    }
    boolean waits = head.expectsContinue() && !body.invited();
    return !waits && !head.chunked() && head.contentLength() <= owner.limits().maxDiscardBytes();
  }

  /// Runs the handler, once.
  void start() {
    if (!started) {
      started = true;
      owner.requestBegins();
      exchange.start();
    }
  }

  /// The connection is gone.
  void gone() {
    exchange.clientGone();
    if (!started) {
      exchange.body().close();
    }
  }

  Exchange exchange() {
    return exchange;
  }

  boolean bodyDone() {
    return bodyDone;
  }

  void bodyReceived() {
    bodyDone = true;
    exchange.body().inlet().finish();
  }

  void bodyBroken() {
    response.closeAfterwards();
    exchange.body().inlet().fail(new Body.MalformedBodyException());
  }

  boolean responded() {
    return responded;
  }

  void respond() {
    responded = true;
  }

  boolean keepAlive() {
    return response.keepAlive();
  }

  void closeAfterwards() {
    response.closeAfterwards();
  }

  /// Counts bytes nobody reads.
  long discard(int bytes) {
    discardedBytes += bytes;
    return discardedBytes;
  }
}
