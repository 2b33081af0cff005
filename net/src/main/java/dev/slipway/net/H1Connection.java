package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One HTTP/1 connection: requests are answered one at a time, in order.
///
/// Implementation note. All fields belong to the event loop; the handler's thread speaks to it
/// through `Outlet` (whose end marker is `responseEnd`) and `Body`. Reading goes on while a handler
/// works, so that a client that leaves is noticed at once; it pauses while the body's reader is
/// slow, or once a further request has arrived, which waits in `backlog`.
final class H1Connection extends ChannelInboundHandlerAdapter implements Protocol {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Connection connection;
  private final Channel channel;
  private final RequestHandlers handlers;
  private final ServerLimits limits;
  private final Outlet outlet;
  private final HeadText headText = new HeadText();
  private final Runnable responseEnd = this::responseEnded;
  private final ArrayDeque<Object> backlog = new ArrayDeque<>();

  private @Nullable H1Turn turn;
  private boolean bodyFull;
  private boolean inputClosed;
  private boolean headBegun;
  private boolean upgradeTried;
  private boolean draining;
  private boolean lingering;

  H1Connection(Connection connection, RequestHandlers handlers) {
    this.connection = connection;
    this.channel = connection.channel();
    this.handlers = handlers;
    this.limits = connection.owner().limits();
    this.outlet = Outlet.ofConnection(channel, limits.writeTime());
  }

  Outlet outlet() {
    return outlet;
  }

  /// Room for the head of the response under way.
  HeadText headText() {
    return headText;
  }

  /// Ends a response when its turn comes in the outlet.
  Runnable responseEnd() {
    return responseEnd;
  }

