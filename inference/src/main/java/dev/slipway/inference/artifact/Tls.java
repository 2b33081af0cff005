package dev.slipway.inference.artifact;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/// How a server's certificate is judged.
///
/// @param verify false: any certificate will do
/// @param authorities PEM text, or the path of a file of it, trusted besides this machine's own
public record Tls(boolean verify, Optional<String> authorities) {
  public static final Tls DEFAULT = new Tls(true, Optional.empty());

  SSLContext context() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificate authorities cannot be used: " + e.getMessage(), e);
    }
  }

  private TrustManager @org.jspecify.annotations.Nullable [] trust()
      throws GeneralSecurityException, IOException {
    if (!verify) {
      return new TrustManager[] {new Anyone()};
    }
    if (authorities.isEmpty()) {
      return null;
    }
    return trusting(certificates(authorities.get()));
  }

  private static TrustManager[] trusting(List<Certificate> more)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate each : more) {
      store.setCertificateEntry("bundle-" + number++, each);
    }
    for (Certificate each : ours()) {
      store.setCertificateEntry("system-" + number++, each);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static List<Certificate> ours() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    var all = new ArrayList<Certificate>();
    for (TrustManager each : factory.getTrustManagers()) {
      if (each instanceof X509TrustManager known) {
        all.addAll(Arrays.asList(known.getAcceptedIssuers()));
      }
    }
    return all;
  }

  private static List<Certificate> certificates(String given)
      throws IOException, CertificateException {
    String pem = given.contains("-----BEGIN") ? given : Files.readString(Path.of(given));
    try (InputStream in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8))) {
      return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
    }
  }

  /// Believes every certificate and every host name: what `verify_ssl: false` asks for.
  private static final class Anyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
