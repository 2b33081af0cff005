package dev.slipway.dataplane.gateway;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Digests that every Java has.
final class Digests {
  private Digests() {}

  static byte[] sha256(byte[] bytes) {
    return of("SHA-256", bytes);
  }

  static byte[] sha1(byte[] bytes) {
    return of("SHA-1", bytes);
  }

  private static byte[] of(String name, byte[] bytes) {
    try {
      return MessageDigest.getInstance(name).digest(bytes);
    } catch (NoSuchAlgorithmException problem) {
      throw new IllegalStateException(problem);
    }
  }
}
