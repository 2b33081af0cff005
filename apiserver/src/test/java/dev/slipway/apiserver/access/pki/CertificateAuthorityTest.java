package dev.slipway.apiserver.access.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");

  @TempDir Path data;

  @Test
  void aSecondStartFindsWhatTheFirstMade() {
    var first = open(NOW);
    var second = open(NOW.plusSeconds(60));
    assertThat(second.certificate()).isEqualTo(first.certificate());
    assertThat(second.server()).isEqualTo(first.server());
    assertThat(second.admin()).isEqualTo(first.admin());
    assertThat(second.serviceAccountKeys().getPublic())
        .isEqualTo(first.serviceAccountKeys().getPublic());
  }

  @Test
  void keysAreForTheirOwnerOnly() throws IOException {
    open(NOW);
    AdminToken.open(data);
    try (var files = Files.list(data.resolve("pki"))) {
      assertThat(files)
          .hasSize(9)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .as(file.toString())
                      .isEqualTo("rw-------"));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("pki"))))
        .isEqualTo("rwx------");
  }

  @Test
  void serverCertificateAnswersToAllItsNames() throws Exception {
    var made = CertificateAuthority.open(data, List.of("192.0.2.7", "my.host"), NOW);
    assertThat(SubjectNames.of(made.server().certificate()))
        .contains(
            "localhost",
            "127.0.0.1",
            "0:0:0:0:0:0:0:1",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "10.96.0.1",
            "192.0.2.7",
            "my.host");
    made.server().certificate().verify(made.certificate().getPublicKey());
    assertThat(made.server().certificate().getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(made.certificate().getBasicConstraints()).isNotNegative();
  }

  @Test
  void aNewAddressRenewsTheServerCertificateOnly() {
    var first = open(NOW);
    var second = CertificateAuthority.open(data, List.of("192.0.2.9"), NOW);
    assertThat(second.certificate()).isEqualTo(first.certificate());
    assertThat(second.admin()).isEqualTo(first.admin());
    assertThat(second.server()).isNotEqualTo(first.server());
  }

  @Test
  void certificatesNearTheirEndAreRenewedUnderTheSameAuthority() {
    var first = open(NOW);
    var later = open(NOW.plus(Duration.ofDays(340)));
    assertThat(later.certificate()).isEqualTo(first.certificate());
    assertThat(later.server()).isNotEqualTo(first.server());
    assertThat(later.admin()).isNotEqualTo(first.admin());
  }

  @Test
  void anExpiredAuthorityIsReplacedWithEverythingItSigned() throws Exception {
    var first = open(NOW);
    var later = open(NOW.plus(Duration.ofDays(3700)));
    assertThat(later.certificate()).isNotEqualTo(first.certificate());
    later.server().certificate().verify(later.certificate().getPublicKey());
    later.admin().certificate().verify(later.certificate().getPublicKey());
  }

  @Test
  void whatAnotherAuthoritySignedIsMadeAnew() throws Exception {
    var first = open(NOW);
    Files.delete(data.resolve("pki/ca.key"));
    var second = open(NOW);
    assertThat(second.certificate()).isNotEqualTo(first.certificate());
    second.server().certificate().verify(second.certificate().getPublicKey());
    second.admin().certificate().verify(second.certificate().getPublicKey());
  }

  @Test
  void aDamagedFileIsRefusedByName() throws IOException {
    open(NOW);
    Files.writeString(data.resolve("pki/ca.crt"), "not a certificate");
    assertThatThrownBy(() -> open(NOW))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining("pki/ca.crt")
        .hasMessageContaining("no CERTIFICATE block");
  }

  @Test
  void anAdminTokenIsKeptAndCompared() {
    AdminToken first = AdminToken.open(data);
    AdminToken second = AdminToken.open(data);
    assertThat(second.text()).isEqualTo(first.text()).hasSizeGreaterThan(40);
    assertThat(second.matches(first.text())).isTrue();
    assertThat(second.matches(first.text() + "x")).isFalse();
    assertThat(second.matches("")).isFalse();
    assertThat(second).hasToString("AdminToken[hidden]");
  }

  private CertificateAuthority open(Instant now) {
    return CertificateAuthority.open(data, List.of("127.0.0.1"), now);
  }
}
