package dev.slipway.apiserver.access.token;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/// The signatures tokens may carry (RFC 7518); which one follows from the key alone, so that a
/// token cannot choose a weaker one.
enum Algorithm {
  ES256("SHA256withECDSAinP1363Format"),
  RS256("SHA256withRSA");

  private final String jca;

  Algorithm(String jca) {
    this.jca = jca;
  }

  /// The name `java.security.Signature` knows it by.
  String jca() {
    return jca;
  }

  /// @throws IllegalArgumentException if the key is neither EC P-256 nor RSA
  static Algorithm of(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec when ec.getParams().getCurve().getField().getFieldSize() == 256 -> ES256;
      case RSAPublicKey _ -> RS256;
      default -> throw new IllegalArgumentException("no token key: " + key.getAlgorithm());
    };
  }
}
