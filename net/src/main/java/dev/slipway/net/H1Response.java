package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes a response in HTTP/1 framing (RFC 9112).
final class H1Response extends OutgoingResponse implements Outlet.Late {
  /// Up to this size parts are copied together: one buffer costs the socket less than several.
  private static final int MERGE_BYTES = 16 * 1024;

  private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
  private static final byte[] LAST_CHUNK_START = ascii("0\r\n");
  private static final byte[] LINE_END = ascii("\r\n");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
  private static final byte[] CLOSE = ascii("connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("connection: keep-alive\r\n");
  private static final byte[] NOTHING = {};

  private enum Framing {
    NONE,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  private final H1Connection connection;
  private final H1Head head;
  private final H1Turn turn;
  private final HeadText text;
  private byte[] merged = NOTHING;
  private Framing framing = Framing.NONE;
  private volatile boolean keepAlive;
  private volatile boolean closing;

  H1Response(H1Connection connection, H1Head head, H1Turn turn) {
    super(connection.outlet(), head.method().equals("HEAD"));
    this.connection = connection;
    this.head = head;
    this.turn = turn;
    this.text = connection.headText();
    this.keepAlive = head.keepAlive();
  }

  boolean keepAlive() {
    return keepAlive && !closing;
  }

  /// Ends the connection after this response, whatever was agreed; any thread.
  void closeAfterwards() {
    closing = true;
  }

  @Override
  protected void transmitWhole(byte[] body) {
    boolean withBody = !bodiless();
    if (trailers() != null && head.takesTrailers()) {
      transmitHead(-1);
      if (body.length > 0) {
        transmitParts(new ByteBuffer[] {ByteBuffer.wrap(body)}, body.length);
      }
      transmitEnd();
      return;
    }
    writeHead(statusCode() == 204 ? -1 : lengthOf(body, withBody), Framing.LENGTH);
    if (!withBody || text.length() + body.length <= MERGE_BYTES) {
      merged = withBody ? body : merged;
      outlet.last(this, connection.responseEnd());
    } else {
      outlet.put(this, text.length());
      outlet.putPieces(ByteBuffer.wrap(body), buffer -> buffer);
      outlet.last(connection.responseEnd());
    }
  }

  // The answer to a HEAD may carry the length the GET would have had.
  private long lengthOf(byte[] body, boolean withBody) {
    if (withBody || body.length > 0) {
      return body.length;
    }
    return headers.number("content-length", statusCode() == 304 ? -1 : 0);
  }

  @Override
  protected void transmitHead(long declaredBytes) {
    framing = framing(declaredBytes);
    writeHead(declaredBytes, framing);
    outlet.put(this, text.length());
  }

  private Framing framing(long declaredBytes) {
    if (bodiless()) {
      return Framing.NONE;
    }
    if (declaredBytes >= 0) {
      return Framing.LENGTH;
    }
    return head.old() ? Framing.UNTIL_CLOSE : Framing.CHUNKED;
  }

  @Override
  protected void transmitParts(ByteBuffer[] parts, long bytes) {
    var prefix = framing == Framing.CHUNKED ? chunkStart(bytes) : new byte[0];
    var suffix = framing == Framing.CHUNKED ? LINE_END : new byte[0];
    long total = prefix.length + bytes + suffix.length;
    if (total <= MERGE_BYTES) {
      outlet.put(merge(prefix, parts, suffix, (int) total), (int) total);
      return;
    }
    outlet.putPieces(ByteBuffer.wrap(prefix), buffer -> buffer);
    for (var part : parts) {
      outlet.putPieces(part, buffer -> buffer);
    }
    outlet.putPieces(ByteBuffer.wrap(suffix), buffer -> buffer);
  }

  private static byte[] chunkStart(long bytes) {
    return ascii(Long.toHexString(bytes) + "\r\n");
  }

  @Override
  protected void transmitEnd() {
    if (framing == Framing.CHUNKED) {
      outlet.last(Unpooled.wrappedBuffer(lastChunk()), connection.responseEnd());
    } else {
      outlet.last(connection.responseEnd());
    }
  }

  private byte[] lastChunk() {
    var trailers = trailers();
    if (trailers == null || !head.takesTrailers()) {
      return LAST_CHUNK;
    }
    var last = new HeadText().line(LAST_CHUNK_START);
    for (int i = 0; i < trailers.size(); i++) {
      last.field(trailers.name(i), trailers.value(i));
    }
    last.end();
    return Arrays.copyOf(last.bytes(), last.length());
  }

  @Override
  protected void breakOff() {
    outlet.last(connection.breakOff());
  }

  /// Decides with the head whether the connection goes on after this response.
  ///
  /// @param framed whether the end of the body can be told without closing
  boolean settle(boolean framed) {
    keepAlive = framed && keepAlive() && turn.reusable() && !asksToClose();
    return keepAlive;
  }

  private void writeHead(long length, Framing framed) {
    boolean goesOn = settle(framed != Framing.UNTIL_CLOSE);
    text.status(statusCode());
    for (int i = 0; i < headers.size(); i++) {
      var name = headers.name(i);
      if (!Headers.ofConnection(name) && !name.equalsIgnoreCase("content-length")) {
        text.field(name, headers.value(i));
      }
    }
    if (!headers.has("date")) {
      text.line(HttpDate.line());
    }
    if (framed == Framing.CHUNKED) {
      text.line(CHUNKED);
    } else if (length >= 0) {
      text.contentLength(length);
    }
    if (!goesOn) {
      text.line(CLOSE);
    } else if (head.old()) {
      text.line(KEEP_ALIVE);
    }
    text.end();
  }

  private boolean asksToClose() {
    return headers.first("connection").equalsIgnoreCase("close");
  }

  /// The head, and a small body behind it, as one buffer.
  @Override
  public ByteBuf render(ByteBufAllocator allocator) {
    return allocator
        .ioBuffer(text.length() + merged.length)
        .writeBytes(text.bytes(), 0, text.length())
        .writeBytes(merged);
  }

  private static ByteBuf merge(byte[] prefix, ByteBuffer[] parts, byte[] suffix, int total) {
    var merged = new byte[total];
    System.arraycopy(prefix, 0, merged, 0, prefix.length);
    int at = prefix.length;
    for (var part : parts) {
      part.get(part.position(), merged, at, part.remaining());
      at += part.remaining();
    }
    System.arraycopy(suffix, 0, merged, at, suffix.length);
    return Unpooled.wrappedBuffer(merged);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
