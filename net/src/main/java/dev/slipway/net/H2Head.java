package dev.slipway.net;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The head of an HTTP/2 request.
record H2Head(String method, Target target, Http2Headers all, boolean extendedConnect)
    implements RequestHead {
  private static final int KEY_BYTES = 16;

  /// Null if a pseudo-header is missing or malformed (RFC 9113, 8.3.1).
  static @Nullable H2Head of(Http2Headers all) {
    var path = all.path();
    var method = all.method();
    if (path == null || method == null) {
      return null;
    }
    var host = all.authority() != null ? all.authority() : all.get("host");
    var target = Target.parse(path.toString(), text(host));
    if (target == null) {
      return null;
    }
    var protocol = all.get(Http2Headers.PseudoHeaderName.PROTOCOL.value());
    if (protocol == null) {
      return new H2Head(method.toString(), target, all, false);
    }
    boolean webSocket =
        text(method).equals("CONNECT") && text(protocol).equalsIgnoreCase("websocket");
    return webSocket ? new H2Head("GET", target, asUpgrade(all), true) : null;
  }

  /// The fields of the handshake that HTTP/2 leaves out (RFC 6455, 4.1).
  private static Http2Headers asUpgrade(Http2Headers all) {
    var key = new byte[KEY_BYTES];
    ThreadLocalRandom.current().nextBytes(key);
    var fields = new DefaultHttp2Headers(false);
    fields.setAll(all);
    fields.set("upgrade", "websocket").set("connection", "Upgrade");
    fields.set("sec-websocket-key", Base64.getEncoder().encodeToString(key));
    if (!fields.contains("sec-websocket-version")) {
      fields.set("sec-websocket-version", "13");
    }
    return fields;
  }

  private static String text(@Nullable CharSequence value) {
    return value == null ? "" : value.toString();
  }

  @Override
  public String protocol() {
    return "HTTP/2";
  }

  @Override
  public boolean expectsContinue() {
    return header("expect").equalsIgnoreCase("100-continue");
  }

  // The codec refuses nonsense.
  @Override
  public long contentLength() {
    var length = header("content-length");
    try {
      return length.isEmpty() ? -1 : Long.parseLong(length);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  @Override
  public Fields fields() {
    return () -> new H2Fields.Regular(all.iterator());
  }

  @Override
  public String header(String name) {
    var lower = Headers.lower(name);
    if (lower.equals("host")) {
      return target.authority();
    }
    // A client may split the cookie field for compression (RFC 9113, 8.2.3).
    return lower.equals("cookie") ? String.join("; ", values(lower)) : text(all.get(lower));
  }

  @Override
  public List<String> headers(String name) {
    var lower = Headers.lower(name);
    if (lower.equals("host") || lower.equals("cookie")) {
      var value = header(lower);
      return value.isEmpty() ? List.of() : List.of(value);
    }
    return values(lower);
  }

  private List<String> values(String lower) {
    var found = all.getAll(lower);
    if (found.isEmpty()) {
      return List.of();
    }
    var texts = new ArrayList<String>(found.size());
    found.forEach(value -> texts.add(value.toString()));
    return texts;
  }

  @Override
  public List<String> headerNames() {
    return all.names().stream()
        .map(CharSequence::toString)
        .filter(name -> !name.startsWith(":"))
        .toList();
  }
}
