package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection to an upstream, shared by many requests of one event loop.
///
/// Implementation note. It drives the codec's frames directly: a channel for each stream would cost
/// more than the rest of a small call.
final class H2Upstream extends Http2EventAdapter {
  private static final int FLUSHES_TOGETHER = 256;
  private static final int STREAM_WINDOW_BYTES = 256 * 1024;
  private static final int CONNECTION_WINDOW_BYTES = 16 * 1024 * 1024;
  private static final int DEFAULT_WINDOW_BYTES = 65_535;

  /// Streams begun before the upstream has said how many it takes.
  static final int FIRST_STREAMS = 100;

  private final LoopUpstreams owner;
  private final Endpoint endpoint;
  private final Channel channel;
  private final Http2ConnectionHandler handler;
  private final Http2Connection.PropertyKey key;
  private final List<H2Call> dirty = new ArrayList<>();
  private final ChannelHandlerContext ctx;
  private boolean used;
  private boolean settled;
  private boolean leaving;
  private int lastAccepted = Integer.MAX_VALUE;
  private long idleSince = System.nanoTime();

  H2Upstream(Channel channel, LoopUpstreams owner, Endpoint endpoint) throws Http2Exception {
    this.channel = channel;
    this.owner = owner;
    this.endpoint = endpoint;
    handler =
        new Http2ConnectionHandlerBuilder()
            .server(false)
            .frameListener(this)
            .initialSettings(
                Http2Settings.defaultSettings()
                    .pushEnabled(false)
                    .initialWindowSize(STREAM_WINDOW_BYTES)
                    .maxHeaderListSize(owner.settings().maxHeaderBytes()))
            .gracefulShutdownTimeoutMillis(0)
            .build();
    var connection = handler.connection();
    key = connection.newKey();
    connection.addListener(this);
    handler.encoder().flowController().listener(this::windowChanged);
    channel
        .pipeline()
        .addLast(new FlushConsolidationHandler(FLUSHES_TOGETHER, true), handler, new After());
    ctx = channel.pipeline().context(handler);
    int more = CONNECTION_WINDOW_BYTES - DEFAULT_WINDOW_BYTES;
    handler.decoder().flowController().incrementWindowSize(connection.connectionStream(), more);
    flush();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /// Whether it takes another request.
  boolean open() {
    var local = handler.connection().local();
    return channel.isActive()
        && !leaving
        && !handler.connection().goAwayReceived()
        && local.canOpenStream()
        && (settled || local.numActiveStreams() < FIRST_STREAMS)
        && local.lastStreamCreated() < Integer.MAX_VALUE - 2;
  }

  /// Begins a request where `open`.
  UpstreamCall take(UpstreamCall.Events events) {
    int id = handler.connection().local().incrementAndGetNextStreamId();
    var call = new H2Call(this, id, used, events);
    used = true;
    return call;
  }

  /// Whether it has carried nothing since `nanos`.
  boolean idleSince(long nanos) {
    return handler.connection().numActiveStreams() == 0 && idleSince - nanos < 0;
  }

  /// Takes no more requests, and closes when those under way have ended.
  void leave() {
    leaving = true;
    if (handler.connection().numActiveStreams() == 0) {
      var _ = channel.close();
    }
  }

  @Nullable Http2Stream open(H2Call call, int id, Http2Headers fields, boolean ends) {
    var written = handler.encoder().writeHeaders(ctx, id, fields, 0, ends, ctx.newPromise());
    var stream = handler.connection().stream(id);
    if (stream == null || (written.isDone() && !written.isSuccess())) {
      return null;
    }
    stream.setProperty(key, call);
    return stream;
  }

  void write(int id, ByteBuf bytes, boolean ends) {
    var _ = handler.encoder().writeData(ctx, id, bytes, 0, ends, ctx.newPromise());
  }

  void writeTrailers(int id, Http2Headers fields) {
    var _ = handler.encoder().writeHeaders(ctx, id, fields, 0, true, ctx.newPromise());
  }

  void flush() {
    handler.flush(ctx); // through the codec: it writes what its windows allow
  }

  boolean writable(Http2Stream stream) {
    return handler.encoder().flowController().isWritable(stream);
  }

  /// Gives the window back.
  void consumed(Http2Stream stream, int bytes) {
    try {
      if (handler.decoder().flowController().consumeBytes(stream, bytes)) {
        flush();
      }
    } catch (Http2Exception _) {
      var _ = channel.close();
    }
  }

  void reset(int id, Http2Error error) {
    if (handler.connection().stream(id) != null) {
      var _ = handler.resetStream(ctx, id, error.code(), ctx.newPromise());
      flush();
    }
  }

  /// The call wants to hear of the end of this read.
  void dirty(H2Call call) {
    dirty.add(call);
  }

  private @Nullable H2Call call(int id) {
    var stream = handler.connection().stream(id);
    return stream == null ? null : stream.getProperty(key);
  }

  private void windowChanged(Http2Stream stream) {
    H2Call call = stream.getProperty(key);
    if (call != null) {
      call.windowChanged();
    }
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) {
    settled = true;
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean ends) {
    var call = call(id);
    return call == null ? data.readableBytes() + padding : call.data(data, padding, ends);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean ends) {
    var call = call(id);
    if (call != null) {
      call.head(headers, ends);
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int id,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean ends) {
    onHeadersRead(context, id, headers, padding, ends);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext context, int id, long code) {
    var call = call(id);
    if (call != null) {
      boolean refused = code == Http2Error.REFUSED_STREAM.code();
      call.fail(
          refused ? Forwarded.End.REFUSED : Forwarded.End.RESET,
          "the upstream reset the stream: " + Http2Error.valueOf(code));
    }
  }

  @Override
  public void onGoAwayReceived(int lastStreamId, long code, ByteBuf debug) {
    lastAccepted = lastStreamId;
    owner.gone(this);
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    H2Call call = stream.getProperty(key);
    if (call != null) {
      boolean refused = stream.id() > lastAccepted;
      call.fail(
          refused ? Forwarded.End.REFUSED : Forwarded.End.RESET, "the upstream closed the stream");
    }
    idleSince = System.nanoTime();
  }

  @Override
  public void onStreamRemoved(Http2Stream stream) {
    if (leaving) {
      leave();
    }
  }

  /// Behind the codec: the end of each read, and of the connection.
  private final class After extends ChannelInboundHandlerAdapter {
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      for (int i = 0; i < dirty.size(); i++) {
        dirty.get(i).readComplete();
      }
      dirty.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      owner.gone(H2Upstream.this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }
}
