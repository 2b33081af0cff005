package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/// One request as a stream of an HTTP/2 connection to an upstream. Of the event loop.
///
/// Implementation note. The window for bytes that came is given back once the client's side has
/// room for them: `owedBytes` are those it has none for.
final class H2Call implements UpstreamCall {
  private static final AsciiString HTTP = AsciiString.cached("http");
  private static final AsciiString HTTPS = AsciiString.cached("https");
  private static final AsciiString TE = AsciiString.cached("te");
  private static final AsciiString TRAILERS = AsciiString.cached("trailers");
  private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
  private static final int MORE_FIELDS = 8;

  private final H2Upstream owner;
  private final int id;
  private final boolean reused;
  private final Events events;
  private @Nullable Http2Stream stream;
  private boolean requestDone;
  private boolean over;
  private boolean paused;
  private boolean dirty;
  private int owedBytes;

  H2Call(H2Upstream owner, int id, boolean reused, Events events) {
    this.owner = owner;
    this.id = id;
    this.reused = reused;
    this.events = events;
  }

  @Override
  public boolean reused() {
    return reused;
  }

  @Override
  public void send(ForwardedHead head, long bodyBytes, @Nullable ByteBuf whole) {
    requestDone = bodyBytes == 0 || whole != null;
    var fields = fields(head, bodyBytes);
    stream = owner.open(this, id, fields, bodyBytes == 0);
    if (stream == null) {
      if (whole != null) {
        whole.release();
      }
      fail(Forwarded.End.REFUSED, "the upstream takes no more streams");
      return;
    }
    if (whole != null) {
      owner.write(id, whole, true);
    }
    owner.flush();
  }

  private Http2Headers fields(ForwardedHead forwarded, long bodyBytes) {
    var head = forwarded.head();
    var how = forwarded.how();
    var edits = how.requestEdits();
    var fields = new DefaultHttp2Headers(false, MORE_FIELDS + 8);
    fields.method(AsciiString.of(head.method()));
    fields.scheme(how.endpoint().tls().isPresent() ? HTTPS : HTTP);
    fields.path(AsciiString.of(how.target()));
    fields.authority(AsciiString.of(how.authority()));
    var listed = HopFields.listed(head);
    boolean mixed = !head.protocol().equals("HTTP/2");
    for (var each = head.fields().each(); each.hasNext(); ) {
      var field = each.next();
      var name = field.getKey();
      if (!HopFields.ofRequest(name) && !edits.drops(name) && !HopFields.lists(listed, name)) {
        fields.add(mixed ? AsciiString.of(name).toLowerCase() : name, field.getValue());
      }
    }
    H2Fields.add(fields, edits);
    if (edits.has("host")) {
      fields.authority(fields.get("host"));
      fields.remove("host");
    }
    if (HopFields.trailers(head)) {
      fields.set(TE, TRAILERS);
    }
    if (bodyBytes > 0 || (bodyBytes == 0 && head.contentLength() == 0)) {
      fields.set(CONTENT_LENGTH, AsciiString.of(Long.toString(bodyBytes)));
    }
    return fields;
  }

  @Override
  public void write(ByteBuf bytes) {
    if (over || requestDone) {
      bytes.release();
    } else {
      owner.write(id, bytes, false);
      owner.flush();
    }
  }

  @Override
  public void end(@Nullable Fields trailers) {
    if (over || requestDone) {
      return;
    }
    requestDone = true;
    if (trailers == null) {
      owner.write(id, Unpooled.EMPTY_BUFFER, true);
    } else {
      var fields = new DefaultHttp2Headers(false, MORE_FIELDS);
      for (var each = trailers.each(); each.hasNext(); ) {
        var field = each.next();
        if (!HopFields.ofRequest(field.getKey())) {
          fields.add(AsciiString.of(field.getKey()).toLowerCase(), field.getValue());
        }
      }
      owner.writeTrailers(id, fields);
    }
    owner.flush();
  }

  @Override
  public boolean writable() {
    return over || stream == null || owner.writable(stream);
  }

  @Override
  public void read(boolean on) {
    paused = !on;
    if (on && owedBytes > 0 && stream != null) {
      int bytes = owedBytes;
      owedBytes = 0;
      owner.consumed(stream, bytes);
    }
  }

  @Override
  public void cancel() {
    if (!over) {
      over = true;
      owner.reset(id, Http2Error.CANCEL);
    }
  }

  // -- what the connection reads

  void head(Http2Headers fields, boolean ends) {
    if (over) {
      return;
    }
    var head = new H2AnswerHead(fields);
    int status = head.status();
    if (status == 0) {
      if (ends) {
        complete(head); // trailers
      }
    } else if (status < 200) {
      events.informed(head);
    } else {
      dirty();
      events.began(head, ends);
      if (ends) {
        complete(null);
      }
    }
  }

  /// @return how many bytes of the window to give back at once
  int data(ByteBuf bytes, int padding, boolean ends) {
    int count = bytes.readableBytes();
    if (over) {
      return count + padding;
    }
    if (count > 0) {
      dirty();
      events.data(bytes.retain());
    }
    int owed = paused && !ends ? count : 0;
    owedBytes += owed;
    if (ends) {
      complete(null);
    }
    return count + padding - owed;
  }

  private void dirty() {
    if (!dirty) {
      dirty = true;
      owner.dirty(this);
    }
  }

  private void complete(@Nullable AnswerHead trailers) {
    if (over) {
      return;
    }
    over = true;
    if (!requestDone) {
      owner.reset(id, Http2Error.CANCEL); // nobody wants the rest of the request
    }
    events.ended(trailers);
  }

  void readComplete() {
    dirty = false;
    if (!over) {
      events.readComplete();
    }
  }

  void windowChanged() {
    if (!over && !requestDone && writable()) {
      events.writable();
    }
  }

  void fail(Forwarded.End how, String message) {
    if (!over) {
      over = true;
      events.failed(how, message);
    }
  }
}
