package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The event loop's side of a WebSocket: frames into messages, and the manners of RFC 6455.
final class WebSocketFrames extends ChannelInboundHandlerAdapter implements Protocol {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final @Nullable Connection connection; // null on a stream, which is not the connection
  private final Channel channel;
  private final WebSocketSession session;
  private final ServerLimits limits;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream(0);
  private boolean begunIsText;
  private boolean lingering;

  /// A whole connection's.
  WebSocketFrames(Connection connection, Outlet outlet) {
    this(connection, connection.channel(), connection.owner().limits(), outlet);
  }

  /// One stream's of a connection.
  WebSocketFrames(Channel stream, ServerLimits limits, Outlet outlet) {
    this(null, stream, limits, outlet);
  }

  private WebSocketFrames(
      @Nullable Connection connection, Channel channel, ServerLimits limits, Outlet outlet) {
    this.connection = connection;
    this.channel = channel;
    this.limits = limits;
    this.session = new WebSocketSession(outlet, this::resume, this::closeSent);
  }

  WebSocketSession session() {
    return session;
  }

  /// The answer that accepts a WebSocket (RFC 6455, 4.2.2).
  ///
  /// @param protocol the subprotocol chosen; empty for none
  static byte[] acceptance(String key, String protocol) {
    try {
      var digest = MessageDigest.getInstance("SHA-1");
      var hash = digest.digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      var chosen = protocol.isEmpty() ? "" : "sec-websocket-protocol: " + protocol + "\r\n";
      return """
      HTTP/1.1 101 Switching Protocols\r
      upgrade: websocket\r
      connection: Upgrade\r
      sec-websocket-accept: %s\r
      %s\r
      """
          .formatted(Base64.getEncoder().encodeToString(hash), chosen)
          .getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// Adds what speaks WebSocket to the end of a pipeline.
  void install(ChannelPipeline pipeline) {
    var config =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(limits.maxMessageBytes())
            .closeOnProtocolViolation(false)
            .withUTF8Validator(false)
            .build();
    pipeline.addLast(
        new WebSocket13FrameEncoder(false),
        new WebSocket13FrameDecoder(config),
        new Utf8FrameValidator(false),
        this);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    if (connection != null) {
      connection.expireNever();
      connection.speaks(this);
    }
  }

  /// The peer gets so long to close its side.
  private void expire() {
    if (connection != null) {
      connection.expireIn(limits.lingerTime());
    } else {
      long millis = limits.lingerTime().toMillis();
      var _ = channel.eventLoop().schedule(this::expired, millis, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (!lingering) {
        receive(message);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void receive(Object message) {
    switch (message) {
      case TextWebSocketFrame frame -> data(true, frame.isFinalFragment(), frame.content());
      case BinaryWebSocketFrame frame -> data(false, frame.isFinalFragment(), frame.content());
      case ContinuationWebSocketFrame frame -> more(frame.isFinalFragment(), frame.content());
      case PingWebSocketFrame frame -> pong(frame.content());
      case CloseWebSocketFrame frame -> peerCloses(frame.statusCode());
      default -> {}
    }
  }

  private void data(boolean text, boolean last, ByteBuf payload) {
    if (last) {
      deliver(new WebSocket.Message(text, ByteBufUtil.getBytes(payload)));
    } else {
      begunIsText = text;
      more(false, payload);
    }
  }

  private void more(boolean last, ByteBuf payload) {
    if (payload.readableBytes() > limits.maxMessageBytes() - begun.size()) {
      giveUp(WebSocketCloseStatus.MESSAGE_TOO_BIG.code(), "message too big");
      return;
    }
    begun.writeBytes(ByteBufUtil.getBytes(payload));
    if (last) {
      deliver(new WebSocket.Message(begunIsText, begun.toByteArray()));
      begun.reset();
    }
  }

  private void deliver(WebSocket.Message message) {
    // An empty message occupies memory as well.
    if (session.inlet().offer(message, message.payload().length + 64)) {
      channel.config().setAutoRead(false);
    }
  }

  private void resume() {
    channel.eventLoop().execute(() -> channel.config().setAutoRead(true));
  }

  // A peer that sends pings without reading the answers gets none.
  private void pong(ByteBuf payload) {
    if (channel.isWritable()) {
      var _ = channel.writeAndFlush(new PongWebSocketFrame(payload.retain()));
    }
  }

  private void peerCloses(int code) {
    var reply = session.closeReply(code);
    Object last = reply.isPresent() ? reply.get() : Unpooled.EMPTY_BUFFER;
    lingering = true;
    var _ = channel.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
    session.ended();
  }

  /// Ends a session whose peer broke the rules, leaving it time to read why.
  private void giveUp(int code, String reason) {
    if (lingering) {
      return;
    }
    lingering = true;
    expire();
    channel.config().setAutoRead(true);
    var frame = new CloseWebSocketFrame(code, reason);
    var _ = channel.writeAndFlush(frame).addListener(_ -> endOutput());
    session.ended();
  }

  private void endOutput() {
    if (connection == null) {
      var _ = channel.close();
    } else if (!connection.secure() && channel instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    }
  }

  private void closeSent() {
    channel.config().setAutoRead(true);
    expire();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      var _ = channel.close();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    session.ended();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException corrupted) {
      giveUp(corrupted.closeStatus().code(), corrupted.closeStatus().reasonText());
    } else {
      var _ = channel.close();
    }
  }

  @Override
  public void expired() {
    var _ = channel.close();
  }

  @Override
  public void drain() {
    session.close(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE.code(), "server is closing");
  }

  @Override
  public void finish() {
    drain();
  }
}
