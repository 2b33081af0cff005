package dev.slipway.apiserver.admission;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Trusts a webhook's certificate if the authorities of its `caBundle` signed it for the name it
/// goes by.
///
/// A Service goes by `name.namespace.svc`, whatever address it was found at, so the name is checked
/// here and not by the HTTP client, which knows the address only.
final class WebhookTrust extends X509ExtendedTrustManager {
  private static final int DNS = 2;
  private static final int IP = 7;

  private final X509TrustManager authorities;
  private final String name;

  private WebhookTrust(X509TrustManager authorities, String name) {
    this.authorities = authorities;
    this.name = name;
  }

  /// @param authoritiesPem empty for those the system trusts
  static SSLContext context(String authoritiesPem, String name) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authoritiesPem.isEmpty() ? null : store(authoritiesPem));
    var managers = new ArrayList<TrustManager>();
    for (TrustManager each : factory.getTrustManagers()) {
      managers.add(each instanceof X509TrustManager trust ? new WebhookTrust(trust, name) : each);
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.toArray(TrustManager[]::new), null);
    return context;
  }

  private static KeyStore store(String pem) throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
      int position = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(bytes)) {
        store.setCertificateEntry("authority-" + position++, each);
      }
      return store;
    } catch (java.io.IOException impossible) {
      throw new GeneralSecurityException(impossible);
    }
  }

  private void check(X509Certificate[] chain, String kind) throws CertificateException {
    authorities.checkServerTrusted(chain, kind);
    List<String> names = names(chain[0]);
    if (names.stream().noneMatch(each -> covers(each, name))) {
      throw new CertificateException(
          "x509: certificate is valid for %s, not %s".formatted(String.join(", ", names), name));
    }
  }

  private static List<String> names(X509Certificate certificate)
      throws CertificateParsingException {
    var names = new ArrayList<String>();
    Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      for (List<?> each : alternatives) {
        if (each.get(0) instanceof Integer kind && (kind == DNS || kind == IP)) {
          names.add(String.valueOf(each.get(1)));
        }
      }
    }
    return names;
  }

  private static boolean covers(String pattern, String name) {
    String lower = pattern.toLowerCase(Locale.ROOT);
    String wanted = name.toLowerCase(Locale.ROOT);
    int dot = wanted.indexOf('.');
    return lower.equals(wanted)
        || (lower.startsWith("*.") && dot > 0 && lower.substring(1).equals(wanted.substring(dot)));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    check(chain, kind);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket)
      throws CertificateException {
    check(chain, kind);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine)
      throws CertificateException {
    check(chain, kind);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    throw new CertificateException("no clients here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket)
      throws CertificateException {
    throw new CertificateException("no clients here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("no clients here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
