package dev.slipway.net;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// A request that is answered without a handler, and ends its connection.
enum H1Refusal {
  MALFORMED("400 Bad Request"),
  TARGET_TOO_LONG("414 URI Too Long"),
  HEADERS_TOO_LARGE("431 Request Header Fields Too Large"),
  EXPECTATION("417 Expectation Failed"),
  VERSION("505 HTTP Version Not Supported");

  private final String status;

  H1Refusal(String status) {
    this.status = status;
  }

  byte[] answer() {
    return """
        HTTP/1.1 %s\r
        content-type: text/plain; charset=utf-8\r
        connection: close\r
        content-length: %d\r
        \r
        %s
        """
        .formatted(status, status.length() + 1, status)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /// Empty if the decoder was content.
  static Optional<H1Refusal> of(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return Optional.of(
          switch (request.decoderResult().cause()) {
            case TooLongHttpLineException _ -> TARGET_TOO_LONG;
            case TooLongHttpHeaderException _ -> HEADERS_TOO_LARGE;
            case null, default -> MALFORMED;
          });
    }
    var version = request.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      return Optional.of(VERSION);
    }
    var codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty() && (version.equals(HttpVersion.HTTP_1_0) || !chunked(codings))) {
      return Optional.of(MALFORMED);
    }
    var expected = request.headers().get("expect");
    return expected == null || expected.equalsIgnoreCase("100-continue")
        ? Optional.empty()
        : Optional.of(EXPECTATION);
  }

  private static boolean chunked(List<String> codings) {
    return codings.size() == 1 && codings.getFirst().strip().equalsIgnoreCase("chunked");
  }
}
