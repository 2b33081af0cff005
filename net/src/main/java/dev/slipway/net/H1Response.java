package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/// Writes a response in HTTP/1 framing (RFC 9112).
final class H1Response extends OutgoingResponse {
  /// Up to this size parts are copied together: one buffer costs the socket less than several.
  private static final int MERGE_BYTES = 16 * 1024;

  private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
  private static final byte[] LINE_END = ascii("\r\n");

  private enum Framing {
    NONE,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  private final H1Connection connection;
  private final H1Head head;
  private final BooleanSupplier reusable;
  private Framing framing = Framing.NONE;
  private volatile boolean keepAlive;
  private volatile boolean closing;

  /// @param reusable whether the request has been read so far that the connection can go on
  H1Response(H1Connection connection, H1Head head, Outlet outlet, BooleanSupplier reusable) {
    super(outlet, head.method().equals("HEAD"));
    this.connection = connection;
    this.head = head;
    this.reusable = reusable;
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
        transmitParts(new byte[][] {body}, body.length);
      }
      transmitEnd();
      return;
    }
    var text = headText(statusCode() == 204 ? -1 : lengthOf(body, withBody), Framing.LENGTH);
    if (!withBody || body.length == 0) {
      outlet.last(Unpooled.wrappedBuffer(text), connection.responseEnd());
    } else if (text.length + body.length <= MERGE_BYTES) {
      outlet.last(merge(text, body), connection.responseEnd());
    } else {
      outlet.put(Unpooled.wrappedBuffer(text), text.length);
      outlet.putPieces(body, buffer -> buffer);
      outlet.last(connection.responseEnd());
    }
  }

  // The answer to a HEAD may carry the length the GET would have had.
  private long lengthOf(byte[] body, boolean withBody) {
    if (withBody || body.length > 0) {
      return body.length;
    }
    return headers
        .first("content-length")
        .map(Long::parseLong)
        .orElse(statusCode() == 304 ? -1L : 0);
  }

  @Override
  protected void transmitHead(long declaredBytes) {
    framing = framing(declaredBytes);
    if (framing == Framing.UNTIL_CLOSE) {
      keepAlive = false;
    }
    var text = headText(declaredBytes, framing);
    outlet.put(Unpooled.wrappedBuffer(text), text.length);
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
  protected void transmitParts(byte[][] parts, long bytes) {
    var prefix = framing == Framing.CHUNKED ? chunkStart(bytes) : new byte[0];
    var suffix = framing == Framing.CHUNKED ? LINE_END : new byte[0];
    long total = prefix.length + bytes + suffix.length;
    if (total <= MERGE_BYTES) {
      outlet.put(merge(prefix, parts, suffix, (int) total), (int) total);
      return;
    }
    outlet.putPieces(prefix, buffer -> buffer);
    for (var part : parts) {
      outlet.putPieces(part, buffer -> buffer);
    }
    outlet.putPieces(suffix, buffer -> buffer);
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
    var text = new StringBuilder("0\r\n");
    for (int i = 0; i < trailers.size(); i++) {
      field(text, trailers.name(i), trailers.value(i));
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  protected void breakOff() {
    outlet.last(connection.breakOff());
  }

  private byte[] headText(long length, Framing framed) {
    boolean goesOn = keepAlive() && reusable.getAsBoolean() && !asksToClose();
    keepAlive = goesOn;
    var text = new StringBuilder(256).append("HTTP/1.1 ").append(statusCode()).append(' ');
    text.append(HttpResponseStatus.valueOf(statusCode()).reasonPhrase()).append("\r\n");
    for (int i = 0; i < headers.size(); i++) {
      var name = headers.name(i);
      if (!Headers.ofConnection(name) && !name.equalsIgnoreCase("content-length")) {
        field(text, name, headers.value(i));
      }
    }
    if (headers.first("date").isEmpty()) {
      field(text, "date", HttpDate.now());
    }
    if (framed == Framing.CHUNKED) {
      field(text, "transfer-encoding", "chunked");
    } else if (length >= 0) {
      text.append("content-length: ").append(length).append("\r\n");
    }
    if (!goesOn) {
      field(text, "connection", "close");
    } else if (head.old()) {
      field(text, "connection", "keep-alive");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private boolean asksToClose() {
    return headers.first("connection").filter("close"::equalsIgnoreCase).isPresent();
  }

  private static void field(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append("\r\n");
  }

  private static ByteBuf merge(byte[] first, byte[] second) {
    var merged = new byte[first.length + second.length];
    System.arraycopy(first, 0, merged, 0, first.length);
    System.arraycopy(second, 0, merged, first.length, second.length);
    return Unpooled.wrappedBuffer(merged);
  }

  private static ByteBuf merge(byte[] prefix, byte[][] parts, byte[] suffix, int total) {
    var merged = new byte[total];
    System.arraycopy(prefix, 0, merged, 0, prefix.length);
    int at = prefix.length;
    for (var part : parts) {
      System.arraycopy(part, 0, merged, at, part.length);
      at += part.length;
    }
    System.arraycopy(suffix, 0, merged, at, suffix.length);
    return Unpooled.wrappedBuffer(merged);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
