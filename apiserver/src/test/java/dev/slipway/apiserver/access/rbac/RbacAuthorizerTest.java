package dev.slipway.apiserver.access.rbac;

import static dev.slipway.apiserver.access.rbac.Roles.account;
import static dev.slipway.apiserver.access.rbac.Roles.ask;
import static dev.slipway.apiserver.access.rbac.Roles.binding;
import static dev.slipway.apiserver.access.rbac.Roles.clusterBinding;
import static dev.slipway.apiserver.access.rbac.Roles.clusterRole;
import static dev.slipway.apiserver.access.rbac.Roles.group;
import static dev.slipway.apiserver.access.rbac.Roles.role;
import static dev.slipway.apiserver.access.rbac.Roles.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.access.FakeLocalApi;
import dev.slipway.apiserver.access.Refusal;
import dev.slipway.apiserver.access.UserInfo;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The examples of kubernetes.io/docs/reference/access-authn-authz/rbac and the cases of upstream's
/// `evaluation_helpers_test.go`, asked one by one.
class RbacAuthorizerTest {
  private final FakeLocalApi api = new FakeLocalApi();
  private final RbacAuthorizer rbac = new RbacAuthorizer(api);

  @BeforeEach
  void world() {
    role(
        api,
        "default",
        "pod-reader",
        "{'apiGroups':[''],'resources':['pods'],'verbs':['get','watch','list']}");
    clusterRole(
        api,
        "secret-reader",
        "{'apiGroups':[''],'resources':['secrets'],'verbs':['get','watch','list']}");
    role(
        api,
        "default",
        "pod-and-pod-logs-reader",
        "{'apiGroups':[''],'resources':['pods','pods/log'],'verbs':['get','list']}");
    role(
        api,
        "default",
        "configmap-updater",
        "{'apiGroups':[''],'resources':['configmaps'],'resourceNames':['my-configmap'],"
            + "'verbs':['update','get']}");
    clusterRole(api, "scaler", "{'apiGroups':['*'],'resources':['*/scale'],'verbs':['*']}");
    clusterRole(
        api, "prober", "{'nonResourceURLs':['/healthz','/healthz/*','/metrics'],'verbs':['get']}");
    clusterRole(
        api,
        "root",
        "{'apiGroups':['*'],'resources':['*'],'verbs':['*']},"
            + "{'nonResourceURLs':['*'],'verbs':['*']}");
    binding(api, "default", "read-pods", "Role/pod-reader", user("jane"));
    binding(api, "development", "read-secrets", "ClusterRole/secret-reader", user("dave"));
    clusterBinding(api, "read-secrets-global", "secret-reader", group("manager"));
    binding(api, "default", "logs", "Role/pod-and-pod-logs-reader", account("ci", "bot"));
    binding(api, "default", "local", "Role/pod-reader", "{'kind':'ServiceAccount','name':'bot'}");
    binding(api, "default", "cm", "Role/configmap-updater", user("carol"));
    clusterBinding(api, "scalers", "scaler", user("sam"));
    clusterBinding(api, "probers", "prober", group("system:unauthenticated"));
    clusterBinding(api, "roots", "root", user("root"));
    clusterBinding(api, "accounts", "secret-reader", group("system:serviceaccounts:ci"));
    binding(api, "default", "ghosts", "Role/ghost", user("casper"));
    clusterBinding(api, "no-namespace", "root", "{'kind':'ServiceAccount','name':'bot'}");
  }

