package dev.slipway.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// Server-side TLS: BoringSSL where its library is present, the JDK's otherwise.
final class TlsSetup {
  private final ServerSettings.Tls texts;
  private final SslContext context;
  private final Optional<X509TrustManager> authorities;

  /// @throws IllegalArgumentException if a text is not what it should be
  TlsSetup(ServerSettings.Tls tls) {
    texts = tls;
    try {
      authorities =
          tls.clientAuthorities().isBlank()
              ? Optional.empty()
              : Optional.of(trust(tls.clientAuthorities()));
      context = context(tls, authorities);
    } catch (GeneralSecurityException | IOException problem) {
      throw new IllegalArgumentException("TLS settings: " + problem.getMessage(), problem);
    }
  }

  /// Loads the TLS library.
  static void preload() {
    OpenSsl.isAvailable();
  }

  private static SslContext context(ServerSettings.Tls tls, Optional<X509TrustManager> authorities)
      throws GeneralSecurityException, IOException {
    X509Certificate[] chain =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(stream(tls.certificateChain()))
            .toArray(X509Certificate[]::new);
    if (chain.length == 0) {
      throw new GeneralSecurityException("no certificate in the certificate chain");
    }
    var builder =
        SslContextBuilder.forServer(privateKey(tls.privateKey(), chain[0]), chain)
            .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
            .protocols("TLSv1.3", "TLSv1.2")
            .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    ApplicationProtocolNames.HTTP_2,
                    ApplicationProtocolNames.HTTP_1_1));
    authorities.ifPresent(
        trusted ->
            builder
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(AnyCertificate.of(trusted.getAcceptedIssuers())));
    return builder.build();
  }

  /// A PKCS#8 key for a certificate. Read here because the network library would load a whole
  /// cryptography provider for it where one is on the class path.
  private static PrivateKey privateKey(String pem, X509Certificate certificate)
      throws GeneralSecurityException {
    String base64 = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----|\\s", "");
    try {
      return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    } catch (IllegalArgumentException malformed) {
      throw new GeneralSecurityException("the private key is no PKCS#8 PEM", malformed);
    }
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  static X509TrustManager trust(String authorities) throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (var authority :
        CertificateFactory.getInstance("X.509").generateCertificates(stream(authorities))) {
      store.setCertificateEntry("authority-" + number++, authority);
    }
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return Stream.of(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /// What it was made of.
  ServerSettings.Tls texts() {
    return texts;
  }

  SslContext context() {
    return context;
  }

  /// Gives native memory back; connections made before keep what they need.
  void release() {
    ReferenceCountUtil.release(context);
  }

  SslHandler newHandler(ByteBufAllocator allocator) {
    return context.newHandler(allocator);
  }

  /// What the client proved in a finished handshake.
  Optional<ClientIdentity> identity(SSLSession session) {
    return authorities.flatMap(trusted -> ClientIdentity.of(session, trusted));
  }
}
