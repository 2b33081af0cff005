package dev.slipway.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Client-side TLS of a forwarder. What is made of an endpoint's texts is kept for its next
/// connections.
final class UpstreamTls {
  private static final int MAX_CONTEXTS = 1024;

  private record Key(String authorities, String serverName, Endpoint.Version version) {}

  private final Map<Key, SslContext> contexts = new ConcurrentHashMap<>();

  /// @throws IllegalArgumentException if the authorities are malformed
  SslHandler newHandler(Endpoint endpoint, Endpoint.Tls tls, ByteBufAllocator allocator) {
    var key = new Key(tls.authorities(), tls.serverName(), endpoint.version());
    if (contexts.size() >= MAX_CONTEXTS) {
      contexts.clear();
    }
    var context = contexts.computeIfAbsent(key, UpstreamTls::context);
    InetSocketAddress address = endpoint.address();
    return tls.serverName().isEmpty()
        ? context.newHandler(allocator)
        : context.newHandler(allocator, tls.serverName(), address.getPort());
  }

  private static SslContext context(Key key) {
    try {
      var builder =
          SslContextBuilder.forClient()
              .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
              .applicationProtocolConfig(protocols(key.version()));
      if (key.authorities().isEmpty()) {
        builder
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm("");
      } else {
        builder
            .trustManager(TlsSetup.trust(key.authorities()))
            .endpointIdentificationAlgorithm(key.serverName().isEmpty() ? "" : "HTTPS");
      }
      return builder.build();
    } catch (GeneralSecurityException | IOException problem) {
      throw new IllegalArgumentException("TLS of an endpoint: " + problem.getMessage(), problem);
    }
  }

  private static ApplicationProtocolConfig protocols(Endpoint.Version version) {
    var offered =
        switch (version) {
          case HTTP_1 -> new String[] {ApplicationProtocolNames.HTTP_1_1};
          case HTTP_2 -> new String[] {ApplicationProtocolNames.HTTP_2};
          case NEGOTIATED ->
              new String[] {ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1};
        };
    return new ApplicationProtocolConfig(
        ApplicationProtocolConfig.Protocol.ALPN,
        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
        offered);
  }
}
