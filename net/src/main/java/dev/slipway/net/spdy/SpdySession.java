package dev.slipway.net.spdy;

import dev.slipway.net.Response;
import dev.slipway.net.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The server's side of SPDY/3.1 over a tunnel.
///
/// Implementation note. Frames are read and written by Netty's codec, one for each direction, since
/// header blocks are compressed by what went before in their direction; the writing one is guarded
/// by its lock.
public final class SpdySession implements AutoCloseable {
  private static final int MOST_STREAMS = 1000;

  /// Of one data frame.
  private static final int PIECE_BYTES = 32 * 1024;

  private final Tunnel tunnel;
  private final EmbeddedChannel reading = new EmbeddedChannel(codec());
  private final EmbeddedChannel writing = new EmbeddedChannel(codec());
  private final Map<Integer, SpdyStream> streams = new ConcurrentHashMap<>();

  public SpdySession(Tunnel tunnel) {
    this.tunnel = tunnel;
  }

  private static SpdyFrameCodec codec() {
    return new SpdyFrameCodec(SpdyVersion.SPDY_3_1);
  }

  /// Serves until the client is gone; each stream is answered for and told of at once.
  ///
  /// @param opened must not block
  /// @throws IOException if what comes is no SPDY
  public void run(Consumer<SpdyStream> opened) throws IOException, InterruptedException {
    try {
      for (var bytes = tunnel.receive(); bytes.isPresent(); bytes = tunnel.receive()) {
        reading.writeInbound(Unpooled.wrappedBuffer(bytes.get()));
        for (Object frame = reading.readInbound(); frame != null; frame = reading.readInbound()) {
          try {
            if (!heard(frame, opened)) {
              return;
            }
          } finally {
            ReferenceCountUtil.release(frame);
          }
        }
      }
    } finally {
      streams.values().forEach(SpdyStream::end);
      reading.finishAndReleaseAll();
    }
  }

  /// @return whether more may come
  private boolean heard(Object frame, Consumer<SpdyStream> opened)
      throws IOException, InterruptedException {
    switch (frame) {
      case SpdySynStreamFrame syn -> opened(syn, opened);
      case SpdyDataFrame data -> data(data);
      case SpdyRstStreamFrame reset -> {
        var stream = streams.remove(reset.streamId());
        if (stream != null) {
          stream.end();
        }
      }
      case SpdyPingFrame ping -> send(ping);
      case SpdyGoAwayFrame _ -> {
        return false;
      }
      default -> {} // settings, windows and late headers change nothing
    }
    return true;
  }

  private void opened(SpdySynStreamFrame syn, Consumer<SpdyStream> opened) throws IOException {
    if (syn.isInvalid() || syn.isTruncated() || streams.size() >= MOST_STREAMS) {
      throw new IOException("stream " + syn.streamId() + " cannot be opened");
    }
    var headers = new TreeMap<String, String>();
    syn.headers()
        .forEach(
            each ->
                headers.put(
                    each.getKey().toString().toLowerCase(Locale.ROOT), each.getValue().toString()));
    var stream = new SpdyStream(this, syn.streamId(), headers);
    streams.put(syn.streamId(), stream);
    var reply = new DefaultSpdySynReplyFrame(syn.streamId());
    reply.headers().add("server", "slipway"); // clients take a reply without any header for broken
    send(reply);
    if (syn.isLast()) {
      stream.end();
    }
    opened.accept(stream);
  }

  private void data(SpdyDataFrame data) throws InterruptedException {
    var stream = streams.get(data.streamId());
    if (stream != null) {
      stream.offer(ByteBufUtil.getBytes(data.content()));
      if (data.isLast()) {
        stream.end();
      }
    }
  }

  /// @param last ends this side of the stream
  void send(int stream, byte[] bytes, boolean last) throws IOException {
    for (int at = 0; at < bytes.length; at += PIECE_BYTES) {
      int length = Math.min(PIECE_BYTES, bytes.length - at);
      send(new DefaultSpdyDataFrame(stream, Unpooled.wrappedBuffer(bytes, at, length)));
    }
    if (last) {
      var end = new DefaultSpdyDataFrame(stream);
      end.setLast(true);
      send(end);
    }
  }

  private void send(Object frame) throws IOException {
    synchronized (writing) {
      writing.writeOutbound(frame);
      var all = new ByteArrayOutputStream();
      for (ByteBuf bytes = writing.readOutbound(); bytes != null; bytes = writing.readOutbound()) {
        all.writeBytes(ByteBufUtil.getBytes(bytes));
        bytes.release();
      }
      try {
        tunnel.send(all.toByteArray());
      } catch (Response.ClientGoneException gone) {
        throw new IOException("the client is gone", gone);
      }
    }
  }

  /// Forgets a stream that is done on both sides.
  public void release(SpdyStream stream) {
    stream.abandon();
    streams.remove(stream.id());
  }

  @Override
  public void close() {
    tunnel.close();
  }
}
