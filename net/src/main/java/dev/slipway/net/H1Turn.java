package dev.slipway.net;

import io.netty.channel.Channel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request's turn on an HTTP/1 connection. Of the event loop, but for what is marked.
final class H1Turn implements Carrier {
  private final H1Connection h1;
  private final Connection connection;
  private final Connections owner;
  private final H1Head head;
  private final H1Response response;
  private final Exchange exchange;
  private @Nullable WebSocketSession webSocket; // of the handler's thread
  private @Nullable RawTunnel tunnel; // of the handler's thread
  private boolean started;
  private boolean bodyDone;
  private boolean responded;
  private long discardedBytes;

  H1Turn(H1Connection h1, Connection connection, H1Head head, RequestHandlers handlers) {
    this.h1 = h1;
    this.connection = connection;
    this.head = head;
    owner = connection.owner();
    var patience = owner.limits().bodyTime();
    var body = new Body(this, head.contentLength(), head.expectsContinue(), patience);
    response = new H1Response(h1, head, this);
    var request = new IncomingRequest(head, connection, body, this);
    exchange = new Exchange(handlers, request, response, body, this);
  }

  @Override
  public Downstream downstream() {
    return new H1Downstream(h1, head, response, this);
  }

  Connection connection() {
    return connection;
  }

  @Override
  public Channel channel() {
    return connection.channel();
  }

  @Override
  public void resumeBody() {
    h1.resume();
  }

  @Override
  public void inviteBody() {
    if (!response.committed()) {
      h1.inviteBody();
    }
  }

  @Override
  public WebSocket upgrade(String subprotocol) {
    response.handedOver();
    var session = h1.upgrade(head, subprotocol);
    session.onClose(exchange::clientGone);
    response.onClose(session::ended);
    webSocket = session;
    return session;
  }

  @Override
  public Tunnel tunnel(String protocol, Map<String, String> fields) {
    response.handedOver();
    var made = h1.tunnel(protocol, fields);
    made.onClose(exchange::clientGone);
    response.onClose(made::ended);
    tunnel = made;
    return made;
  }

  @Override
  public void handlerDone() {
    if (tunnel != null) {
      tunnel.close();
    }
    if (webSocket != null) {
      webSocket.handlerDone();
    }
    owner.requestEnds();
  }

  /// Whether the request has been read so far that the connection can go on. On the handler's
  /// thread, while it sends the head.
  boolean reusable() {
    var body = exchange.body();
    if (body.complete()) {
      return true;
    }
    return body.comes()
        && !head.chunked()
        && head.contentLength() <= owner.limits().maxDiscardBytes();
  }

  /// Whether to start the handler now. A small body is awaited first: then its handler reads it
  /// without waiting, and a slow client holds no thread.
  boolean due() {
    long length = head.contentLength();
    boolean soon = length > 0 && length <= ServerLimits.SMALL_BODY_BYTES;
    return bodyDone || !soon || head.expectsContinue();
  }

  boolean started() {
    return started;
  }

  /// Runs the handler, once.
  void start() {
    if (!started) {
      started = true;
      connection.expireNever();
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

  @Override
  public Exchange exchange() {
    return exchange;
  }

  boolean bodyDone() {
    return bodyDone;
  }

  void bodyReceived() {
    bodyDone = true;
    exchange.body().finish();
  }

  void bodyBroken() {
    response.closeAfterwards();
    exchange.body().fail(new Body.MalformedBodyException());
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
