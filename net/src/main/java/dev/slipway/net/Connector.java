package dev.slipway.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

/// Opens connections of one event loop to upstreams, TLS handshake included.
final class Connector {
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private final EventLoop loop;
  private final UpstreamTls tls;
  private final Bootstrap bootstrap;
  private final long timeMillis;

  Connector(EventLoop loop, ForwarderSettings settings, UpstreamTls tls) {
    this.loop = loop;
    this.tls = tls;
    timeMillis = Math.min(settings.connectTime().toMillis(), Integer.MAX_VALUE);
    bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(Transport.best().socket())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeMillis)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {}
                });
  }

  /// Whether a connection made is one of HTTP/2.
  static boolean speaksHttp2(Channel channel, Endpoint endpoint) {
    return switch (endpoint.version()) {
      case HTTP_1 -> false;
      case HTTP_2 -> true;
      case NEGOTIATED -> {
        var tls = channel.pipeline().get(SslHandler.class);
        yield tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
      }
    };
  }

  /// Completes on the event loop, before anything has been read.
  Future<Channel> connect(Endpoint endpoint) {
    Promise<Channel> result = loop.newPromise();
    var connecting = bootstrap.connect(endpoint.address());
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            result.setFailure(done.cause());
          } else if (endpoint.tls().isEmpty()) {
            result.setSuccess(connecting.channel());
          } else {
            secure(connecting.channel(), endpoint, endpoint.tls().get(), result);
          }
        });
    return result;
  }

  private void secure(
      Channel channel, Endpoint endpoint, Endpoint.Tls settings, Promise<Channel> result) {
    SslHandler handler;
    try {
      handler = tls.newHandler(endpoint, settings, channel.alloc());
    } catch (IllegalArgumentException problem) {
      var _ = channel.close();
      result.setFailure(problem);
      return;
    }
    handler.setHandshakeTimeoutMillis(timeMillis);
    channel.pipeline().addLast(handler);
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              if (done.isSuccess()) {
                result.setSuccess(channel);
              } else {
                var _ = channel.close();
                result.setFailure(done.cause());
              }
            });
  }
}
