package dev.slipway.apiserver.access.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.Authorizer.Decision;
import dev.slipway.apiserver.access.FakeRequest;
import dev.slipway.apiserver.access.UserInfo;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImpersonationTest {
  private static final UserInfo ALICE = UserInfo.of("alice");
  private static final Set<String> RIGHTS =
      Set.of(
          "users//jane",
          "users//system:anonymous",
          "groups//dev",
          "serviceaccounts/ci/bot",
          "authentication.k8s.io:userextras/scopes//view",
          "authentication.k8s.io:uids//7");

  private final Impersonation impersonation =
      new Impersonation(asked -> new Decision(RIGHTS.contains(described(asked)), ""));

  @Test
  void withoutHeadersTheSenderStays() {
    assertThat(impersonation.apply(ALICE, new FakeRequest())).isSameAs(ALICE);
  }

  @Test
  void aUserBecomesThatUserAndIsAuthenticated() {
    var request = new FakeRequest().with("Impersonate-User", "jane");
    assertThat(impersonation.apply(ALICE, request))
        .isEqualTo(UserInfo.of("jane", "system:authenticated"));
  }

  @Test
  void everyPartIsTakenOver() {
    var request =
        new FakeRequest()
            .with("Impersonate-User", "jane")
            .with("Impersonate-Group", "dev")
            .with("Impersonate-Uid", "7")
            .with("Impersonate-Extra-Scopes", "view");
    assertThat(impersonation.apply(ALICE, request))
        .isEqualTo(
            new UserInfo(
                "jane",
                "7",
                List.of("dev", "system:authenticated"),
                Map.of("scopes", List.of("view"))));
  }

  @Test
  void aServiceAccountHasItsGroups() {
    var request = new FakeRequest().with("Impersonate-User", "system:serviceaccount:ci:bot");
    assertThat(impersonation.apply(ALICE, request).groups())
        .containsExactly(
            "system:serviceaccounts", "system:serviceaccounts:ci", "system:authenticated");
  }

  @Test
  void anonymousStaysUnauthenticated() {
    var request = new FakeRequest().with("Impersonate-User", "system:anonymous");
    assertThat(impersonation.apply(ALICE, request).groups())
        .containsExactly("system:unauthenticated");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Impersonate-User | bob | users "bob" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the cluster scope
          Impersonate-Group | ops | groups "ops" is forbidden: User "alice" cannot impersonate resource "groups" in API group "" at the cluster scope
          Impersonate-Uid | 8 | uids.authentication.k8s.io "8" is forbidden: User "alice" cannot impersonate resource "uids" in API group "authentication.k8s.io" at the cluster scope
          Impersonate-Extra-Scopes | edit | userextras.authentication.k8s.io "edit" is forbidden: User "alice" cannot impersonate resource "userextras/scopes" in API group "authentication.k8s.io" at the cluster scope
          """)
  void aMissingRightIsRefusedByName(String header, String value, String message) {
    var request = new FakeRequest().with(header, value);
    if (!header.equals("Impersonate-User")) {
      request.with("Impersonate-User", "jane");
    }
    assertThatThrownBy(() -> impersonation.apply(ALICE, request)).hasMessage(message);
  }

  @Test
  void aGroupAloneMakesNoSense() {
    var request = new FakeRequest().with("Impersonate-Group", "dev");
    assertThatThrownBy(() -> impersonation.apply(ALICE, request))
        .hasMessageContaining("without impersonating a user");
  }

  private static String described(Attributes asked) {
    assertThat(asked.verb()).isEqualTo("impersonate");
    return (asked.group().isEmpty() ? "" : asked.group() + ":")
        + asked.resource()
        + (asked.subresource().isEmpty() ? "" : "/" + asked.subresource())
        + "/"
        + asked.namespace()
        + "/"
        + asked.name();
  }
}