  Runnable breakOff() {
    return () -> {
      channel.flush();
      var _ = channel.close();
    };
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    connection.speaks(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (lingering) {
      ReferenceCountUtil.release(message);
    } else if (backlog.isEmpty() && accepts(message)) {
      route(message);
    } else {
      backlog.add(message);
      adjustReading();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    startTurn();
    if (turn == null && !headBegun && !lingering && backlog.isEmpty()) {
      headBegun = true;
      connection.expireIn(limits.headTime());
    }
    ctx.fireChannelReadComplete();
  }

  private boolean accepts(Object message) {
    var current = turn;
    if (current == null) {
      return channel.isWritable();
    }
    return !current.bodyDone() && !(message instanceof HttpRequest);
  }

  private void route(Object message) {
    if (message instanceof HttpRequest request) {
      begin(request);
    } else if (message instanceof HttpContent content) {
      receive(content);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpRequest request) {
    headBegun = false;
    var refusal = H1Refusal.of(request);
    var head = refusal.isPresent() ? null : H1Head.of(request);
    if (head == null) {
      ReferenceCountUtil.release(request);
      refuse(refusal.orElse(H1Refusal.MALFORMED));
      return;
    }
    if (!connection.secure() && !upgradeTried && head.asksForHttp2()) {
      upgradeTried = true;
      H2Upgrade.begin(channel.pipeline().context(this), request, connection, handlers);
      return;
    }
    connection.expireIn(limits.bodyTime());
    turn = new H1Turn(this, connection, head, handlers);
    if (draining) {
      turn.closeAfterwards();
    }
    if (request instanceof LastHttpContent whole) {
      receive(whole);
    }
  }

  private void receive(HttpContent content) {
    var current = turn;
    if (current == null) {
      content.release();
      return;
    }
    boolean last = content instanceof LastHttpContent;
    if (content.decoderResult().isFailure()) {
      content.release();
      current.bodyBroken();
      last = true;
    } else {
      take(current, content.content());
    }
    if (last) {
      if (content instanceof LastHttpContent end && !end.trailingHeaders().isEmpty()) {
        current.exchange().body().trailers(end.trailingHeaders()::iteratorCharSequence);
      }
      current.bodyReceived();
      startTurn();
      if (current.responded()) {
        finishTurn(current);
      }
    }
  }

  private void take(H1Turn current, ByteBuf bytes) {
    if (!bytes.isReadable()) {
      bytes.release();
    } else if (!current.responded()) {
      bodyFull |= current.exchange().body().offer(bytes);
      adjustReading();
    } else {
      boolean tooMuch = current.discard(bytes.readableBytes()) > limits.maxDiscardBytes();
      bytes.release();
      if (tooMuch) {
        var _ = channel.close();
      }
    }
  }

  private void startTurn() {
    if (turn != null && turn.due()) {
      turn.start();
    }
  }

  /// The body's reader has room again; any thread.
  void resume() {
    channel
        .eventLoop()
        .execute(
            () -> {
              bodyFull = false;
              adjustReading();
            });
  }

  /// Answers `Expect: 100-continue`; the handler's thread.
  void inviteBody() {
    outlet.last(Unpooled.wrappedBuffer(CONTINUE));
  }

  /// Accepts a WebSocket; the handler's thread.
  WebSocketSession upgrade(H1Head head, String protocol) {
    var frames = new WebSocketFrames(connection, outlet);
    var answer = WebSocketFrames.acceptance(head.header("sec-websocket-key"), protocol);
    outlet.last(Unpooled.wrappedBuffer(answer), (Runnable) () -> giveWayTo(frames));
    return frames.session();
  }

  /// Accepts another protocol; the handler's thread.
  RawTunnel tunnel(String protocol, Map<String, String> fields) {
    var tunnel = new RawTunnel(connection, outlet);
    var answer = RawTunnel.acceptance(protocol, fields);
    outlet.last(Unpooled.wrappedBuffer(answer), (Runnable) () -> giveWayTo(tunnel));
    return tunnel;
  }

  private void giveWayTo(RawTunnel tunnel) {
    if (!channel.isActive() || !backlog.isEmpty()) {
      tunnel.ended(); // gone already, or sent more before it was answered
      var _ = channel.close();
      return;
    }
    var pipeline = channel.pipeline();
    pipeline.addLast(tunnel);
    connection.speaks(tunnel);
    connection.expireNever();
    pipeline.remove(this);
    pipeline.remove(StrictDecoder.class);
    channel.config().setAutoRead(true);
  }

  /// Makes the connection a tunnel, after its head was written; on the event loop.
  void tunnel(H1Tunnel tunnel) {
    var pipeline = channel.pipeline();
    pipeline.addLast(tunnel);
    connection.speaks(tunnel);
    connection.expireNever();
    pipeline.remove(this);
    pipeline.remove(StrictDecoder.class);
    channel.config().setAutoRead(true);
  }

  /// Whether the client has sent what is no part of the request under way.
  boolean ahead() {
    return !backlog.isEmpty();
  }

  private void giveWayTo(WebSocketFrames frames) {
    if (!channel.isActive() || !backlog.isEmpty()) {
      frames.session().ended(); // gone already, or sent more before it was answered
      var _ = channel.close();
      return;
    }
    var pipeline = channel.pipeline();
    frames.install(pipeline);
    pipeline.remove(this);
    pipeline.remove(StrictDecoder.class);
    channel.config().setAutoRead(true);
  }

  private void adjustReading() {
    if (!inputClosed) { // nothing more to read; epoll has let go of the socket
      channel.config().setAutoRead(lingering || (backlog.isEmpty() && !bodyFull));
    }
  }

  private void responseEnded() {
    var current = turn;
    if (current == null) {
      return;
    }
    current.respond();
    if (!current.keepAlive() || draining) {
      closeGently(!current.bodyDone() || !backlog.isEmpty());
    } else if (current.bodyDone()) {
      finishTurn(current);
    } else {
      current.exchange().body().drop();
      bodyFull = false;
      connection.expireIn(limits.bodyTime());
      adjustReading();
    }
  }

  private void finishTurn(H1Turn current) {
    if (turn != current) {
      return;
    }
    turn = null;
    bodyFull = false;
    connection.expireIn(connection.owner().settings().idleTimeout());
    pump();
  }

  /// Goes on with what arrived meanwhile.
  private void pump() {
    while (!lingering && !backlog.isEmpty() && accepts(backlog.peek())) {
      route(backlog.poll());
    }
    startTurn();
    if (inputClosed && turn == null && backlog.isEmpty()) {
      closeGently(false);
    }
    adjustReading();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (turn != null) {
      turn.exchange().writable();
    } else if (channel.isWritable()) {
      pump();
    }
    ctx.fireChannelWritabilityChanged();
  }

  private void refuse(H1Refusal refusal) {
    var _ = channel.write(Unpooled.wrappedBuffer(refusal.answer()));
    closeGently(true);
  }

  /// Closes after what was written. A client that may still be sending gets time to read the
  /// answer: closing with unread bytes would reset the connection and could destroy it.
  private void closeGently(boolean linger) {
    if (!linger || inputClosed) {
      var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    lingering = true;
    releaseBacklog();
    connection.expireIn(limits.lingerTime());
    adjustReading();
    var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> endOutput());
  }

  private void endOutput() {
    if (!connection.secure() && channel instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    }
  }

  private void releaseBacklog() {
    backlog.forEach(ReferenceCountUtil::release);
    backlog.clear();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputClosed();
    }
    ctx.fireUserEventTriggered(event);
  }

  /// The client will send no more. Streams end here; a one-piece answer is still sent, for clients
  /// that close their sending side after the request.
  private void inputClosed() {
    inputClosed = true;
    var current = turn;
    if (lingering || (current == null && backlog.isEmpty())) {
      var _ = channel.close();
    } else if (current != null) {
      current.exchange().clientGone();
      if (current.responded() || !current.started()) {
        var _ = channel.close();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    outlet.close();
    releaseBacklog();
    if (turn != null) {
      turn.gone();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("connection from {} failed: {}", connection.remote(), cause.toString());
    var _ = channel.close();
  }

  /// A small body that is late is left to its handler, which may not want it.
  @Override
  public void expired() {
    if (turn != null && !turn.started()) {
      turn.start();
    } else {
      var _ = channel.close();
    }
  }

  @Override
  public void drain() {
    draining = true;
    if (turn != null) {
      turn.closeAfterwards();
    } else if (!lingering) {
      connection.expireIn(ServerLimits.DRAIN_QUIET);
    }
  }

  @Override
  public void finish() {
    drain();
    if (turn == null && !lingering) {
      closeGently(false);
    }
  }
}
