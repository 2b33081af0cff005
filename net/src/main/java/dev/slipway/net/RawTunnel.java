package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// What follows an answer of 101 to another protocol: bytes to and from a handler's thread.
final class RawTunnel extends ChannelInboundHandlerAdapter implements Protocol, Tunnel {
  private static final Duration FOREVER = Duration.ofDays(36_500);

  private final Connection connection;
  private final Outlet outlet;
  private final Inlet<byte[]> inlet = new Inlet<>(ServerLimits.INLET_BYTES, _ -> {}, this::resume);
  private final CloseSignal over = new CloseSignal();
  private final AtomicBoolean closing = new AtomicBoolean();

  RawTunnel(Connection connection, Outlet outlet) {
    this.connection = connection;
    this.outlet = outlet;
  }

  /// The answer that accepts a protocol (RFC 9110, 7.8).
  static byte[] acceptance(String protocol, Map<String, String> fields) {
    var head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\n");
    head.append("upgrade: ").append(protocol).append("\r\n");
    fields.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
  }

  /// Runs once when the peer is gone.
  void onClose(Runnable action) {
    over.add(action);
  }

  @Override
  public Optional<byte[]> receive() throws InterruptedException {
    return inlet.take(FOREVER);
  }

  @Override
  public void send(byte[] bytes) {
    outlet.put(Unpooled.wrappedBuffer(bytes), bytes.length);
    outlet.flush();
  }

  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      inlet.close();
      outlet.last(
          (Runnable)
              () ->
                  connection
                      .channel()
                      .writeAndFlush(Unpooled.EMPTY_BUFFER)
                      .addListener(ChannelFutureListener.CLOSE));
    }
  }

  private void resume() {
    var channel = connection.channel();
    channel.eventLoop().execute(() -> channel.config().setAutoRead(true));
  }

  /// The peer is gone; on the event loop.
  void ended() {
    closing.set(true);
    outlet.close();
    inlet.finish();
    over.fire();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof ByteBuf bytes && bytes.isReadable()) {
        var some = ByteBufUtil.getBytes(bytes);
        if (inlet.offer(some, some.length)) {
          ctx.channel().config().setAutoRead(false);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      var _ = ctx.close();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }

  @Override
  public void expired() {
    var _ = connection.channel().close();
  }

  /// Nobody but the two ends knows when a tunnel is done.
  @Override
  public void drain() {}

  @Override
  public void finish() {
    close();
  }
}
