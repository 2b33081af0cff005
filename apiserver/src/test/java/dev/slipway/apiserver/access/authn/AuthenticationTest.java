package dev.slipway.apiserver.access.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.access.Authorizer.Decision;
import dev.slipway.apiserver.access.FakeRequest;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.access.pki.AdminToken;
import dev.slipway.apiserver.access.pki.CertificateAuthority;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticationTest {
  private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");
  private static final List<String> API = List.of("https://kubernetes.default.svc.cluster.local");

  @TempDir Path data;
  @TempDir Path elsewhere;
  private CertificateAuthority authority;
  private CertificateAuthority stranger;
  private AdminToken token;
  private Authentication authentication;
  private Instant now = NOW;

  @BeforeEach
  void open() {
    authority = CertificateAuthority.open(data, List.of(), NOW);
    stranger = CertificateAuthority.open(elsewhere, List.of(), NOW);
    token = AdminToken.open(data);
    authentication =
        new Authentication(
            new ClientCertificates(authority.certificate(), () -> now),
            new BearerTokens(List.of(new AdminTokenAuthenticator(token, API))),
            API,
            new Impersonation(_ -> new Decision(false, "")));
  }

  @Test
  void commonNameIsTheUserAndOrganisationsAreGroups() {
    UserInfo user = ask(new FakeRequest().proving(client(authority, "jane", "dev", "ops")));
    assertThat(user.name()).isEqualTo("jane");
    assertThat(user.groups()).containsExactly("dev", "ops", "system:authenticated");
  }

  @Test
  void adminCertificateIsAMaster() {
    UserInfo user = ask(new FakeRequest().proving(authority.admin().certificate()));
    assertThat(user.name()).isEqualTo("kubernetes-admin");
    assertThat(user.groups()).contains("system:masters");
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefused() {
    refused(new FakeRequest().proving(client(stranger, "jane")));
  }

  @Test
  void anExpiredCertificateIsRefusedEvenIfItWasGoodBefore() {
    var request = new FakeRequest().proving(client(authority, "jane"));
    assertThat(ask(request).name()).isEqualTo("jane");
    now = NOW.plus(Duration.ofDays(2));
    refused(request);
  }

  @Test
  void aCertificateNotYetValidIsRefused() {
    now = NOW.minus(Duration.ofDays(1));
    refused(new FakeRequest().proving(client(authority, "jane")));
  }

  @Test
  void aServerCertificateIsNoClient() {
    refused(new FakeRequest().proving(authority.server().certificate()));
  }

  @Test
  void adminTokenIsAMaster() {
    UserInfo user = ask(new FakeRequest().bearer(token.text()));
    assertThat(user.name()).isEqualTo("kubernetes-admin");
    assertThat(user.groups()).containsExactly("system:masters", "system:authenticated");
  }

  @Test
  void anUnknownTokenIsRefused() {
    refused(new FakeRequest().bearer("guess"));
  }

  @Test
  void noCredentialsAreAnonymous() {
    assertThat(ask(new FakeRequest()))
        .isEqualTo(UserInfo.of("system:anonymous", "system:unauthenticated"));
    assertThat(ask(new FakeRequest().with("Authorization", "Basic YTpi")).name())
        .as("a scheme that is not spoken here is no credential")
        .isEqualTo("system:anonymous");
    assertThat(ask(new FakeRequest().with("Authorization", "Bearer ")).name())
        .isEqualTo("system:anonymous");
  }

  @Test
  void goodTokenOutweighsABadCertificate() {
    var request = new FakeRequest().proving(client(stranger, "jane")).bearer(token.text());
    assertThat(ask(request).name()).isEqualTo("kubernetes-admin");
  }

  @Test
  void aBrowsersWebSocketCarriesTheTokenAsASubprotocol() {
    String encoded =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(token.text().getBytes(StandardCharsets.UTF_8));
    var request =
        new FakeRequest()
            .webSocket()
            .with("Sec-WebSocket-Protocol", "v4.channel.k8s.io")
            .with("Sec-WebSocket-Protocol", BearerTokens.PROTOCOL + encoded);
    assertThat(ask(request).name()).isEqualTo("kubernetes-admin");
  }

  private UserInfo ask(FakeRequest request) {
    return authentication.authenticate(request);
  }

  private void refused(FakeRequest request) {
    assertThatThrownBy(() -> ask(request)).hasMessage("Unauthorized");
  }

  private static X509Certificate client(CertificateAuthority from, String name, String... groups) {
    return from.issueClient(name, List.of(groups), NOW, NOW.plus(Duration.ofDays(1))).certificate();
  }
}
