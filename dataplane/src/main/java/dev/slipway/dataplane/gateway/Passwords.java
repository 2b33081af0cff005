package dev.slipway.dataplane.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.apache.commons.codec.digest.Crypt;
import org.apache.commons.codec.digest.Md5Crypt;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/// Passwords as `htpasswd` files hold them: bcrypt (`$2y$`), Apache's MD5 (`$apr1$`), `crypt(3)`'s
/// MD5, SHA-256 and SHA-512 (`$1$`, `$5$`, `$6$`), `{SHA}`, `{SSHA}`, `{PLAIN}` and plain text.
final class Passwords {
  private static final int SHA1_BYTES = 20;

  private Passwords() {}

  /// Whether a password is the one of a line; a malformed line matches nothing.
  static boolean matches(String password, String hash) {
    try {
      return compare(password, hash);
    } catch (RuntimeException _) {
      return false;
    }
  }

  private static boolean compare(String password, String hash) {
    var bytes = password.getBytes(StandardCharsets.UTF_8);
    if (hash.startsWith("$2")) {
      return OpenBSDBCrypt.checkPassword(hash, bytes);
    }
    if (hash.startsWith("$apr1$")) {
      return same(Md5Crypt.apr1Crypt(bytes, hash), hash);
    }
    if (hash.startsWith("$")) {
      return same(Crypt.crypt(bytes, hash), hash);
    }
    if (hash.startsWith("{SHA}")) {
      return MessageDigest.isEqual(Digests.sha1(bytes), decoded(hash, "{SHA}"));
    }
    if (hash.startsWith("{SSHA}")) {
      return salted(bytes, decoded(hash, "{SSHA}"));
    }
    return same(password, hash.startsWith("{PLAIN}") ? hash.substring("{PLAIN}".length()) : hash);
  }

  private static byte[] decoded(String hash, String kind) {
    return Base64.getDecoder().decode(hash.substring(kind.length()));
  }

  private static boolean salted(byte[] password, byte[] digestAndSalt) {
    var salted = new byte[password.length + digestAndSalt.length - SHA1_BYTES];
    System.arraycopy(password, 0, salted, 0, password.length);
    System.arraycopy(
        digestAndSalt, SHA1_BYTES, salted, password.length, digestAndSalt.length - SHA1_BYTES);
    var digest = Arrays.copyOf(digestAndSalt, SHA1_BYTES);
    return MessageDigest.isEqual(Digests.sha1(salted), digest);
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
