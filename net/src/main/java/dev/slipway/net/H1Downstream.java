package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes a forwarded answer in HTTP/1 framing (RFC 9112).
///
/// Implementation note. The head waits in `pending` for small pieces of the body, which are copied
/// behind it: one buffer costs the socket less than several. Larger pieces go as they are.
final class H1Downstream implements Downstream {
  private static final int SMALL_BYTES = 4 * 1024;
  private static final int PENDING_BYTES = 16 * 1024;
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
  private static final byte[] CLOSE = ascii("connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("connection: keep-alive\r\n");
  private static final byte[] UPGRADE = ascii("connection: upgrade\r\n");
  private static final byte[] LAST_CHUNK = ascii("0\r\n");

  private enum Framing {
    NONE,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  private final H1Connection connection;
  private final H1Head request;
  private final H1Response response;
  private final H1Turn turn;
  private final Channel channel;
  private @Nullable ByteBuf pending;
  private Framing framing = Framing.NONE;
  private boolean tunnel;

  H1Downstream(H1Connection connection, H1Head request, H1Response response, H1Turn turn) {
    this.connection = connection;
    this.request = request;
    this.response = response;
    this.turn = turn;
    this.channel = turn.channel();
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public void inform(AnswerHead head) {
    if (!request.old()) {
      var text = connection.headText().status(head.status());
      head.copyTo(text, HeaderEdits.none());
      put(text.end(), 0);
      flush();
    }
  }

  @Override
  public void begin(AnswerHead head, HeaderEdits edits, boolean ends) {
    response.forwardBegan();
    int status = head.status();
    boolean bodiless = request.method().equals("HEAD") || status == 204 || status == 304;
    long length = ends && !bodiless ? 0 : head.contentLength();
    framing = bodiless ? Framing.NONE : framing(length);
    boolean goesOn = response.settle(framing != Framing.UNTIL_CLOSE);
    var text = head(head, edits);
    if (framing == Framing.CHUNKED) {
      text.line(CHUNKED);
    } else if (length >= 0 && status != 204) {
      text.contentLength(length);
    }
    if (!goesOn) {
      text.line(CLOSE);
    } else if (request.old()) {
      text.line(KEEP_ALIVE);
    }
    boolean small = framing == Framing.LENGTH && length <= SMALL_BYTES;
    put(text.end(), small ? (int) length : 0);
  }

  private Framing framing(long length) {
    if (length >= 0) {
      return Framing.LENGTH;
    }
    return request.old() ? Framing.UNTIL_CLOSE : Framing.CHUNKED;
  }

  private HeadText head(AnswerHead head, HeaderEdits edits) {
    var text = connection.headText().status(head.status());
    head.copyTo(text, edits);
    if (!head.hasDate() && !edits.has("date")) {
      text.line(HttpDate.line());
    }
    return text;
  }

  private void put(HeadText text, int more) {
    var buffer = room(text.length() + more);
    buffer.writeBytes(text.bytes(), 0, text.length());
  }

  private ByteBuf room(int bytes) {
    var buffer = pending;
    if (buffer == null) {
      buffer = channel.alloc().ioBuffer(bytes);
      pending = buffer;
    }
    return buffer;
  }

  @Override
  public void write(ByteBuf bytes) {
    int count = bytes.readableBytes();
    if (framing == Framing.NONE && !tunnel) {
      bytes.release();
      return;
    }
    if (framing == Framing.CHUNKED) {
      var buffer = room(count <= SMALL_BYTES ? count + 16 : 16);
      buffer.writeCharSequence(Integer.toHexString(count), StandardCharsets.US_ASCII);
      buffer.writeShort('\r' << 8 | '\n');
    }
    if (count <= SMALL_BYTES) {
      var buffer = room(count);
      buffer.writeBytes(bytes);
      bytes.release();
    } else {
      writePending();
      var _ = channel.write(bytes, channel.voidPromise());
    }
    if (framing == Framing.CHUNKED) {
      room(64).writeShort('\r' << 8 | '\n');
    }
    if (pending != null && pending.readableBytes() >= PENDING_BYTES) {
      writePending();
    }
  }

  private void writePending() {
    if (pending != null) {
      var _ = channel.write(pending, channel.voidPromise());
      pending = null;
    }
  }

  @Override
  public void end(@Nullable AnswerHead trailers) {
    if (tunnel) {
      writePending();
      response.forwardEnded();
      var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    if (framing == Framing.CHUNKED) {
      var text = connection.headText().startOver().line(LAST_CHUNK);
      if (trailers != null) {
        trailers.copyTo(text, HeaderEdits.none());
      }
      put(text.end(), 0);
    }
    flush();
    response.forwardEnded();
    connection.responseEnd().run();
  }

  @Override
  public void flush() {
    writePending();
    channel.flush();
  }

  @Override
  public boolean writable() {
    return channel.isWritable();
  }

  @Override
  public void breakOff() {
    writePending();
    response.forwardEnded();
    connection.breakOff().run();
  }

  @Override
  public void closeAfterwards() {
    response.closeAfterwards();
  }

  @Override
  public void tunnel(AnswerHead head, HeaderEdits edits, BodySink fromClient) {
    response.forwardBegan();
    tunnel = true;
    var text = head(head, edits).field("upgrade", head.upgrade()).line(UPGRADE);
    put(text.end(), 0);
    flush();
    if (connection.ahead()) {
      breakOff(); // the client spoke before it was answered
    } else {
      connection.tunnel(new H1Tunnel(turn.connection(), turn.exchange(), fromClient));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
