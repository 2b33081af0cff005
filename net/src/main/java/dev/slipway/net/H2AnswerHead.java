package dev.slipway.net;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/// The head, or the trailers, of an HTTP/2 answer.
record H2AnswerHead(Http2Headers fields) implements AnswerHead {
  private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
  private static final AsciiString DATE = AsciiString.cached("date");

  @Override
  public int status() {
    var status = fields.status();
    try {
      return status == null ? 0 : Integer.parseInt(status, 0, status.length(), 10);
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  // The codec refuses nonsense.
  @Override
  public long contentLength() {
    var length = fields.get(CONTENT_LENGTH);
    return length == null ? -1 : Long.parseLong(length, 0, length.length(), 10);
  }

  @Override
  public boolean hasDate() {
    return fields.contains(DATE);
  }

  @Override
  public String upgrade() {
    return "";
  }

  @Override
  public void copyTo(HeadText text, HeaderEdits edits) {
    for (var field : fields) {
      var name = field.getKey();
      if (passes(name, edits)) {
        var _ = text.received(name, field.getValue());
      }
    }
    text.add(edits);
  }

  @Override
  public void copyTo(Http2Headers target, HeaderEdits edits) {
    for (var field : fields) {
      if (passes(field.getKey(), edits)) {
        target.add(field.getKey(), field.getValue());
      }
    }
    H2Fields.add(target, edits);
  }

  private static boolean passes(CharSequence name, HeaderEdits edits) {
    return !H2Fields.pseudo(name)
        && !HopFields.ofRequest(name)
        && (edits.size() == 0 || !edits.drops(name));
  }
}
