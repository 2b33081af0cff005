package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out what a new connection speaks and sets its pipeline up: under TLS by ALPN, in clear
/// text by the first bytes.
final class Front extends ChannelInitializer<Channel> {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Connections connections;
  private final Supplier<Optional<TlsSetup>> tls;
  private final RequestHandlers handlers;

  /// @param tls asked for each connection, so that certificates can be exchanged
  Front(Connections connections, Supplier<Optional<TlsSetup>> tls, RequestHandlers handlers) {
    this.connections = connections;
    this.tls = tls;
    this.handlers = handlers;
  }

  @Override
  protected void initChannel(Channel channel) {
    var admitted = connections.admit(channel);
    if (admitted.isEmpty()) {
      var _ = channel.close();
      return;
    }
    var setup = tls.get();
    channel
        .pipeline()
        .addLast(
            setup.isPresent()
                ? new TlsFirst(admitted.get(), setup.get())
                : new ClearFirst(admitted.get()));
  }

  private void speakHttp1(ChannelPipeline pipeline, Connection connection) {
    int limit = connections.settings().maxHeaderBytes();
    var config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limit)
            .setMaxHeaderSize(limit)
            .setMaxChunkSize(CHUNK_BYTES);
    pipeline.addLast(new HttpRequestDecoder(config), new H1Connection(connection, handlers));
  }

  /// Tells a TLS hello from a clear-text request sent to the wrong port.
  private final class TlsFirst extends ByteToMessageDecoder {
    private static final byte[] WRONG_PORT =
        "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
            .getBytes(StandardCharsets.US_ASCII);

    private final Connection connection;
    private final TlsSetup setup;

    TlsFirst(Connection connection, TlsSetup setup) {
      this.connection = connection;
      this.setup = setup;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      byte first = in.getByte(in.readerIndex());
      if (first >= 'A' && first <= 'Z') {
        in.skipBytes(in.readableBytes());
        var _ =
            ctx.writeAndFlush(Unpooled.wrappedBuffer(WRONG_PORT))
                .addListener(ChannelFutureListener.CLOSE);
        return;
      }
      var ssl = setup.newHandler(ctx.alloc());
      ctx.pipeline().addLast(ssl, new Alpn(connection, setup, ssl));
      ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }
  }

  private final class Alpn extends ApplicationProtocolNegotiationHandler {
    private final Connection connection;
    private final TlsSetup setup;
    private final SslHandler ssl;

    Alpn(Connection connection, TlsSetup setup, SslHandler ssl) {
      super(ApplicationProtocolNames.HTTP_1_1);
      this.connection = connection;
      this.setup = setup;
      this.ssl = ssl;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      connection.secured(setup.identity(ssl.engine().getSession()));
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        H2Connection.install(ctx.pipeline(), connection, handlers);
      } else {
        speakHttp1(ctx.pipeline(), connection);
      }
    }

    @Override
    protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
      LOG.debug("TLS handshake with {} failed: {}", connection.remote(), cause.getMessage());
      var _ = ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      LOG.debug("connection from {} failed: {}", connection.remote(), cause.getMessage());
      var _ = ctx.close();
    }
  }

  /// Tells the preface of HTTP/2 with prior knowledge (RFC 9113, 3.4) from an HTTP/1 request.
  private final class ClearFirst extends ByteToMessageDecoder {
    private static final ByteBuf PREFACE =
        Unpooled.unreleasableBuffer(Http2CodecUtil.connectionPrefaceBuf());

    private final Connection connection;

    ClearFirst(Connection connection) {
      this.connection = connection;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      int known = Math.min(in.readableBytes(), PREFACE.readableBytes());
      if (!startsLikePreface(in, known)) {
        speakHttp1(ctx.pipeline(), connection);
        ctx.pipeline().remove(this);
      } else if (known == PREFACE.readableBytes()) {
        H2Connection.install(ctx.pipeline(), connection, handlers);
        ctx.pipeline().remove(this);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
      super.userEventTriggered(ctx, event);
      if (event instanceof ChannelInputShutdownEvent && !ctx.isRemoved()) {
        var _ = ctx.close();
      }
    }

    private static boolean startsLikePreface(ByteBuf in, int length) {
      for (int i = 0; i < length; i++) {
        if (in.getByte(in.readerIndex() + i) != PREFACE.getByte(i)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }
  }
}
