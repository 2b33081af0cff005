package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/// Writes a forwarded answer in HTTP/2 frames (RFC 9113). The last piece of a body is held back
/// until a flush, so that it can carry the end of the stream.
final class H2Downstream implements Downstream {
  private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
  private static final AsciiString DATE = AsciiString.cached("date");
  private static final int FIELDS = 8;

  private final Channel channel;
  private final OutgoingResponse response;
  private final boolean toHead;
  private final Runnable afterEnd;
  private @Nullable ByteBuf held;
  private boolean ended;

  /// @param afterEnd runs once the last frame was sent
  H2Downstream(Channel channel, OutgoingResponse response, boolean toHead, Runnable afterEnd) {
    this.channel = channel;
    this.response = response;
    this.toHead = toHead;
    this.afterEnd = afterEnd;
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public void inform(AnswerHead head) {
    var fields = new DefaultHttp2Headers(false, FIELDS);
    fields.status(Integer.toString(head.status()));
    head.copyTo(fields, HeaderEdits.none());
    var _ = channel.writeAndFlush(new DefaultHttp2HeadersFrame(fields));
  }

  @Override
  public void begin(AnswerHead head, HeaderEdits edits, boolean ends) {
    response.forwardBegan();
    var fields = fields(head, edits);
    if (head.contentLength() >= 0 && head.status() != 204) {
      fields.set(CONTENT_LENGTH, AsciiString.of(Long.toString(head.contentLength())));
    }
    ended = ends || toHead;
    var frame = new DefaultHttp2HeadersFrame(fields, ended);
    if (ended) {
      writeLast(frame);
    } else {
      var _ = channel.write(frame);
    }
  }

  private static DefaultHttp2Headers fields(AnswerHead head, HeaderEdits edits) {
    var fields = new DefaultHttp2Headers(false, FIELDS);
    fields.status(Integer.toString(head.status()));
    head.copyTo(fields, edits);
    if (!head.hasDate() && !edits.has("date")) {
      fields.set(DATE, AsciiString.of(HttpDate.now()));
    }
    return fields;
  }

  @Override
  public void write(ByteBuf bytes) {
    if (ended) {
      bytes.release();
      return;
    }
    writeHeld();
    held = bytes;
  }

  private void writeHeld() {
    var bytes = held;
    if (bytes != null) {
      held = null;
      var _ = channel.write(new DefaultHttp2DataFrame(bytes));
    }
  }

  @Override
  public void end(@Nullable AnswerHead trailers) {
    if (!ended) {
      ended = true;
      if (trailers != null) {
        writeHeld();
        var fields = new DefaultHttp2Headers(false, FIELDS);
        trailers.copyTo(fields, HeaderEdits.none());
        writeLast(new DefaultHttp2HeadersFrame(fields, true));
      } else {
        var bytes = held == null ? Unpooled.EMPTY_BUFFER : held;
        held = null;
        writeLast(new DefaultHttp2DataFrame(bytes, true));
      }
    }
    channel.flush();
    response.forwardEnded();
  }

  private void writeLast(Object frame) {
    channel.write(frame).addListener(_ -> afterEnd.run());
  }

  @Override
  public void flush() {
    writeHeld();
    channel.flush();
  }

  @Override
  public boolean writable() {
    return channel.isWritable();
  }

  @Override
  public void breakOff() {
    if (held != null) {
      held.release();
      held = null;
    }
    var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
    response.forwardEnded();
  }

  /// Other streams of the connection go on.
  @Override
  public void closeAfterwards() {}

  /// An upgrade of HTTP/1.1 stands for an extended CONNECT (RFC 8441), which succeeds with 200.
  @Override
  public void tunnel(AnswerHead head, HeaderEdits edits, BodySink fromClient) {
    response.forwardBegan();
    var fields = fields(head, edits).status("200");
    fields.remove("sec-websocket-accept");
    var _ = channel.writeAndFlush(new DefaultHttp2HeadersFrame(fields));
  }
}
