package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsyncMapping;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out what a new connection speaks and sets its pipeline up: under TLS by ALPN, in clear
/// text by the first bytes.
final class Front extends ChannelInitializer<Channel> {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int CHUNK_BYTES = 64 * 1024;

  /// The type of the record a TLS connection begins with (RFC 8446, 5.1).
  private static final byte TLS_HANDSHAKE = 0x16;

  private final Connections connections;
  private final boolean clear;
  private final Supplier<Certificates> certificates;
  private final Supplier<Optional<SpareCertificate>> spare;
  private final RequestHandlers handlers;

  /// @param clear whether clear text is spoken
  /// @param certificates asked for each connection, so that they can be exchanged; TLS is spoken
  ///     while there are any
  /// @param spare shown where none of them fits; TLS is spoken too where there is one
  Front(
      Connections connections,
      boolean clear,
      Supplier<Certificates> certificates,
      Supplier<Optional<SpareCertificate>> spare,
      RequestHandlers handlers) {
    this.connections = connections;
    this.clear = clear;
    this.certificates = certificates;
    this.spare = spare;
    this.handlers = handlers;
  }

  @Override
  protected void initChannel(Channel channel) {
    var admitted = connections.admit(channel);
    if (admitted.isEmpty()) {
      var _ = channel.close();
      return;
    }
    var connection = admitted.get();
    channel.pipeline().addLast(clear ? new ClearFirst(connection) : new TlsFirst(connection));
  }

  private void speakTls(ChannelHandlerContext ctx, Connection connection) {
    var offered = certificates.get();
    var only = offered.only();
    ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    ctx.pipeline()
        .addLast(
            only.isPresent()
                ? only.get().newHandler(ctx.alloc())
                : new SniHandler(
                    (AsyncMapping<String, SslContext>)
                        (host, answer) -> choose(offered, host, answer)))
        .addLast(new Alpn(connection, offered));
  }

  private Future<SslContext> choose(
      Certificates offered, @Nullable String host, Promise<SslContext> answer) {
    var fitting = offered.of(host);
    var otherwise = spare.get();
    if (fitting.isPresent()) {
      answer.setSuccess(fitting.get().context());
    } else if (otherwise.isPresent()) {
      otherwise.get().tell(answer);
    } else {
      answer.setFailure(new IllegalStateException("no certificate for " + host));
    }
    return answer;
  }

  private void speakHttp1(ChannelPipeline pipeline, Connection connection) {
    int limit = connections.settings().maxHeaderBytes();
    var config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limit)
            .setMaxHeaderSize(limit)
            .setMaxChunkSize(CHUNK_BYTES);
    pipeline.addLast(new StrictDecoder(config), new H1Connection(connection, handlers));
  }

  /// Tells a TLS hello from a clear-text request sent to the wrong port.
  private final class TlsFirst extends ByteToMessageDecoder {
    private static final byte[] WRONG_PORT =
        "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
            .getBytes(StandardCharsets.US_ASCII);

    private final Connection connection;

    TlsFirst(Connection connection) {
      this.connection = connection;
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
      speakTls(ctx, connection);
      ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }
  }

  private final class Alpn extends ApplicationProtocolNegotiationHandler {
    private final Connection connection;
    private final Certificates offered;
    private @Nullable String host;

    Alpn(Connection connection, Certificates offered) {
      super(ApplicationProtocolNames.HTTP_1_1);
      this.connection = connection;
      this.offered = offered;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
      if (event instanceof SniCompletionEvent named) {
        host = named.hostname();
      }
      super.userEventTriggered(ctx, event);
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      var session = ctx.pipeline().get(SslHandler.class).engine().getSession();
      connection.secured(offered.of(host).flatMap(setup -> setup.identity(session)));
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
      boolean tls = !certificates.get().isEmpty() || spare.get().isPresent();
      if (in.getByte(in.readerIndex()) == TLS_HANDSHAKE && tls) {
        speakTls(ctx, connection);
        ctx.pipeline().remove(this);
        return;
      }
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
