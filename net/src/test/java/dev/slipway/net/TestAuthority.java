package dev.slipway.net;

import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority made for one test.
final class TestAuthority {
  record Identity(X509Certificate certificate, PrivateKey key) {
    String certificatePem() throws Exception {
      return pem("CERTIFICATE", certificate.getEncoded());
    }

    String keyPem() {
      return pem("PRIVATE KEY", key.getEncoded());
    }
  }

  private static final char[] PASSWORD = "test".toCharArray();

  private final KeyPair keys = newKeys();
  private final X500Name name;
  private final X509Certificate certificate;
  private long serial = 1;

  TestAuthority(String commonName) throws Exception {
    name = new X500Name("CN=" + commonName);
    certificate = sign(name, keys, true);
  }

  String pem() throws Exception {
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  Identity issue(String commonName) throws Exception {
    var own = newKeys();
    return new Identity(sign(new X500Name("CN=" + commonName), own, false), own.getPrivate());
  }

  /// TLS settings for a server on loopback that this authority vouches for.
  ServerSettings.Tls server(String clientAuthorities) throws Exception {
    var identity = issue("localhost");
    return new ServerSettings.Tls(identity.certificatePem(), identity.keyPem(), clientAuthorities);
  }

  /// A client that trusts this authority.
  SSLContext client(Optional<Identity> identity) throws Exception {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", certificate);
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    var own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    if (identity.isPresent()) {
      var presented = identity.get();
      own.setKeyEntry(
          "me", presented.key(), PASSWORD, new X509Certificate[] {presented.certificate()});
    }
    var keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(own, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private X509Certificate sign(X500Name subject, KeyPair subjectKeys, boolean authority)
      throws Exception {
    var now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(serial++),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(Duration.ofHours(1))),
            subject,
            subjectKeys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    if (!authority) {
      var names =
          new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1")
          };
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    }
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  private static KeyPair newKeys() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (Exception problem) {
      throw new IllegalStateException(problem);
    }
  }

  private static String pem(String kind, byte[] der) {
    var text = new StringWriter();
    text.append("-----BEGIN ").append(kind).append("-----\n");
    text.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
    return text.append("\n-----END ").append(kind).append("-----\n").toString();
  }
}