  @ParameterizedTest(name = "{5}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          jane | list | pods | default | yes | a role binding grants in its namespace
          jane | list | pods | other | no | and nowhere else
          jane | list | pods | '' | no | not across all namespaces either
          jane | delete | pods | default | no | only the verbs of the rule
          jane | get | pods/log | default | no | a resource does not include its subresources
          jane | get | pods.metrics.k8s.io | default | no | another group is another resource
          dave | get | secrets:x | development | yes | a role binding to a cluster role
          dave | get | secrets:x | default | no | grants it in that namespace only
          ann,manager | get | secrets:x | anywhere | yes | a cluster role binding grants everywhere
          ann,manager | list | secrets | '' | yes | and across all namespaces
          system:serviceaccount:ci:bot | get | pods/log:x | default | yes | a service account
          system:serviceaccount:default:bot | get | pods:x | default | yes | its namespace defaults
          system:serviceaccount:ci:bot | watch | pods | default | no | not that of another one
          system:serviceaccount::bot | get | nodes | '' | no | no namespace, no subject
          sys,system:serviceaccounts:ci | list | secrets | '' | yes | all accounts of a namespace
          carol | update | configmaps:my-configmap | default | yes | the name of the rule
          carol | update | configmaps:other | default | no | another name
          carol | get | configmaps | default | no | a request without a name matches no named rule
          carol | create | configmaps:my-configmap | default | no | a verb not in the rule
          sam | update | deployments.apps/scale:x | default | yes | any resource's scale
          sam | update | deployments.apps:x | default | no | but not the resource
          sam | get | pods/log:x | default | no | nor another subresource
          a,system:unauthenticated | get | /healthz | '' | yes | an exact path
          a,system:unauthenticated | get | /healthz/etcd | '' | yes | a path under a trailing star
          a,system:unauthenticated | get | /healthzz | '' | no | the star stands behind the slash
          a,system:unauthenticated | post | /metrics | '' | no | the method counts
          root | anything | things.any.group/sub:x | ns | yes | stars match all there is
          root | get | /what/ever | '' | yes | stars match every path
          x,system:masters | delete | nodes:x | '' | yes | masters need no rule
          casper | get | pods | default | no | a role that is not there grants nothing
          """)
  void decision(String who, String verb, String what, String namespace, String yes, String why) {
    assertThat(rbac.authorize(ask(person(who), verb, what, namespace)).allowed())
        .as(why)
        .isEqualTo(yes.equals("yes"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jane | RBAC: allowed by RoleBinding "read-pods/default" of Role "pod-reader" to User "jane"
          root | RBAC: allowed by ClusterRoleBinding "roots" of ClusterRole "root" to User "root"
          system:serviceaccount:ci:bot | RBAC: allowed by RoleBinding "logs/default" of Role "pod-and-pod-logs-reader" to ServiceAccount "bot/ci"
          casper | RBAC: role.rbac.authorization.k8s.io "ghost" not found
          x,system:masters | ''
          nobody | ''
          """)
  void reasonNamesTheBindingOrWhatIsMissing(String who, String reason) {
    assertThat(rbac.authorize(ask(person(who), "get", "pods", "default")).reason())
        .isEqualTo(reason);
  }

  @Test
  void aChangeIsSeenByTheNextQuestion() {
    var question = ask(UserInfo.of("eve"), "get", "pods:x", "default");
    assertThat(rbac.authorize(question).allowed()).isFalse();
    binding(api, "default", "eve", "Role/pod-reader", user("eve"));
    rbac.changed();
    assertThat(rbac.authorize(question).allowed()).isTrue();
  }

  @Test
  void rulesAreListedOncePerBinding() {
    binding(api, "default", "twice", "Role/pod-reader", user("tom") + "," + group("toms"));
    assertThat(rbac.rulesFor(UserInfo.of("tom", "toms"), "default").rules()).hasSize(1);
    assertThat(rbac.rulesFor(UserInfo.of("tom", "toms"), "").rules()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          list | pods | default | pods is forbidden: User "ja&lt;ne" cannot list resource "pods" in API group "" in the namespace "default"
          get | nodes:n | '' | nodes "n" is forbidden: User "ja&lt;ne" cannot get resource "nodes" in API group "" at the cluster scope
          update | deployments.apps/scale:x | a | deployments.apps "x" is forbidden: User "ja&lt;ne" cannot update resource "deployments/scale" in API group "apps" in the namespace "a"
          get | /foo | '' | forbidden: User "ja&lt;ne" cannot get path "/foo"
          """)
  void refusalIsWordedAsUpstream(String verb, String what, String namespace, String message) {
    var refused = Refusal.of(ask(UserInfo.of("ja<ne"), verb, what, namespace), "");
    assertThat(refused).hasMessage(message);
    assertThat(refused.code()).isEqualTo(403);
  }

  @Test
  void refusalCarriesTheAuthorizersReason() {
    assertThat(Refusal.of(ask(UserInfo.of("jane"), "get", "/x", ""), "RBAC: broken"))
        .hasMessage("forbidden: User \"jane\" cannot get path \"/x\": RBAC: broken");
  }

  /// `name,group,group`.
  private static UserInfo person(String text) {
    String[] parts = text.split(",", -1);
    return UserInfo.of(parts[0], Arrays.copyOfRange(parts, 1, parts.length));
  }
}
