package dev.slipway.net;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The head of an HTTP/1 request.
record H1Head(String method, Target target, String protocol, HttpHeaders fields)
    implements RequestHead {

  /// Null if the target or `Host` is malformed (RFC 9112, 3.2).
  static @Nullable H1Head of(HttpRequest request) {
    var fields = request.headers();
    boolean old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    var host = "";
    var hosts = fields.valueStringIterator(HttpHeaderNames.HOST);
    if (hosts.hasNext()) {
      host = hosts.next();
    } else if (!old) {
      return null;
    }
    var target = hosts.hasNext() ? null : Target.parse(request.uri(), host);
    var protocol = old ? "HTTP/1.0" : "HTTP/1.1";
    return target == null ? null : new H1Head(request.method().name(), target, protocol, fields);
  }

  boolean old() {
    return protocol.equals("HTTP/1.0");
  }

  /// Whether the client would use the connection again (RFC 9112, 9.3).
  boolean keepAlive() {
    if (!fields.contains(HttpHeaderNames.CONNECTION)) {
      return !old();
    }
    return old()
        ? fields.containsValue(HttpHeaderNames.CONNECTION, "keep-alive", true)
        : !fields.containsValue(HttpHeaderNames.CONNECTION, "close", true);
  }

  boolean expectsContinue() {
    return !old() && fields.contains(HttpHeaderNames.EXPECT, "100-continue", true);
  }

  /// Whether the client reads fields after a body (RFC 9110, 10.1.4).
  boolean takesTrailers() {
    return !old() && fields.containsValue(HttpHeaderNames.TE, "trailers", true);
  }

  boolean chunked() {
    return fields.contains(HttpHeaderNames.TRANSFER_ENCODING);
  }

  /// The declared length; -1 for none. The decoder has checked it.
  long contentLength() {
    var length = chunked() ? null : fields.get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null ? -1 : Long.parseLong(length.strip());
  }

  boolean asksForHttp2() {
    return !old()
        && fields.contains(HttpHeaderNames.UPGRADE)
        && fields.containsValue(HttpHeaderNames.UPGRADE, "h2c", true)
        && fields.contains("http2-settings")
        && fields.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE, true)
        && !chunked()
        && contentLength() <= 0;
  }

  @Override
  public String header(String name) {
    var value = fields.get(name);
    return value == null ? "" : value;
  }

  @Override
  public List<String> headers(String name) {
    return fields.getAll(name);
  }

  @Override
  public List<String> headerNames() {
    return fields.names().stream().map(Headers::lower).distinct().toList();
  }
}
