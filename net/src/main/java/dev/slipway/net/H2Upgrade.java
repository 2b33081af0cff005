package dev.slipway.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Turns an HTTP/1.1 connection into HTTP/2 where a clear-text client asks for it (RFC 7540, 3.2).
final class H2Upgrade {
  private static final String ENCODER = "h1-encoder";

  private H2Upgrade() {}

  /// Puts the upgrade in front of `h1` and gives it the request; if it fails, the request comes
  /// back whole.
  static void begin(
      ChannelHandlerContext h1,
      HttpRequest request,
      Connection connection,
      RequestHandlers handlers) {
    var pipeline = h1.pipeline();
    HttpServerUpgradeHandler.SourceCodec source = ctx -> removeHttp1(ctx.pipeline());
    var upgrade =
        new HttpServerUpgradeHandler(
            source, protocol -> codecFor(protocol, connection, handlers), 0);
    pipeline.addBefore(h1.name(), ENCODER, new HttpResponseEncoder());
    pipeline.addBefore(h1.name(), "h2c-upgrade", upgrade);
    pipeline.context(ENCODER).fireChannelRead(request);
  }

  private static void removeHttp1(ChannelPipeline pipeline) {
    pipeline.remove(StrictDecoder.class);
    pipeline.remove(HttpResponseEncoder.class);
    pipeline.remove(H1Connection.class);
  }

  private static HttpServerUpgradeHandler.@Nullable UpgradeCodec codecFor(
      CharSequence protocol, Connection connection, RequestHandlers handlers) {
    if (!AsciiString.contentEquals(Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, protocol)) {
      return null;
    }
    var h2 = H2Connection.forUpgrade(connection, handlers);
    return new Patient(new Http2ServerUpgradeCodec(h2.codec(), h2.streams(), h2.connection()));
  }

  /// Lets the request begin once the client has sent its preface. Before that the protocol allows
  /// an answer too, but the JDK's client loses bytes of it and curl has room for few.
  private record Patient(HttpServerUpgradeHandler.UpgradeCodec codec)
      implements HttpServerUpgradeHandler.UpgradeCodec {
    @Override
    public Collection<CharSequence> requiredUpgradeHeaders() {
      return codec.requiredUpgradeHeaders();
    }

    @Override
    public boolean prepareUpgradeResponse(
        ChannelHandlerContext ctx, FullHttpRequest request, HttpHeaders headers) {
      return codec.prepareUpgradeResponse(ctx, request, headers);
    }

    @Override
    public void upgradeTo(ChannelHandlerContext ctx, FullHttpRequest request) {
      codec.upgradeTo(ctx, request);
      ctx.pipeline().addAfter(ctx.name(), "h2c-preface", new Preface());
    }
  }

  /// Holds the event that begins the request.
  private static final class Preface extends ChannelInboundHandlerAdapter {
    private @Nullable Object held;

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof HttpServerUpgradeHandler.UpgradeEvent) {
        held = event;
      } else {
        ctx.fireUserEventTriggered(event);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var event = held;
      held = null;
      if (event != null) {
        ctx.fireUserEventTriggered(event);
      }
      ctx.fireChannelRead(message);
      ctx.pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      ReferenceCountUtil.release(held);
      held = null;
    }
  }
}
