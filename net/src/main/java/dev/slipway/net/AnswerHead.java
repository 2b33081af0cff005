package dev.slipway.net;

import io.netty.handler.codec.http2.Http2Headers;

/// The head of an upstream's answer, or its trailers, on the way to the client: written into the
/// client's protocol without the fields that speak of one connection (RFC 9110, 7.6.1) and without
/// `content-length`. Of the event loop; valid until the next answer of the connection.
interface AnswerHead {
  int status();

  /// The declared length; -1 for none.
  long contentLength();

  boolean hasDate();

  /// What an answer of 101 changes to; empty otherwise.
  String upgrade();

  void copyTo(HeadText text, HeaderEdits edits);

  void copyTo(Http2Headers fields, HeaderEdits edits);
}
