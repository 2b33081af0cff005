package dev.slipway.inference.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// What a file's bytes must digest to.
///
/// @param algorithm `SHA-256` or `MD5`
/// @param hex lower case
record Checksum(String algorithm, String hex) {
  /// @throws IllegalArgumentException if `hex` is not a digest of that algorithm
  Checksum {
    hex = hex.toLowerCase(Locale.ROOT);
    int digits = algorithm.equals("MD5") ? 32 : 64;
    if (!hex.matches("[0-9a-f]{" + digits + "}")) {
      throw new IllegalArgumentException(
          "\"" + hex + "\" is no " + algorithm + " digest (expected " + digits + " hex digits)");
    }
  }

  static Checksum sha256(String hex) {
    return new Checksum("SHA-256", hex);
  }

  static Checksum md5(String hex) {
    return new Checksum("MD5", hex);
  }

  /// The MD5 an S3 ETag is, where it is one: objects uploaded in parts or encrypted have another.
  static Optional<Checksum> ofEtag(String etag) {
    String bare = etag.replace("\"", "");
    return bare.matches("[0-9a-fA-F]{32}") ? Optional.of(md5(bare)) : Optional.empty();
  }

  /// The digest of a file.
  static String digest(String algorithm, Path file) throws IOException {
    MessageDigest digest = digest(algorithm);
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Hex SHA-256 of a text.
  static String sha256Of(byte[] bytes) {
    return HexFormat.of().formatHex(digest("SHA-256").digest(bytes));
  }
}
