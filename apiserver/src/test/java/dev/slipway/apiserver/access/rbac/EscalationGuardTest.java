package dev.slipway.apiserver.access.rbac;

import static dev.slipway.apiserver.access.rbac.Roles.binding;
import static dev.slipway.apiserver.access.rbac.Roles.clusterBinding;
import static dev.slipway.apiserver.access.rbac.Roles.clusterRole;
import static dev.slipway.apiserver.access.rbac.Roles.user;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.access.FakeLocalApi;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.admission.AdmissionRequest;
import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.resource.Converter;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class EscalationGuardTest {
  private static final UserInfo JANE = UserInfo.of("jane", "dev", "system:authenticated");
  private static final String PODS =
      "{'apiGroups':[''],'resources':['pods'],'verbs':['get','list']}";
  private static final String SECRETS =
      "{'apiGroups':[''],'resources':['secrets'],'verbs':['get','list']}";

  private final FakeLocalApi api = new FakeLocalApi();
  private final RbacAuthorizer rbac = new RbacAuthorizer(api);
  private final EscalationGuard guard = new EscalationGuard(rbac, rbac);

  @BeforeEach
  void world() {
    clusterRole(api, "pods", PODS);
    clusterRole(api, "secrets", SECRETS);
    clusterRole(
        api, "binder", rule("clusterroles", "'resourceNames':['secrets'],'verbs':['bind']"));
    clusterRole(api, "escalator", rule("roles", "'verbs':['escalate']"));
    binding(api, "default", "jane", "ClusterRole/pods", user("jane"));
  }

  @Test
  void rightsHeldMayBeGranted() {
    assertThatCode(() -> create("roles", role(PODS))).doesNotThrowAnyException();
    assertThatCode(() -> create("rolebindings", bindingTo("pods"))).doesNotThrowAnyException();
  }

  @Test
  void rightsNotHeldAreListed() {
    assertThatThrownBy(() -> create("roles", role(PODS + "," + SECRETS)))
        .hasMessage(
            """
            roles.rbac.authorization.k8s.io "new" is forbidden: user "jane" (groups=["dev" \
            "system:authenticated"]) is attempting to grant RBAC permissions not currently held:
            {APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}""");
  }

  @Test
  void aBindingGrantsWhatItsRoleHolds() {
    assertThatThrownBy(() -> create("rolebindings", bindingTo("secrets")))
        .hasMessageStartingWith("rolebindings.rbac.authorization.k8s.io \"new\" is forbidden")
        .hasMessageContaining("Resources:[\"secrets\"]");
  }

  @Test
  void aBindingToNoRoleIsNotFound() {
    assertThatThrownBy(() -> create("rolebindings", bindingTo("ghost")))
        .hasMessage("clusterrole.rbac.authorization.k8s.io \"ghost\" not found");
  }

  @Test
  void whoeverMayBindARoleNeedNotHoldIt() {
    clusterBinding(api, "b", "binder", user("jane"));
    assertThatCode(() -> create("rolebindings", bindingTo("secrets"))).doesNotThrowAnyException();
  }

  @Test
  void whoeverMayEscalateNeedNotHoldTheRules() {
    clusterBinding(api, "e", "escalator", user("jane"));
    assertThatCode(() -> create("roles", role(SECRETS))).doesNotThrowAnyException();
  }

  @Test
  void mastersMayGrantAnything() {
    var root = UserInfo.of("root", UserInfo.MASTERS);
    assertThatCode(() -> guard.validate(request(root, "roles", role(SECRETS), Optional.empty())))
        .doesNotThrowAnyException();
  }

  @Test
  void namespacedRightsDoNotReachClusterRoles() {
    assertThatThrownBy(
            () -> guard.validate(request(JANE, "clusterroles", role(PODS), Optional.empty(), "")))
        .hasMessageContaining("not currently held");
  }

  @Test
  void aggregationNeedsEverything() {
    ObjectNode role =
        parse(
            "{'metadata':{'name':'new'},'aggregationRule':"
                + "{'clusterRoleSelectors':[{'matchLabels':{'a':'b'}}]}}");
    assertThatThrownBy(
            () -> guard.validate(request(JANE, "clusterroles", role, Optional.empty(), "")))
        .hasMessageEndingWith("must have cluster-admin privileges to use the aggregationRule");
  }

  @Test
  void garbageCollectionMayTouchRolesBeyondItsRights() {
    ObjectNode old = role(SECRETS);
    ObjectNode fresh = old.deepCopy();
    Json.ensureObject(fresh, "metadata").putArray("ownerReferences").addObject().put("uid", "1");
    assertThatCode(() -> guard.validate(request(JANE, "roles", fresh, Optional.of(old))))
        .doesNotThrowAnyException();
  }

  @Test
  void changingRulesIsJudgedAsCreatingThem() {
    assertThatThrownBy(
            () -> guard.validate(request(JANE, "roles", role(SECRETS), Optional.of(role(PODS)))))
        .hasMessageContaining("not currently held");
  }

  private void create(String plural, ObjectNode object) {
    guard.validate(request(JANE, plural, object, Optional.empty()));
  }

  private static AdmissionRequest request(
      UserInfo user, String plural, ObjectNode object, Optional<ObjectNode> old) {
    return request(user, plural, object, old, "default");
  }

  private static AdmissionRequest request(
      UserInfo user, String plural, ObjectNode object, Optional<ObjectNode> old, String ns) {
    Operation operation = old.isPresent() ? Operation.UPDATE : Operation.CREATE;
    String name = old.isPresent() ? "new" : "";
    return new AdmissionRequest(
        operation,
        resource(plural),
        "",
        ns,
        name,
        Optional.of(object),
        old,
        Json.object(),
        user,
        false,
        _ -> {});
  }

  private static Resource resource(String plural) {
    return new Resource(
        RbacAuthorizer.GROUP,
        "v1",
        "Kind",
        plural,
        plural,
        true,
        List.of(),
        List.of(),
        Resource.ALL_VERBS,
        false,
        Optional.empty(),
        Set.of(),
        Map.of(),
        List.of(),
        Schema.ANYTHING,
        new Strategy() {},
        RbacAuthorizer.GROUP,
        "v1",
        Converter.relabel("a", "a"),
        "",
        false);
  }

  private static String rule(String resource, String rest) {
    return "{'apiGroups':['rbac.authorization.k8s.io'],'resources':['%s'],%s}"
        .formatted(resource, rest);
  }

  private static ObjectNode role(String rules) {
    return parse("{'metadata':{'name':'new'},'rules':[%s]}".formatted(rules));
  }

  private static ObjectNode bindingTo(String role) {
    return parse(
        "{'metadata':{'name':'new'},'roleRef':{'kind':'ClusterRole','name':'%s'}}".formatted(role));
  }

  private static ObjectNode parse(String json) {
    return Json.parseObject(json.replace('\'', '"'));
  }
}
