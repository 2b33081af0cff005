package dev.slipway.net;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The head of an HTTP/1 request.
record H1Head(String method, Target target, String protocol, HttpHeaders headers)
    implements RequestHead {

  /// Null if the target or `Host` is malformed (RFC 9112, 3.2).
  static @Nullable H1Head of(HttpRequest request) {
    var headers = request.headers();
    boolean old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    var host = "";
    var hosts = headers.valueStringIterator(HttpHeaderNames.HOST);
    if (hosts.hasNext()) {
      host = hosts.next();
    } else if (!old) {
      return null;
    }
    var target = hosts.hasNext() ? null : Target.parse(request.uri(), host);
    var protocol = old ? "HTTP/1.0" : "HTTP/1.1";
    return target == null ? null : new H1Head(request.method().name(), target, protocol, headers);
  }

  boolean old() {
    return protocol.equals("HTTP/1.0");
  }

  /// Whether the client would use the connection again (RFC 9112, 9.3).
  boolean keepAlive() {
    if (!headers.contains(HttpHeaderNames.CONNECTION)) {
      return !old();
    }
    return old()
        ? headers.containsValue(HttpHeaderNames.CONNECTION, "keep-alive", true)
        : !headers.containsValue(HttpHeaderNames.CONNECTION, "close", true);
  }

  @Override
  public boolean expectsContinue() {
    return !old() && headers.contains(HttpHeaderNames.EXPECT, "100-continue", true);
  }

  /// Whether the client reads fields after a body (RFC 9110, 10.1.4).
  boolean takesTrailers() {
    return !old() && headers.containsValue(HttpHeaderNames.TE, "trailers", true);
  }

  boolean chunked() {
    return headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
  }

  // The decoder has checked it.
  @Override
  public long contentLength() {
    var length = chunked() ? null : headers.get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null ? -1 : Long.parseLong(length.strip());
  }

  boolean asksForHttp2() {
    return !old()
        && headers.contains(HttpHeaderNames.UPGRADE)
        && headers.containsValue(HttpHeaderNames.UPGRADE, "h2c", true)
        && headers.contains("http2-settings")
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE, true)
        && !chunked()
        && contentLength() <= 0;
  }

  @Override
  public Fields fields() {
    return headers::iteratorCharSequence;
  }

  @Override
  public String header(String name) {
    var value = headers.get(name);
    return value == null ? "" : value;
  }

  @Override
  public List<String> headers(String name) {
    return headers.getAll(name);
  }

  @Override
  public List<String> headerNames() {
    return headers.names().stream().map(Headers::lower).distinct().toList();
  }
}
