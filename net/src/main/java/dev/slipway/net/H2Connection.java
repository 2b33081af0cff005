package dev.slipway.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// One HTTP/2 connection: its limits, its idle time, its streams. Closing it says GOAWAY and lets
/// streams under way finish.
final class H2Connection extends ChannelInboundHandlerAdapter implements Protocol {
  private static final int DEFAULT_WINDOW_BYTES = 65_535;

  /// Resets a client may send in a second; watches are ended by resets, so this is not few.
  private static final int RESETS_PER_SECOND = 1000;

  private static final int FLUSHES_TOGETHER = 256;

  private final Connection connection;
  private final RequestHandlers handlers;
  private final ServerLimits limits;
  private final AtomicInteger running = new AtomicInteger();
  private final Http2FrameCodec codec;
  private boolean draining;

  private H2Connection(Connection connection, RequestHandlers handlers) {
    this.connection = connection;
    this.handlers = handlers;
    this.limits = connection.owner().limits();
    this.codec = codec(connection.owner().settings());
  }

  /// Makes a channel speak HTTP/2 from the preface on.
  static void install(ChannelPipeline pipeline, Connection connection, RequestHandlers handlers) {
    var h2 = new H2Connection(connection, handlers);
    pipeline.addLast(new FlushConsolidationHandler(FLUSHES_TOGETHER, true));
    pipeline.addLast(h2.codec, h2.streams(), h2);
  }

  /// The same for a channel that upgrades; the codec is to be installed by the caller, before
  /// the handlers.
  static Upgrade forUpgrade(Connection connection, RequestHandlers handlers) {
    var h2 = new H2Connection(connection, handlers);
    return new Upgrade(h2.codec, h2.streams(), h2);
  }

  record Upgrade(Http2FrameCodec codec, ChannelHandler streams, ChannelHandler connection) {}

  private Http2FrameCodec codec(ServerSettings settings) {
    return Http2FrameCodecBuilder.forServer()
        .initialSettings(
            settings()
                .maxConcurrentStreams(limits.maxStreams())
                .initialWindowSize(ServerLimits.STREAM_WINDOW_BYTES)
                .maxHeaderListSize(settings.maxHeaderBytes()))
        .decoderEnforceMaxRstFramesPerWindow(RESETS_PER_SECOND, 1)
        // The server's own drain decides how long streams may take.
        .gracefulShutdownTimeoutMillis(TimeUnit.HOURS.toMillis(1))
        .build();
  }

  private Http2Settings settings() {
    var settings = Http2Settings.defaultSettings();
    return handlers.first().forwardsWebSockets() ? settings.connectProtocolEnabled(true) : settings;
  }

  private ChannelHandler streams() {
    return new Http2MultiplexHandler(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel stream) {
            stream.pipeline().addLast(new H2Stream(H2Connection.this, stream));
          }
        });
  }

  Connection connection() {
    return connection;
  }

  RequestHandlers handlers() {
    return handlers;
  }

  ServerLimits limits() {
    return limits;
  }

  /// Whether another handler may be started: a client that opens and resets streams faster than
  /// handlers end has to wait.
  boolean admits() {
    return running.get() < limits.maxStreams() * ServerLimits.HANDLERS_PER_STREAM_LIMIT;
  }

  void handlerBegins() {
    running.incrementAndGet();
    connection.owner().requestBegins();
  }

  void handlerEnds() {
    running.decrementAndGet();
    connection.owner().requestEnds();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    connection.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    codec.connection().addListener(new Idleness());
    int growth = ServerLimits.CONNECTION_WINDOW_BYTES - DEFAULT_WINDOW_BYTES;
    var _ = ctx.writeAndFlush(new DefaultHttp2WindowUpdateFrame(growth));
    connection.speaks(this);
    awaitStreams();
  }

  private void awaitStreams() {
    if (codec.connection().numActiveStreams() == 0) {
      var idle = connection.owner().settings().idleTimeout();
      connection.expireIn(draining ? ServerLimits.DRAIN_QUIET : idle);
    } else {
      connection.expireNever();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      connection.cut();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }

  @Override
  public void expired() {
    var _ = connection.channel().close();
  }

  /// Says GOAWAY for streams to come, without a limit to those the client has begun meanwhile.
  @Override
  public void drain() {
    if (!draining) {
      draining = true;
      var farewell = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
      var _ = connection.channel().writeAndFlush(farewell.setExtraStreamIds(Integer.MAX_VALUE));
      awaitStreams();
    }
  }

  @Override
  public void finish() {
    var _ = connection.channel().close();
  }

  private final class Idleness extends Http2ConnectionAdapter {
    @Override
    public void onStreamActive(Http2Stream stream) {
      connection.expireNever();
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
      awaitStreams();
    }
  }
}
