package dev.slipway.node;

import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.net.WebSocket;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request to a handler in this process that the node makes itself, without a socket: a probe, or
/// a first request to a model. Of the answer's body only the beginning is kept.
public final class LocalCall implements Request, Response {
  private static final int MOST_KEPT = 4096;

  private final InetSocketAddress to;
  private final String method;
  private final byte[] body;
  private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
  private final String path;
  private final String query;
  private final Map<String, String> headers = new HashMap<>();
  private int code = 200;
  private boolean committed;

  /// A GET.
  ///
  /// @param target path and query
  LocalCall(InetSocketAddress to, String target, Map<String, String> given) {
    this(to, "GET", target, given, new byte[0]);
  }

  private LocalCall(
      InetSocketAddress to, String method, String target, Map<String, String> given, byte[] body) {
    this.to = to;
    this.method = method;
    this.body = body.clone();
    int question = target.indexOf('?');
    this.path = question < 0 ? target : target.substring(0, question);
    this.query = question < 0 ? "" : target.substring(question + 1);
    headers.put("user-agent", "kube-probe/1.34");
    given.forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
  }

  /// A POST of JSON.
  ///
  /// @param target path and query
  /// @param agent who asks
  public static LocalCall post(InetSocketAddress to, String target, String agent, byte[] body) {
    var headers = Map.of("content-type", "application/json", "user-agent", agent);
    return new LocalCall(to, "POST", target, headers, body);
  }

  /// The answer's status.
  public int code() {
    return code;
  }

  /// The beginning of the answer's body.
  public String answer() {
    return answer.toString(StandardCharsets.UTF_8);
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String rawPath() {
    return path;
  }

  @Override
  public String rawQuery() {
    return query;
  }

  @Override
  public String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  @Override
  public List<String> headers(String name) {
    var value = headers.get(name.toLowerCase(Locale.ROOT));
    return value == null ? List.of() : List.of(value);
  }

  @Override
  public List<String> headerNames() {
    return List.copyOf(headers.keySet());
  }

  @Override
  public String authority() {
    return headers.getOrDefault("host", to.getHostString() + ":" + to.getPort());
  }

  @Override
  public String protocol() {
    return "HTTP/1.1";
  }

  @Override
  public boolean secure() {
    return false;
  }

  @Override
  public InetSocketAddress remote() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Override
  public Optional<X509Certificate> clientCertificate() {
    return Optional.empty();
  }

  @Override
  public byte[] body(int maxBytes) {
    return body.clone();
  }

  @Override
  public InputStream bodyStream() {
    return new ByteArrayInputStream(body);
  }

  @Override
  public boolean isWebSocket() {
    return false;
  }

  @Override
  public List<String> webSocketProtocols() {
    return List.of();
  }

  @Override
  public WebSocket acceptWebSocket(String protocol) {
    throw new IllegalStateException("this request asks for no WebSocket");
  }

  @Override
  public Response status(int value) {
    code = value;
    return this;
  }

  @Override
  public Response header(String name, String value) {
    return this;
  }

  @Override
  public Response addHeader(String name, String value) {
    return this;
  }

  @Override
  public Response trailer(String name, String value) {
    return this;
  }

  @Override
  public void send(byte[] all) {
    committed = true;
    keep(all);
  }

  @Override
  public void write(ByteBuffer... parts) {
    committed = true;
    for (var each : parts) {
      var some = new byte[Math.min(each.remaining(), MOST_KEPT - answer.size())];
      each.duplicate().get(some);
      answer.write(some, 0, some.length);
    }
  }

  private void keep(byte[] some) {
    answer.write(some, 0, Math.min(some.length, MOST_KEPT - answer.size()));
  }

  @Override
  public void flush() {}

  @Override
  public void end() {
    committed = true;
  }

  @Override
  public boolean committed() {
    return committed;
  }

  @Override
  public boolean closed() {
    return false;
  }

  @Override
  public void onClose(Runnable action) {}
}
