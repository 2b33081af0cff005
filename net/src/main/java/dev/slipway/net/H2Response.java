package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Writes a response in HTTP/2 frames (RFC 9113).
final class H2Response extends OutgoingResponse {
  private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
  private static final AsciiString DATE = AsciiString.cached("date");

  /// Up to this size parts are copied together: one buffer costs the socket less than several.
  private static final int MERGE_BYTES = 16 * 1024;

  /// Parts that become one frame.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Merged(ByteBuffer[] parts, int bytes) implements Outlet.Late {
    @Override
    public Object render(ByteBufAllocator allocator) {
      var buffer = allocator.ioBuffer(bytes);
      for (var part : parts) {
        buffer.writeBytes(part.duplicate());
      }
      return data(buffer);
    }
  }

  private final Runnable afterEnd;

  /// @param afterEnd runs on the event loop once the last frame was sent
  H2Response(Outlet outlet, boolean toHead, Runnable afterEnd) {
    super(outlet, toHead);
    this.afterEnd = afterEnd;
  }

  @Override
  protected void transmitWhole(byte[] body) {
    boolean empty = bodiless() || body.length == 0;
    boolean ends = trailers() == null;
    var head = head(lengthOf(body), empty && ends);
    if (empty && ends) {
      outlet.last(new Outlet.Then(head, afterEnd));
    } else if (body.length <= Outlet.PIECE_BYTES && ends) {
      var data = new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true);
      outlet.last(head, new Outlet.Then(data, afterEnd));
    } else {
      outlet.put(head, 0);
      outlet.putPieces(ByteBuffer.wrap(body), H2Response::data);
      outlet.last(new Outlet.Then(endOfStream(), afterEnd));
    }
  }

  private long lengthOf(byte[] body) {
    if (body.length > 0 || !bodiless()) {
      return statusCode() == 204 ? -1 : body.length;
    }
    return headers.number("content-length", -1);
  }

  @Override
  protected void transmitHead(long declaredBytes) {
    outlet.put(head(declaredBytes, false), 0);
  }

  @Override
  protected void transmitParts(ByteBuffer[] parts, long bytes) {
    if (bytes <= MERGE_BYTES) {
      outlet.put(new Merged(parts, (int) bytes), (int) bytes);
      return;
    }
    if (bytes <= Outlet.PIECE_BYTES) {
      outlet.put(data(Unpooled.wrappedBuffer(parts)), (int) bytes);
      return;
    }
    for (var part : parts) {
      outlet.putPieces(part, H2Response::data);
    }
  }

  @Override
  protected void transmitEnd() {
    outlet.last(new Outlet.Then(endOfStream(), afterEnd));
  }

  @Override
  protected void breakOff() {
    outlet.last(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
  }

  private DefaultHttp2HeadersFrame head(long length, boolean end) {
    var fields = new DefaultHttp2Headers(false, headers.size() + 4);
    fields.status(Integer.toString(statusCode()));
    addAll(fields, headers);
    if (!headers.has("date")) {
      fields.set(DATE, AsciiString.of(HttpDate.now()));
    }
    if (length >= 0) {
      fields.set(CONTENT_LENGTH, AsciiString.of(Long.toString(length)));
    }
    return new DefaultHttp2HeadersFrame(fields, end);
  }

  private static void addAll(DefaultHttp2Headers fields, Headers from) {
    for (int i = 0; i < from.size(); i++) {
      var name = Headers.lower(from.name(i));
      if (!Headers.ofConnection(name) && !name.equals("content-length")) {
        fields.add(AsciiString.of(name), utf8(from.value(i)));
      }
    }
  }

  private static AsciiString utf8(String value) {
    return new AsciiString(value.getBytes(StandardCharsets.UTF_8), false);
  }

  private static Object data(ByteBuf bytes) {
    return new DefaultHttp2DataFrame(bytes, false);
  }

  private Object endOfStream() {
    var trailers = trailers();
    if (trailers == null) {
      return new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true);
    }
    var fields = new DefaultHttp2Headers(false, trailers.size());
    addAll(fields, trailers);
    return new DefaultHttp2HeadersFrame(fields, true);
  }
}
