package dev.slipway.dataplane.gateway;

import dev.slipway.net.HeaderEdits;
import dev.slipway.net.Request;
import dev.slipway.net.WebSocket;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// A request again, as the rule's edits left it, with its whole body: for a mirror.
final class CopiedRequest implements Request {
  private final Visit visit;
  private final EditPlan plan;
  private final RoutedRequest seen;
  private final byte[] body;

  private CopiedRequest(Visit visit, EditPlan plan, String path, byte[] body) {
    this.visit = visit;
    this.plan = plan;
    this.body = body;
    seen = new RoutedRequest(visit, plan, path, _ -> {});
  }

  /// @param plan what was done to the request for its own backend
  static CopiedRequest of(Visit visit, EditPlan plan, byte[] body) {
    return new CopiedRequest(visit, plan, plan.pathFor(visit.rule().path(), visit.path()), body);
  }

  /// As it came.
  Request original() {
    return visit.request();
  }

  byte[] whole() {
    return body;
  }

  /// What a copy sent elsewhere says differently from the request as it came.
  HeaderEdits edits() {
    var edits = HeaderEdits.none();
    for (var name : Origin.HEADERS) {
      var value = visit.origin().header(name);
      if (value != null) {
        edits.set(name, value);
      }
    }
    return RemotePass.apply(plan.request(), edits);
  }

  @Override
  public String method() {
    return seen.method();
  }

  @Override
  public String rawPath() {
    return seen.rawPath();
  }

  @Override
  public String rawQuery() {
    return seen.rawQuery();
  }

  @Override
  public String header(String name) {
    return seen.header(name);
  }

  @Override
  public List<String> headers(String name) {
    return seen.headers(name);
  }

  @Override
  public List<String> headerNames() {
    return List.copyOf(new TreeSet<>(seen.headerNames()));
  }

  @Override
  public String authority() {
    return seen.authority();
  }

  @Override
  public String protocol() {
    return seen.protocol();
  }

  @Override
  public boolean secure() {
    return seen.secure();
  }

  @Override
  public InetSocketAddress remote() {
    return seen.remote();
  }

  @Override
  public Optional<X509Certificate> clientCertificate() {
    return seen.clientCertificate();
  }

  @Override
  public byte[] body(int maxBytes) {
    if (body.length > maxBytes) {
      throw new BodyTooLargeException(maxBytes);
    }
    return body;
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
    throw new UnsupportedOperationException("a copy is no WebSocket");
  }
}
