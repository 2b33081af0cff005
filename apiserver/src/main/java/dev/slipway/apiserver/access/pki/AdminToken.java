package dev.slipway.apiserver.access.pki;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/// The bearer token of whoever may read the data directory: made on first start, kept in
/// `pki/admin.token` with mode 0600.
public final class AdminToken {
  private static final int RANDOM_BYTES = 32;

  private final String text;
  private final byte[] bytes;

  private AdminToken(String text) {
    this.text = text;
    this.bytes = text.getBytes(StandardCharsets.UTF_8);
  }

  /// @throws PkiException if the file cannot be read or written
  public static AdminToken open(Path dataDirectory) {
    Path file = dataDirectory.resolve("pki").resolve("admin.token");
    String kept = PrivateFile.read(file).map(String::strip).orElse("");
    if (!kept.isEmpty()) {
      return new AdminToken(kept);
    }
    var random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    String fresh = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    PrivateFile.write(file, fresh + "\n");
    return new AdminToken(fresh);
  }

  /// The secret itself, for the kubeconfig.
  public String text() {
    return text;
  }

  /// Takes the same time wherever the first difference is.
  public boolean matches(String candidate) {
    return MessageDigest.isEqual(bytes, candidate.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "AdminToken[hidden]";
  }
}
