package dev.slipway.routes;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/// A certificate and its private key as PEM, brought into the one form that the server reads.
///
/// Keys come as PKCS#8 (`PRIVATE KEY`), PKCS#1 (`RSA PRIVATE KEY`: cert-manager's default; RFC
/// 8017,
/// A.1.2) or SEC 1 (`EC PRIVATE KEY`; RFC 5915). The latter two are put into the envelope of the
/// first (RFC 5208, section 5).
final class PemKeys {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ((?:RSA |EC )?)PRIVATE KEY-----([^-]*)-----END ");
  private static final byte[] VERSION = {0x02, 0x01, 0x00};

  /// `AlgorithmIdentifier` of `rsaEncryption`, 1.2.840.113549.1.1.1.
  private static final byte[] RSA = {
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /// `id-ecPublicKey`, 1.2.840.10045.2.1.
  private static final byte[] EC = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int OBJECT_ID = 0x06;
  private static final int PARAMETERS = 0xa0;
  private static final int LONG_FORM = 0x80;

  private PemKeys() {}

  /// The first certificate of a chain; the one a server shows as its own.
  ///
  /// @throws GeneralSecurityException if there is none
  static X509Certificate first(String chain) throws GeneralSecurityException {
    var bytes = new ByteArrayInputStream(chain.getBytes(StandardCharsets.US_ASCII));
    var found = CertificateFactory.getInstance("X.509").generateCertificates(bytes);
    if (found.isEmpty()) {
      throw new GeneralSecurityException("there is no certificate");
    }
    return (X509Certificate) found.iterator().next();
  }

  /// The key as PKCS#8 PEM.
  ///
  /// @throws GeneralSecurityException if it is none, or not that of the certificate
  static String pkcs8(String pem, X509Certificate certificate) throws GeneralSecurityException {
    var found = KEY.matcher(pem);
    if (!found.find()) {
      throw new GeneralSecurityException("there is no private key in PEM");
    }
    byte[] der = Base64.getMimeDecoder().decode(found.group(2));
    byte[] whole =
        switch (found.group(1)) {
          case "RSA " -> envelope(RSA, der);
          case "EC " -> envelope(tagged(SEQUENCE, EC, curve(der)), der);
          default -> der;
        };
    var algorithm = certificate.getPublicKey().getAlgorithm();
    var key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(whole));
    if (!belongs(key, certificate)) {
      throw new GeneralSecurityException("the private key is not that of the certificate");
    }
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(whole);
    return "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n";
  }

  private static byte[] envelope(byte[] algorithm, byte[] key) {
    return tagged(SEQUENCE, VERSION, algorithm, tagged(OCTETS, key));
  }

  /// A value of DER: tag, length, and the parts one after the other.
  private static byte[] tagged(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    var out = new ByteArrayOutputStream(length + 4);
    out.write(tag);
    if (length >= LONG_FORM) {
      int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
      out.write(LONG_FORM | bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        out.write(length >>> (8 * i));
      }
    } else {
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /// The object identifier in `parameters` of an `ECPrivateKey`.
  private static byte[] curve(byte[] der) throws GeneralSecurityException {
    var fields = inside(ByteBuffer.wrap(der), SEQUENCE);
    while (fields.hasRemaining()) {
      int tag = fields.get(fields.position()) & 0xff;
      var field = inside(fields, tag);
      if (tag == PARAMETERS && field.hasRemaining() && field.get(field.position()) == OBJECT_ID) {
        var whole = new byte[field.remaining()];
        field.get(whole);
        return whole;
      }
    }
    throw new GeneralSecurityException("the EC private key does not name its curve");
  }

  /// What a value holds; `from` goes on behind it.
  private static ByteBuffer inside(ByteBuffer from, int tag) throws GeneralSecurityException {
    if (from.remaining() < 2 || (from.get() & 0xff) != tag) {
      throw new GeneralSecurityException("the EC private key is malformed");
    }
    int length = from.get() & 0xff;
    if (length > LONG_FORM) {
      int bytes = length & 0x7f;
      length = 0;
      for (int i = 0; i < bytes && from.hasRemaining() && bytes <= 3; i++) {
        length = (length << 8) | (from.get() & 0xff);
      }
    }
    if (length > from.remaining()) {
      throw new GeneralSecurityException("the EC private key is cut short");
    }
    var value = from.slice(from.position(), length);
    from.position(from.position() + length);
    return value;
  }

  /// What the key signs, the certificate's verifies.
  private static boolean belongs(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    Optional<String> algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> Optional.of("SHA256withRSA");
          case "EC" -> Optional.of("SHA256withECDSA");
          case "EdDSA", "Ed25519", "Ed448" -> Optional.of("EdDSA");
          default -> Optional.empty();
        };
    if (algorithm.isEmpty()) {
      return true;
    }
    byte[] text = "whose key is this".getBytes(StandardCharsets.US_ASCII);
    var signing = Signature.getInstance(algorithm.get());
    signing.initSign(key);
    signing.update(text);
    byte[] signature = signing.sign();
    var verifying = Signature.getInstance(algorithm.get());
    verifying.initVerify(certificate.getPublicKey());
    verifying.update(text);
    return verifying.verify(signature);
  }
}
