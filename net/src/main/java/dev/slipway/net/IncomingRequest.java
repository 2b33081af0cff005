package dev.slipway.net;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A request as handlers see it.
final class IncomingRequest implements Request {
  private final RequestHead head;
  private final Connection connection;
  private final Body body;
  private final Carrier carrier;

  IncomingRequest(RequestHead head, Connection connection, Body body, Carrier carrier) {
    this.head = head;
    this.connection = connection;
    this.body = body;
    this.carrier = carrier;
  }

  /// The exchange this belongs to.
  Exchange exchange() {
    return carrier.exchange();
  }

  RequestHead head() {
    return head;
  }

  Carrier carrier() {
    return carrier;
  }

  @Override
  public String method() {
    return head.method();
  }

  @Override
  public String rawPath() {
    return head.target().path();
  }

  @Override
  public String rawQuery() {
    return head.target().query();
  }

  @Override
  public String header(String name) {
    return head.header(name);
  }

  @Override
  public List<String> headers(String name) {
    return head.headers(name);
  }

  @Override
  public List<String> headerNames() {
    return head.headerNames();
  }

  @Override
  public String authority() {
    return head.target().authority();
  }

  @Override
  public String protocol() {
    return head.protocol();
  }

  @Override
  public boolean secure() {
    return connection.secure();
  }

  @Override
  public InetSocketAddress remote() {
    return connection.remote();
  }

  @Override
  public Optional<X509Certificate> clientCertificate() {
    return connection.identity().flatMap(ClientIdentity::certificate);
  }

  @Override
  public Optional<String> clientCertificateProblem() {
    return connection.identity().flatMap(ClientIdentity::problem);
  }

  @Override
  public byte[] body(int maxBytes) {
    return body.bytes(maxBytes);
  }

  @Override
  public InputStream bodyStream() {
    return body.stream();
  }

  @Override
  public InputStream bodyStream(Duration patience) {
    return body.stream(patience);
  }

  @Override
  public boolean isWebSocket() {
    return (head.protocol().equals("HTTP/1.1") || head.extendedConnect())
        && head.method().equals("GET")
        && has("upgrade", "websocket")
        && has("connection", "upgrade")
        && head.header("sec-websocket-version").equals("13")
        && !head.header("sec-websocket-key").isEmpty();
  }

  private boolean has(String header, String word) {
    return words(header).anyMatch(word::equalsIgnoreCase);
  }

  private Stream<String> words(String header) {
    return head.headers(header).stream()
        .flatMap(value -> Stream.of(value.split(",", -1)))
        .map(String::strip)
        .filter(word -> !word.isEmpty());
  }

  @Override
  public List<String> webSocketProtocols() {
    return words("sec-websocket-protocol").toList();
  }

  @Override
  public WebSocket acceptWebSocket(String protocol) {
    if (!isWebSocket()) {
      throw new IllegalStateException("this request asks for no WebSocket");
    }
    return carrier.upgrade(protocol);
  }

  @Override
  public Tunnel acceptTunnel(String protocol, Map<String, String> fields) {
    if (!has("upgrade", protocol) || !has("connection", "upgrade")) {
      throw new IllegalStateException("this request does not ask for " + protocol);
    }
    return carrier.tunnel(protocol, fields);
  }
}
