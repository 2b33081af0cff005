package dev.slipway.apiserver.access.pki;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/// The file that tells kubectl and every client library where the API is and who they are.
public final class Kubeconfig {
  private static final String NAME = "slipway";

  /// How the user of the file proves who they are; at least one of the two.
  public record Credentials(Optional<String> token, Optional<Identity> certificate) {
    public Credentials {
      if (token.isEmpty() && certificate.isEmpty()) {
        throw new IllegalArgumentException("a kubeconfig needs a token or a certificate");
      }
    }

    public static Credentials token(String token) {
      return new Credentials(Optional.of(token), Optional.empty());
    }

    @Override
    public String toString() {
      return "Credentials[hidden]";
    }
  }

  private Kubeconfig() {}

  /// Replaces the file whole, mode 0600; what stood there before is gone, nothing is merged.
  ///
  /// @param server `https://127.0.0.1:6443`
  /// @param authorityPem what the server's certificate is signed by
  /// @throws PkiException if it cannot be written
  public static void write(Path file, String server, String authorityPem, Credentials credentials) {
    PrivateFile.write(file, text(server, authorityPem, credentials));
  }

  static String text(String server, String authorityPem, Credentials credentials) {
    return """
    apiVersion: v1
    kind: Config
    preferences: {}
    clusters:
    - name: %1$s
      cluster:
        certificate-authority-data: %3$s
        server: %2$s
    contexts:
    - name: %1$s
      context:
        cluster: %1$s
        namespace: default
        user: %1$s
    current-context: %1$s
    users:
    - name: %1$s
      user:
    %4$s"""
        .formatted(NAME, server, base64(authorityPem), user(credentials));
  }

  private static String user(Credentials credentials) {
    var lines = new StringBuilder();
    credentials
        .certificate()
        .ifPresent(
            identity ->
                lines
                    .append(line("client-certificate-data", base64(identity.certificatePem())))
                    .append(line("client-key-data", base64(identity.keyPem()))));
    credentials.token().ifPresent(token -> lines.append(line("token", token)));
    return lines.toString();
  }

  private static String line(String field, String value) {
    return "    " + field + ": " + value + "\n";
  }

  private static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }
}
