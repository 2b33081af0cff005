package dev.slipway.apiserver.access;

import dev.slipway.net.Request;
import dev.slipway.net.WebSocket;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A `GET /` with headers and perhaps a client certificate.
public final class FakeRequest implements Request {
  private final Map<String, List<String>> headers = new TreeMap<>();
  private Optional<X509Certificate> certificate = Optional.empty();
  private boolean webSocket;

  public FakeRequest with(String header, String value) {
    headers.computeIfAbsent(header.toLowerCase(Locale.ROOT), _ -> new ArrayList<>()).add(value);
    return this;
  }

  public FakeRequest bearer(String token) {
    return with("Authorization", "Bearer " + token);
  }

  public FakeRequest proving(X509Certificate value) {
    certificate = Optional.of(value);
    return this;
  }

  public FakeRequest webSocket() {
    webSocket = true;
    return this;
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public String rawPath() {
    return "/";
  }

  @Override
  public String rawQuery() {
    return "";
  }

  @Override
  public String header(String name) {
    List<String> values = headers(name);
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
    return "localhost";
  }

  @Override
  public String protocol() {
    return "HTTP/1.1";
  }

  @Override
  public boolean secure() {
    return true;
  }

  @Override
  public InetSocketAddress remote() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  }

  @Override
  public Optional<X509Certificate> clientCertificate() {
    return certificate;
  }

  @Override
  public byte[] body(int maxBytes) {
    return new byte[0];
  }

  @Override
  public InputStream bodyStream() {
    return new ByteArrayInputStream(new byte[0]);
  }

  @Override
  public boolean isWebSocket() {
    return webSocket;
  }

  @Override
  public List<String> webSocketProtocols() {
    return headers("Sec-WebSocket-Protocol");
  }

  @Override
  public WebSocket acceptWebSocket(String protocol) {
    throw new UnsupportedOperationException("a fake request has no socket");
  }
}
