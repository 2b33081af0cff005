package dev.slipway.apiserver.access.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/// A certificate and its private key.
public record Identity(X509Certificate certificate, PrivateKey key) {
  public String certificatePem() {
    return Pem.of(certificate);
  }

  /// PKCS#8.
  public String keyPem() {
    return Pem.of(key);
  }

  @Override
  public String toString() {
    return "Identity[" + certificate.getSubjectX500Principal() + "]";
  }
}
