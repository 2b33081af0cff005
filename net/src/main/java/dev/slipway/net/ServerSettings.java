package dev.slipway.net;

import java.time.Duration;
import java.util.Optional;

/// How one port listens.
///
/// @param host address to bind, `127.0.0.1`
/// @param port 0 for any free one
/// @param tls absent for plain text (HTTP/1.1 and HTTP/2 with prior knowledge or upgrade)
/// @param maxHeaderBytes request line and headers together
/// @param idleTimeout a connection with no request under way is closed after this
/// @param maxConnections further ones are closed at once
public record ServerSettings(
    String host,
    int port,
    Optional<Tls> tls,
    int maxHeaderBytes,
    Duration idleTimeout,
    int maxConnections) {

  /// PEM texts; ALPN offers `h2` and `http/1.1`.
  ///
  /// @param certificateChain server certificate first
  /// @param privateKey PKCS#8
  /// @param clientAuthorities certificates that may sign client certificates, which are asked for
  ///     but optional; empty to
  ///     ask for none
  public record Tls(String certificateChain, String privateKey, String clientAuthorities) {}

  public static ServerSettings of(String host, int port) {
    return new ServerSettings(
        host, port, Optional.empty(), 64 * 1024, Duration.ofMinutes(5), 20_000);
  }

  public ServerSettings withTls(Tls value) {
    return new ServerSettings(
        host, port, Optional.of(value), maxHeaderBytes, idleTimeout, maxConnections);
  }
}
