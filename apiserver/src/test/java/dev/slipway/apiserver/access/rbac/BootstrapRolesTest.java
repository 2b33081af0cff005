package dev.slipway.apiserver.access.rbac;

import static dev.slipway.apiserver.access.rbac.Roles.ask;
import static dev.slipway.apiserver.access.rbac.Roles.binding;
import static dev.slipway.apiserver.access.rbac.Roles.clusterBinding;
import static dev.slipway.apiserver.access.rbac.Roles.clusterRole;
import static dev.slipway.apiserver.access.rbac.Roles.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.access.FakeLocalApi;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.base.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class BootstrapRolesTest {
  private final FakeLocalApi api = new FakeLocalApi();
  private final RbacAuthorizer rbac = new RbacAuthorizer(api);

  @BeforeEach
  void start() {
    BootstrapRoles.reconcile(api);
  }

  @Test
  void aSecondStartWritesNothing() {
    int before = api.writes();
    assertThat(BootstrapRoles.reconcile(api)).isFalse();
    assertThat(api.writes()).isEqualTo(before);
  }

  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          view | get | pods/log:x | yes | a viewer reads logs
          view | get | secrets:x | no | but no secrets
          view | create | pods | no | and changes nothing
          view | list | pods.metrics.k8s.io | yes | what pods use
          edit | get | nodes.metrics.k8s.io | yes | and nodes
          admin | list | nodes.metrics.k8s.io | yes | up the ladder
          view | list | inferenceservices.serving.kserve.io | yes | the platform's kinds too
          edit | create | deployments.apps | yes | an editor deploys
          edit | get | secrets:x | yes | and reads secrets
          edit | create | pods/exec | yes | and enters pods
          edit | create | roles.rbac.authorization.k8s.io | no | but grants nothing
          edit | patch | services.serving.knative.dev:x | yes | the platform's kinds too
          edit | create | resourcequotas | no | nor changes what the namespace may use
          edit | create | serviceaccounts/token:x | yes | and asks for tokens
          admin | create | rolebindings.rbac.authorization.k8s.io | yes | an admin grants
          admin | get | pods:x | yes | and does what an editor does
          admin | update | scaledobjects.keda.sh/status:x | yes | on all of the platform's kinds
          admin | create | namespaces | no | inside the namespace
          cluster-admin | delete | nodes:x | yes | a cluster admin does anything
          """)
  void ladder(String role, String verb, String what, String yes, String why) {
    binding(api, "work", "someone", "ClusterRole/" + role, user("jane"));
    assertThat(rbac.authorize(ask(UserInfo.of("jane"), verb, what, "work")).allowed())
        .as(why)
        .isEqualTo(yes.equals("yes"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          system:unauthenticated | /version | yes
          system:unauthenticated | /healthz | yes
          system:unauthenticated | /api | no
          system:unauthenticated | /metrics | no
          system:authenticated | /api | yes
          system:authenticated | /apis/apps/v1 | yes
          system:authenticated | /openapi/v3 | yes
          system:authenticated | /metrics | no
          system:monitoring | /metrics | yes
          system:serviceaccounts | /openid/v1/jwks | yes
          """)
  void pathsOpenToEveryone(String group, String path, String yes) {
    assertThat(rbac.authorize(ask(UserInfo.of("x", group), "get", path, "")).allowed())
        .isEqualTo(yes.equals("yes"));
  }

  @Test
  void everybodyMayAskAboutThemselves() {
    var someone = UserInfo.of("x", UserInfo.AUTHENTICATED);
    String review = "selfsubjectaccessreviews.authorization.k8s.io";
    assertThat(rbac.authorize(ask(someone, "create", review, "")).allowed()).isTrue();
    assertThat(
            rbac.authorize(ask(someone, "create", "tokenreviews.authentication.k8s.io", ""))
                .allowed())
        .isFalse();
  }

  @Test
  void whatIsMissingComesBackAndWhatWasAddedStays() {
    ObjectNode role = find("system:discovery");
    role.putArray("rules").addObject().put("own", true).putArray("verbs").add("dance");
    api.update(RbacAuthorizer.GROUP, "clusterroles", role);
    assertThat(BootstrapRoles.reconcile(api)).isTrue();
    assertThat(PolicyRule.rulesOf(find("system:discovery")))
        .hasSize(2)
        .anySatisfy(each -> assertThat(each.verbs()).containsExactly("dance"))
        .anySatisfy(each -> assertThat(each.nonResourceUrls()).contains("/apis/*"));
  }

  @Test
  void extensionServersFindTheirRoleInTheSystemNamespace() {
    api.with("", "namespaces", "{'metadata':{'name':'kube-system'}}");
    assertThat(BootstrapRoles.reconcile(api)).isTrue();
    assertThat(BootstrapRoles.reconcile(api)).isFalse();
    String role = "extension-apiserver-authentication-reader";
    assertThat(api.get(RbacAuthorizer.GROUP, "roles", "kube-system", role)).isPresent();
  }

  @Test
  void aRoleThatOptedOutIsLeftAlone() {
    ObjectNode role = find("system:discovery");
    Json.ensureObject(role, "metadata", "annotations")
        .put("rbac.authorization.kubernetes.io/autoupdate", "false");
    role.putArray("rules");
    api.update(RbacAuthorizer.GROUP, "clusterroles", role);
    assertThat(BootstrapRoles.reconcile(api)).isFalse();
  }

  @Test
  void aBindingToAnotherRoleIsMadeAnew() {
    api.delete(RbacAuthorizer.GROUP, "clusterrolebindings", "", "cluster-admin", Json.object());
    clusterBinding(api, "cluster-admin", "view", user("x"));
    assertThat(BootstrapRoles.reconcile(api)).isTrue();
    ObjectNode binding =
        api.get(RbacAuthorizer.GROUP, "clusterrolebindings", "", "cluster-admin").orElseThrow();
    assertThat(Json.text(binding, "roleRef", "name")).isEqualTo("cluster-admin");
  }

  @Test
  void aLabelledRoleJoinsTheLadder() {
    clusterRole(api, "crontabs", "{'apiGroups':['my.io'],'resources':['tabs'],'verbs':['get']}");
    ObjectNode role = find("crontabs");
    Json.ensureObject(role, "metadata", "labels")
        .put("rbac.authorization.k8s.io/aggregate-to-view", "true");
    api.update(RbacAuthorizer.GROUP, "clusterroles", role);
    assertThat(ClusterRoleAggregation.step(api)).isTrue();
    assertThat(ClusterRoleAggregation.step(api)).as("a second step changes nothing").isFalse();
    for (String each : new String[] {"view", "edit", "admin"}) {
      assertThat(PolicyRule.rulesOf(find(each)))
          .as(each)
          .anySatisfy(rule -> assertThat(rule.apiGroups()).containsExactly("my.io"));
    }
    api.delete(RbacAuthorizer.GROUP, "clusterroles", "", "crontabs", Json.object());
    ClusterRoleAggregation.step(api);
    assertThat(PolicyRule.rulesOf(find("admin")))
        .noneSatisfy(rule -> assertThat(rule.apiGroups()).containsExactly("my.io"));
  }

  private ObjectNode find(String role) {
    return api.get(RbacAuthorizer.GROUP, "clusterroles", "", role).orElseThrow();
  }
}
