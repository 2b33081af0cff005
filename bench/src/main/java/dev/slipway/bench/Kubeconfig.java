package dev.slipway.bench;

import dev.slipway.base.Json;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// How the API of a platform is reached: its address, the token of its user, its authority alone
/// trusted.
record Kubeconfig(String server, String token, SSLContext tls) {
  static Kubeconfig read(Path file) throws Exception {
    var config = new YAMLMapper().readTree(Files.readAllBytes(file));
    var cluster = config.path("clusters").path(0);
    var authority = Json.text(cluster, "cluster", "certificate-authority-data");
    return new Kubeconfig(
        Json.text(cluster, "cluster", "server"),
        Json.text(config.path("users").path(0), "user", "token"),
        trusting(Base64.getDecoder().decode(authority)));
  }

  private static SSLContext trusting(byte[] pem) throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    var factory = CertificateFactory.getInstance("X.509");
    store.setCertificateEntry("ca", factory.generateCertificate(new ByteArrayInputStream(pem)));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
