package dev.slipway.net;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One HTTP request, whatever version of the protocol carried it.
public interface Request {
  /// Upper case: `GET`.
  String method();

  /// The path as sent, still percent-encoded, without the query.
  String rawPath();

  /// The query as sent, without `?`; empty where there is none.
  String rawQuery();

  /// The first value of a header, or `""`; names ignore case.
  String header(String name);

  /// All values of a header, in order.
  List<String> headers(String name);

  /// Names of all headers present, lower case.
  List<String> headerNames();

  /// The `Host` or `:authority`.
  String authority();

  /// `HTTP/1.1` or `HTTP/2`.
  String protocol();

  boolean secure();

  InetSocketAddress remote();

  /// The certificate the client proved, where TLS asked for one and the chain was accepted.
  Optional<X509Certificate> clientCertificate();

  /// Why a certificate the client presented was not accepted; empty if it was, or there was none.
  default Optional<String> clientCertificateProblem() {
    return Optional.empty();
  }

  /// The whole body.
  ///
  /// @throws BodyTooLargeException if it is longer than `maxBytes`; reading stops there
  byte[] body(int maxBytes);

  /// The body as it arrives; reading waits for the client, and the client waits for the reader.
  InputStream bodyStream();

  /// The same for a client that may be silent for longer than the server's limit, such as a
  /// bidirectional stream. Asked for anew, the stream goes on where it was.
  ///
  /// @param patience the longest wait for the next bytes
  default InputStream bodyStream(Duration patience) {
    return bodyStream();
  }

  /// Whether this asks for a WebSocket.
  boolean isWebSocket();

  /// Subprotocols offered, in the client's order.
  List<String> webSocketProtocols();

  /// Accepts the WebSocket; the response must not be used afterwards.
  ///
  /// @param protocol one of those offered; empty for none
  WebSocket acceptWebSocket(String protocol);

  /// Answers with 101 and goes on in another protocol, which the request has asked for by
  /// `Upgrade`; the response must not be used afterwards.
  ///
  /// @param protocol as the request names it
  /// @param fields of the answer, beside those that accept
  default Tunnel acceptTunnel(String protocol, Map<String, String> fields) {
    throw new UnsupportedOperationException("this request cannot be upgraded");
  }

  /// The client sent more than it may.
  final class BodyTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BodyTooLargeException(long maxBytes) {
      super("request body is larger than " + maxBytes + " bytes", null, false, false);
    }
  }
}
