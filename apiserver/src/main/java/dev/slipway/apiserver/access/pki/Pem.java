package dev.slipway.apiserver.access.pki;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// PEM texts in and out, with the JDK alone (RFC 7468).
public final class Pem {
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----\\s*([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  private Pem() {}

  public static String of(X509Certificate certificate) {
    try {
      return block("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("certificate without an encoding", e);
    }
  }

  /// PKCS#8 for private keys, SubjectPublicKeyInfo for public ones.
  public static String of(Key key) {
    return block(key instanceof PrivateKey ? "PRIVATE KEY" : "PUBLIC KEY", key.getEncoded());
  }

  /// The first certificate in the text.
  ///
  /// @throws GeneralSecurityException if there is none or it is damaged
  public static X509Certificate certificate(String pem) throws GeneralSecurityException {
    byte[] der = content(pem, "CERTIFICATE");
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /// An EC or RSA key in PKCS#8.
  ///
  /// @throws GeneralSecurityException if there is none or it is damaged
  public static PrivateKey privateKey(String pem) throws GeneralSecurityException {
    var spec = new PKCS8EncodedKeySpec(content(pem, "PRIVATE KEY"));
    try {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    } catch (InvalidKeySpecException _) {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    }
  }

  /// An EC or RSA key.
  ///
  /// @throws GeneralSecurityException if there is none or it is damaged
  public static PublicKey publicKey(String pem) throws GeneralSecurityException {
    var spec = new X509EncodedKeySpec(content(pem, "PUBLIC KEY"));
    try {
      return KeyFactory.getInstance("EC").generatePublic(spec);
    } catch (InvalidKeySpecException _) {
      return KeyFactory.getInstance("RSA").generatePublic(spec);
    }
  }

  private static String block(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, LINES.encodeToString(der), label);
  }

  private static byte[] content(String pem, String label) throws GeneralSecurityException {
    Matcher blocks = BLOCK.matcher(pem);
    while (blocks.find()) {
      if (blocks.group(1).equals(label)) {
        return decoded(blocks.group(2), label);
      }
    }
    throw new GeneralSecurityException("no " + label + " block in the file");
  }

  private static byte[] decoded(String base64, String label) throws GeneralSecurityException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("damaged " + label + " block", e);
    }
  }
}
