package dev.slipway.dataplane.gateway;

import dev.slipway.net.Request;
import dev.slipway.net.WebSocket;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request made by a test.
final class FakeRequest implements Request {
  private final String method;
  private final String authority;
  private final String path;
  private final String query;
  private final Map<String, List<String>> headers = new LinkedHashMap<>();
  private InetSocketAddress remote = new InetSocketAddress("127.0.0.1", 50_000);
  private boolean secure;
  private byte[] body = {};

  private FakeRequest(String method, String authority, String target) {
    this.method = method;
    this.authority = authority;
    int question = target.indexOf('?');
    path = question < 0 ? target : target.substring(0, question);
    query = question < 0 ? "" : target.substring(question + 1);
  }

  static FakeRequest get(String authority, String target) {
    return new FakeRequest("GET", authority, target);
  }

  static FakeRequest post(String authority, String target, byte[] body) {
    var request = new FakeRequest("POST", authority, target);
    request.body = body;
    return request;
  }

  FakeRequest with(String name, String value) {
    headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>()).add(value);
    return this;
  }

  FakeRequest from(String address) {
    remote = new InetSocketAddress(address, 50_000);
    return this;
  }

  FakeRequest overTls() {
    secure = true;
    return this;
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
    var values = headers(name);
    return values.isEmpty() ? "" : values.getFirst();
  }

  @Override
  public List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  @Override
  public List<String> headerNames() {
    return List.copyOf(headers.keySet());
  }

  @Override
  public String authority() {
    return authority;
  }

  @Override
  public String protocol() {
    return "HTTP/1.1";
  }

  @Override
  public boolean secure() {
    return secure;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public Optional<X509Certificate> clientCertificate() {
    return Optional.empty();
  }

  @Override
  public byte[] body(int maxBytes) {
    if (body.length > maxBytes) {
      throw new BodyTooLargeException(maxBytes);
    }
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
    throw new IllegalStateException("no socket here");
  }
}
