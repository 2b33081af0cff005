package dev.slipway.controllers.trainer;

import dev.slipway.base.Json;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import tools.jackson.databind.node.ObjectNode;

/// A pair of keys with which the pods of one job reach each other by ssh: ECDSA on P-521.
///
/// @param privateKey PEM, "EC PRIVATE KEY" (RFC 5915)
/// @param publicKey a line of `authorized_keys` (RFC 5656, section 3.1)
public record SshKeys(String privateKey, String publicKey) {
  static final String PRIVATE = "ssh-privatekey";
  static final String PUBLIC = "ssh-publickey";
  private static final String CURVE = "nistp521";
  private static final int COORDINATE_BYTES = 66;
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int BITS = 0x03;
  private static final int OCTETS = 0x04;
  private static final int TAGGED = 0xa0;

  /// DER of the object identifier 1.3.132.0.35, secp521r1.
  private static final byte[] SECP521R1 = {0x06, 0x05, 0x2b, (byte) 0x81, 0x04, 0x00, 0x23};

  /// Makes a new pair.
  public static SshKeys generate() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp521r1"));
      var pair = generator.generateKeyPair();
      byte[] point = point((ECPublicKey) pair.getPublic());
      byte[] secret = fixed(((ECPrivateKey) pair.getPrivate()).getS());
      return new SshKeys(pem(secret, point), line(point));
    } catch (GeneralSecurityException unsupported) {
      throw new IllegalStateException("this Java has no ECDSA on P-521", unsupported);
    }
  }

  /// The Secret that holds them for a job; what is in it never changes.
  ObjectNode secret(String job) {
    ObjectNode secret = Json.object();
    secret.putObject("metadata").put("name", job + MpiPolicy.SECRET);
    secret.put("type", "kubernetes.io/ssh-auth").put("immutable", true);
    secret
        .putObject("data")
        .put(PRIVATE, base64(privateKey.getBytes(StandardCharsets.US_ASCII)))
        .put(PUBLIC, base64(publicKey.getBytes(StandardCharsets.US_ASCII)));
    return secret;
  }

  private static byte[] point(ECPublicKey key) {
    var bytes = new ByteArrayOutputStream();
    bytes.write(0x04);
    bytes.writeBytes(fixed(key.getW().getAffineX()));
    bytes.writeBytes(fixed(key.getW().getAffineY()));
    return bytes.toByteArray();
  }

  private static byte[] fixed(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] all = new byte[COORDINATE_BYTES];
    int length = Math.min(bytes.length, COORDINATE_BYTES);
    System.arraycopy(bytes, bytes.length - length, all, COORDINATE_BYTES - length, length);
    return all;
  }

  private static String pem(byte[] secret, byte[] point) {
    var bits = new ByteArrayOutputStream();
    bits.write(0);
    bits.writeBytes(point);
    byte[] key =
        der(
            SEQUENCE,
            der(INTEGER, new byte[] {1}),
            der(OCTETS, secret),
            der(TAGGED, SECP521R1),
            der(TAGGED + 1, der(BITS, bits.toByteArray())));
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
    return "-----BEGIN EC PRIVATE KEY-----\n" + body + "\n-----END EC PRIVATE KEY-----\n";
  }

  private static byte[] der(int tag, byte[]... parts) {
    var body = new ByteArrayOutputStream();
    for (byte[] each : parts) {
      body.writeBytes(each);
    }
    var all = new ByteArrayOutputStream();
    all.write(tag);
    int length = body.size();
    if (length >= 256) {
      all.write(0x82);
      all.write(length >> 8);
    } else if (length >= 128) {
      all.write(0x81);
    }
    all.write(length);
    all.writeBytes(body.toByteArray());
    return all.toByteArray();
  }

  private static String line(byte[] point) {
    var blob = new ByteArrayOutputStream();
    String type = "ecdsa-sha2-" + CURVE;
    field(blob, type.getBytes(StandardCharsets.US_ASCII));
    field(blob, CURVE.getBytes(StandardCharsets.US_ASCII));
    field(blob, point);
    return type + " " + base64(blob.toByteArray()) + "\n";
  }

  private static void field(ByteArrayOutputStream blob, byte[] bytes) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      blob.write(bytes.length >> shift);
    }
    blob.writeBytes(bytes);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
