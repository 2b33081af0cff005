package dev.slipway.net;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import java.time.Duration;

/// Sends what is written to a stream of HTTP/2 as the bytes of a tunnel (RFC 8441, 5): closing it
/// ends the stream, and resets it only where the peer does not end its side.
final class H2Bytes extends ChannelOutboundHandlerAdapter {
  private final Duration linger;
  private boolean ended;

  H2Bytes(Duration linger) {
    this.linger = linger;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (ended && message instanceof ByteBuf late) {
      late.release();
      promise.setSuccess();
    } else if (message instanceof ByteBuf bytes) {
      var _ = ctx.write(new DefaultHttp2DataFrame(bytes), promise);
    } else {
      var _ = ctx.write(message, promise);
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (ended) {
      var _ = ctx.close(promise);
      return;
    }
    ended = true;
    var _ = ctx.writeAndFlush(new DefaultHttp2DataFrame(true));
    var _ = ctx.executor().schedule(() -> cut(ctx, promise), linger.toMillis(), MILLISECONDS);
  }

  private static void cut(ChannelHandlerContext ctx, ChannelPromise promise) {
    var _ = ctx.close(promise);
  }
}
