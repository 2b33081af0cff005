package dev.slipway.net;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Lets every well-formed chain pass: for who judges it elsewhere, as a server does after the
/// handshake, and for probes, which do not ask who answers. For nothing else.
public final class AnyCertificate extends X509ExtendedTrustManager {
  private final X509Certificate[] issuers;

  private AnyCertificate(X509Certificate... issuers) {
    this.issuers = issuers.clone();
  }

  /// @param issuers told to the other side as those whose certificates are welcome
  public static AnyCertificate of(X509Certificate... issuers) {
    return new AnyCertificate(issuers);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return issuers.clone();
  }
}
