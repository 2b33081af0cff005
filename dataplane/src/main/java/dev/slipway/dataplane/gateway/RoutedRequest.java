package dev.slipway.dataplane.gateway;

import dev.slipway.net.Request;
import dev.slipway.net.WebSocket;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A request as an in-process endpoint sees it: with the rule's edits, and with what the gateway
/// tells of its origin.
final class RoutedRequest implements Request {
  private static final int MOST_GATHERED = 128 * 1024 * 1024;

  private final Request request;
  private final Origin origin;
  private final EditPlan edits;
  private final long maxBodyBytes;
  private final String path;
  private final String query;
  private final Consumer<WebSocket> opened;
  private byte @Nullable [] whole;

  /// @param path with a query of its own where the edit gave one
  /// @param opened hears of a WebSocket that is accepted
  RoutedRequest(Visit visit, EditPlan edits, String path, Consumer<WebSocket> opened) {
    this.request = visit.request();
    this.origin = visit.origin();
    this.maxBodyBytes = visit.rule().guard().maxBodyBytes();
    this.edits = edits;
    this.opened = opened;
    int question = path.indexOf('?');
    this.path = question < 0 ? path : path.substring(0, question);
    this.query =
        question < 0
            ? request.rawQuery()
            : Query.joined(path.substring(question + 1), request.rawQuery());
  }

  /// Reads the whole body, so that it can be looked at twice.
  byte[] gather() {
    var gathered = body(MOST_GATHERED);
    whole = gathered;
    return gathered;
  }

  @Override
  public String method() {
    return request.method();
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
    if (!edits.request().isEmpty()) {
      var values = headers(name);
      return values.isEmpty() ? "" : values.getFirst();
    }
    var own = origin.header(name);
    return own == null ? request.header(name) : own;
  }

  @Override
  public List<String> headers(String name) {
    var own = origin.header(name);
    var values = own == null ? request.headers(name) : List.of(own);
    for (var edit : edits.request()) {
      if (edit.name().equalsIgnoreCase(name)) {
        values = edited(values, edit);
      }
    }
    return values;
  }

  private static List<String> edited(List<String> values, EditPlan.Field edit) {
    return switch (edit.kind()) {
      case SET -> List.of(edit.value());
      case ADD -> {
        var more = new ArrayList<>(values);
        more.add(edit.value());
        yield more;
      }
      case REMOVE -> List.of();
    };
  }

  @Override
  public List<String> headerNames() {
    var names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(request.headerNames());
    names.addAll(Origin.HEADERS);
    for (var edit : edits.request()) {
      if (edit.kind() == EditPlan.Kind.REMOVE) {
        names.remove(edit.name());
      } else {
        names.add(edit.name());
      }
    }
    return List.copyOf(names);
  }

  @Override
  public String authority() {
    return edits.host().orElseGet(request::authority);
  }

  @Override
  public String protocol() {
    return request.protocol();
  }

  @Override
  public boolean secure() {
    return request.secure();
  }

  @Override
  public InetSocketAddress remote() {
    return request.remote();
  }

  @Override
  public Optional<X509Certificate> clientCertificate() {
    return request.clientCertificate();
  }

  @Override
  public Optional<String> clientCertificateProblem() {
    return request.clientCertificateProblem();
  }

  @Override
  public byte[] body(int maxBytes) {
    var gathered = whole;
    if (gathered == null) {
      return request.body((int) Math.min(maxBytes, maxBodyBytes));
    }
    if (gathered.length > maxBytes) {
      throw new BodyTooLargeException(maxBytes);
    }
    return gathered;
  }

  @Override
  public InputStream bodyStream() {
    return whole == null ? bounded(request.bodyStream()) : new ByteArrayInputStream(whole);
  }

  @Override
  public InputStream bodyStream(Duration patience) {
    return whole == null ? bounded(request.bodyStream(patience)) : new ByteArrayInputStream(whole);
  }

  private InputStream bounded(InputStream body) {
    return maxBodyBytes == Long.MAX_VALUE ? body : new BoundedBody(body, maxBodyBytes);
  }

  @Override
  public boolean isWebSocket() {
    return request.isWebSocket();
  }

  @Override
  public List<String> webSocketProtocols() {
    return request.webSocketProtocols();
  }

  @Override
  public WebSocket acceptWebSocket(String protocol) {
    var socket = request.acceptWebSocket(protocol);
    opened.accept(socket);
    return socket;
  }
}
