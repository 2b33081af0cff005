package dev.slipway.apiserver.access.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Makes keys and certificates. The one class that touches Bouncy Castle, so that a start which
/// finds everything in place never loads it.
final class CertificateMaker {
  private static final Duration BACKDATE = Duration.ofMinutes(5);
  private static final SecureRandom RANDOM = new SecureRandom();

  private CertificateMaker() {}

  static Identity authority(String name, Instant now, Duration validity) {
    try {
      KeyPair keys = keys();
      var subject = new X500NameBuilder().addRDN(BCStyle.CN, name).build();
      X509v3CertificateBuilder draft =
          draft(subject, subject, keys.getPublic(), now, now.plus(validity));
      draft.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      draft.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
      draft.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
      return new Identity(signed(draft, keys.getPrivate()), keys.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new PkiException("cannot make a certificate authority", e);
    }
  }

  static Identity server(Identity authority, Collection<String> hosts, Instant now, Instant end) {
    var names = hosts.stream().map(CertificateMaker::generalName).toArray(GeneralName[]::new);
    var subject = new X500NameBuilder().addRDN(BCStyle.CN, "kube-apiserver").build();
    return leaf(authority, subject, KeyPurposeId.id_kp_serverAuth, names, now, end);
  }

  static Identity client(
      Identity authority, String user, List<String> groups, Instant now, Instant end) {
    var subject = new X500NameBuilder();
    groups.forEach(each -> subject.addRDN(BCStyle.O, each));
    subject.addRDN(BCStyle.CN, user);
    return leaf(
        authority, subject.build(), KeyPurposeId.id_kp_clientAuth, new GeneralName[0], now, end);
  }

  static KeyPair keys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
    return generator.generateKeyPair();
  }

  private static Identity leaf(
      Identity authority,
      X500Name subject,
      KeyPurposeId purpose,
      GeneralName[] names,
      Instant now,
      Instant end) {
    try {
      KeyPair keys = keys();
      var issuer =
          X500Name.getInstance(authority.certificate().getSubjectX500Principal().getEncoded());
      X509v3CertificateBuilder draft = draft(issuer, subject, keys.getPublic(), now, end);
      draft.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      draft.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      draft.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      draft.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils()
              .createAuthorityKeyIdentifier(authority.certificate().getPublicKey()));
      if (names.length > 0) {
        draft.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      }
      return new Identity(signed(draft, authority.key()), keys.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new PkiException("cannot make a certificate for " + subject, e);
    }
  }

  private static X509v3CertificateBuilder draft(
      X500Name issuer, X500Name subject, PublicKey key, Instant now, Instant end) {
    var serial = new BigInteger(120, RANDOM).setBit(119);
    return new JcaX509v3CertificateBuilder(
        issuer, serial, Date.from(now.minus(BACKDATE)), Date.from(end), subject, key);
  }

  private static X509Certificate signed(X509v3CertificateBuilder draft, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
    return new JcaX509CertificateConverter().getCertificate(draft.build(signer));
  }

  private static GeneralName generalName(String host) {
    return SubjectNames.literal(host)
        .map(InetAddress::getHostAddress)
        .map(address -> new GeneralName(GeneralName.iPAddress, address))
        .orElseGet(() -> new GeneralName(GeneralName.dNSName, host));
  }
}
