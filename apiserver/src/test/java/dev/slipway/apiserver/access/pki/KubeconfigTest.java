package dev.slipway.apiserver.access.pki;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.access.pki.Kubeconfig.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class KubeconfigTest {
  private static final String SERVER = "https://[::1]:6443";

  @TempDir Path directory;

  @Test
  void namesServerAuthorityAndToken() throws IOException {
    Path file = directory.resolve("deep/kubeconfig");
    Kubeconfig.write(file, SERVER, "PEM", Credentials.token("s3cret"));
    JsonNode read = new YAMLMapper().readTree(Files.readString(file));
    assertThat(read.at("/clusters/0/cluster/server").asString()).isEqualTo(SERVER);
    assertThat(read.at("/clusters/0/cluster/certificate-authority-data").asString())
        .isEqualTo("UEVN");
    assertThat(read.at("/users/0/user/token").asString()).isEqualTo("s3cret");
    assertThat(read.at("/users/0/user").size()).isEqualTo(1);
    assertThat(read.at("/contexts/0/name")).isEqualTo(read.at("/current-context"));
    assertThat(read.at("/contexts/0/context/user")).isEqualTo(read.at("/users/0/name"));
    assertThat(read.at("/contexts/0/context/cluster")).isEqualTo(read.at("/clusters/0/name"));
  }

  @Test
  void replacesTheFileWholeAndKeepsItPrivate() throws IOException {
    Path file = directory.resolve("kubeconfig");
    Files.writeString(file, "something else entirely");
    Kubeconfig.write(file, SERVER, "PEM", Credentials.token("t"));
    assertThat(Files.readString(file)).startsWith("apiVersion: v1\n").doesNotContain("else");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(directory)) {
      assertThat(files).as("nothing left beside it").hasSize(1);
    }
  }

  @Test
  void carriesAClientCertificate() throws IOException {
    var authority = CertificateAuthority.open(directory, List.of(), Instant.now());
    Path file = directory.resolve("kubeconfig");
    var credentials = new Credentials(Optional.empty(), Optional.of(authority.admin()));
    Kubeconfig.write(file, SERVER, authority.certificatePem(), credentials);
    JsonNode user = new YAMLMapper().readTree(Files.readString(file)).at("/users/0/user");
    assertThat(user.propertyNames()).containsExactly("client-certificate-data", "client-key-data");
  }
}
