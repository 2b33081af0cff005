package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 stream: one request and its response. All fields belong to the event loop.
///
/// Implementation note. The codec gives the window back for bytes it has delivered here, so a slow
/// reader is passed on to the client by not reading this stream's channel.
final class H2Stream extends ChannelInboundHandlerAdapter implements Carrier {
  private final H2Connection owner;
  private final Channel channel;
  private @Nullable Exchange exchange;
  private boolean started;
  private boolean bodyBegun;
  private boolean bodyDone;
  private boolean tunnelled;
  private @Nullable WebSocketSession webSocket; // of the handler's thread

  H2Stream(H2Connection owner, Channel channel) {
    this.owner = owner;
    this.channel = channel;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case Http2HeadersFrame frame -> headers(frame);
      case Http2DataFrame frame when tunnelled -> pass(ctx, frame);
      case Http2DataFrame frame -> data(frame);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void headers(Http2HeadersFrame frame) {
    if (exchange == null) {
      begin(frame);
    } else {
      var fields = frame.headers();
      exchange.body().trailers(() -> new H2Fields.Regular(fields.iterator()));
    }
    if (frame.isEndStream()) {
      bodyReceived();
    }
  }

  private void begin(Http2HeadersFrame frame) {
    var head = H2Head.of(frame.headers());
    if (head == null) {
      refuse();
    } else if (!owner.admits()) {
      var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM));
    } else {
      exchange = exchange(head);
    }
  }

  private Exchange exchange(H2Head head) {
    var outlet = new Outlet(channel, owner.limits().writeTime());
    var response = new H2Response(outlet, head.method().equals("HEAD"), this::responseEnded);
    var patience = owner.limits().bodyTime();
    var body = new Body(this, head.contentLength(), head.expectsContinue(), patience);
    var request = new IncomingRequest(head, owner.connection(), body, this);
    return new Exchange(owner.handlers(), request, response, body, this);
  }

  @Override
  public Tunnel tunnel(String protocol, Map<String, String> fields) {
    throw new IllegalStateException("a stream of HTTP/2 cannot be upgraded");
  }

  @Override
  public WebSocket upgrade(String subprotocol) {
    var current = exchange();
    var response = current.response();
    response.handedOver();
    var frames = new WebSocketFrames(channel, owner.limits(), response.outlet);
    var session = frames.session();
    session.onClose(current::clientGone);
    response.onClose(session::ended);
    webSocket = session;
    var fields = new DefaultHttp2Headers().status("200");
    if (!subprotocol.isEmpty()) {
      fields.set("sec-websocket-protocol", subprotocol);
    }
    var head = new DefaultHttp2HeadersFrame(fields);
    response.outlet.last(head, (Runnable) () -> speak(frames));
    return session;
  }

  private void speak(WebSocketFrames frames) {
    channel.flush();
    if (!channel.isActive() || bodyBegun || bodyDone) {
      frames.session().ended(); // gone already, or sent more before it was answered
      var _ = channel.close();
      return;
    }
    tunnelled = true;
    channel.pipeline().addLast(new H2Bytes(owner.limits().lingerTime()));
    frames.install(channel.pipeline());
    channel.config().setAutoRead(true);
  }

  @Override
  public Downstream downstream() {
    var current = exchange();
    boolean toHead = current.request().method().equals("HEAD");
    return new H2Downstream(channel, current.response(), toHead, this::responseEnded);
  }

  @Override
  public Exchange exchange() {
    if (exchange == null) {
      throw new IllegalStateException("no request yet");
    }
    return exchange;
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public void inviteBody() {
    var current = exchange;
    if (current != null && !current.response().committed()) {
      var fields = new DefaultHttp2Headers().status("100");
      current.response().outlet.last(new DefaultHttp2HeadersFrame(fields));
    }
  }

  @Override
  public void handlerDone() {
    if (webSocket != null) {
      webSocket.handlerDone();
    }
    owner.handlerEnds();
  }

  private void refuse() {
    var fields = new DefaultHttp2Headers().status("400");
    var _ = channel.writeAndFlush(new DefaultHttp2HeadersFrame(fields, true));
    if (!bodyDone) {
      var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    }
  }

  private void pass(ChannelHandlerContext ctx, Http2DataFrame frame) {
    boolean end = frame.isEndStream();
    ctx.fireChannelRead(frame.content());
    if (end) {
      bodyDone = true;
      ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  private void data(Http2DataFrame frame) {
    bodyBegun |= frame.content().isReadable();
    var current = exchange;
    boolean end = frame.isEndStream();
    ByteBuf bytes = frame.content();
    if (current == null || !bytes.isReadable()) {
      frame.release();
    } else if (current.body().offer(bytes)) {
      channel.config().setAutoRead(false);
    }
    if (end) {
      bodyReceived();
    }
  }

  private void bodyReceived() {
    bodyDone = true;
    if (exchange != null) {
      exchange.body().finish();
      start();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    start();
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.writable();
    }
    ctx.fireChannelWritabilityChanged();
  }

  private void start() {
    if (exchange != null && !started) {
      started = true;
      owner.handlerBegins();
      exchange.start();
    }
  }

  @Override
  public void resumeBody() {
    channel.eventLoop().execute(() -> channel.config().setAutoRead(true));
  }

  /// The rest of a request nobody will read is refused without blame (RFC 9113, 8.1).
  private void responseEnded() {
    if (!bodyDone) {
      var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame) {
      gone();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone();
    ctx.fireChannelInactive();
  }

  private void gone() {
    if (exchange != null) {
      exchange.response().outlet.close();
      exchange.clientGone();
      if (!started) {
        exchange.body().close();
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = channel.close();
  }
}
