package dev.slipway.net;

import java.net.InetSocketAddress;
import java.util.Optional;

/// One address of an upstream and what it speaks. Connections are pooled by the whole of it.
///
/// @param address resolved
/// @param version without TLS, `NEGOTIATED` means HTTP/1.1
/// @param tls absent for clear text
public record Endpoint(InetSocketAddress address, Version version, Optional<Tls> tls) {
  /// What to speak.
  public enum Version {
    HTTP_1,
    /// With prior knowledge (RFC 9113, 3.3), as gRPC servers expect it.
    HTTP_2,
    /// HTTP/2 where the endpoint agrees in the TLS handshake (ALPN), HTTP/1.1 otherwise.
    NEGOTIATED
  }

  /// How to speak TLS.
  ///
  /// @param serverName sent as SNI and, where certificates are judged, expected in them; empty for
  ///     neither
  /// @param authorities PEM texts of those who may vouch for the endpoint; empty to accept any
  ///     certificate
  public record Tls(String serverName, String authorities) {}

  /// HTTP/1.1 in clear text.
  public static Endpoint http1(InetSocketAddress address) {
    return new Endpoint(address, Version.HTTP_1, Optional.empty());
  }

  /// HTTP/2 in clear text, with prior knowledge.
  public static Endpoint h2c(InetSocketAddress address) {
    return new Endpoint(address, Version.HTTP_2, Optional.empty());
  }

  /// Whatever the endpoint prefers, under TLS.
  public static Endpoint tls(InetSocketAddress address, Tls tls) {
    return new Endpoint(address, Version.NEGOTIATED, Optional.of(tls));
  }
}
