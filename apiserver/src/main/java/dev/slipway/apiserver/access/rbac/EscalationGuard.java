package dev.slipway.apiserver.access.rbac;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.access.GoText;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.access.rbac.RbacAuthorizer.RulesHeld;
import dev.slipway.apiserver.admission.Admission;
import dev.slipway.apiserver.admission.AdmissionRequest;
import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Nobody grants rights they do not hold: writes of roles and bindings are checked against the
/// writer's own rules, unless the writer may `escalate` the role or `bind` it.
///
/// Source: `k8s.io/kubernetes/pkg/registry/rbac/{escalation_check.go,*/policybased/storage.go}`.
public final class EscalationGuard implements Admission {
  private static final Set<String> ROLES = Set.of("roles", "clusterroles");
  private static final Set<String> BINDINGS = Set.of("rolebindings", "clusterrolebindings");
  private static final List<String> BOOKKEEPING =
      List.of("ownerReferences", "finalizers", "managedFields", "resourceVersion", "generation");
  private static final List<PolicyRule> EVERYTHING =
      List.of(
          PolicyRule.resources(List.of("*"), List.of("*"), List.of("*")),
          PolicyRule.urls(List.of("*"), List.of("*")));

  private final RbacAuthorizer rbac;
  private final Authorizer authorizer;

  /// @param authorizer decides on `escalate` and `bind`
  public EscalationGuard(RbacAuthorizer rbac, Authorizer authorizer) {
    this.rbac = rbac;
    this.authorizer = authorizer;
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (!concerns(request) || request.user().groups().contains(UserInfo.MASTERS)) {
      return;
    }
    ObjectNode object = request.object().orElseThrow();
    if (request.old().isPresent() && onlyCollects(object, request.old().get())) {
      return;
    }
    if (ROLES.contains(request.resource().plural())) {
      judgeRole(request, object);
    } else {
      judgeBinding(request, object);
    }
  }

  private static boolean concerns(AdmissionRequest request) {
    String plural = request.resource().plural();
    return request.resource().group().equals(RbacAuthorizer.GROUP)
        && (request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE)
        && request.object().isPresent()
        && (ROLES.contains(plural) || BINDINGS.contains(plural));
  }

  /// Whether nothing changes but what the garbage collector needs changed.
  private static boolean onlyCollects(ObjectNode object, ObjectNode old) {
    return withoutBookkeeping(object).equals(withoutBookkeeping(old));
  }

  private static ObjectNode withoutBookkeeping(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    Json.ensureObject(copy, "metadata").remove(BOOKKEEPING);
    return copy;
  }

  private void judgeRole(AdmissionRequest request, ObjectNode role) {
    String plural = request.resource().plural();
    if (may(request.user(), "escalate", plural, request.namespace(), request.name())) {
      return;
    }
    String name = Json.text(role, "metadata", "name");
    refuseEscalation(request, name, PolicyRule.rulesOf(role));
    boolean aggregates =
        aggregates(role) || request.old().map(EscalationGuard::aggregates).orElse(false);
    if (aggregates && !missing(request, EVERYTHING).isEmpty()) {
      throw ApiException.forbidden(
          request.resource().qualified(),
          name,
          "must have cluster-admin privileges to use the aggregationRule");
    }
  }

  private static boolean aggregates(ObjectNode role) {
    return !Json.at(role, "aggregationRule", "clusterRoleSelectors").isEmpty();
  }

  private void judgeBinding(AdmissionRequest request, ObjectNode binding) {
    JsonNode roleRef = binding.path("roleRef");
    String name = Json.text(roleRef, "name");
    boolean cluster = Json.text(roleRef, "kind").equals("ClusterRole");
    String roles = cluster ? "clusterroles" : "roles";
    if (may(request.user(), "bind", roles, request.namespace(), name)) {
      return;
    }
    List<PolicyRule> rules =
        rbac.rulesOf(roleRef, request.namespace())
            .orElseThrow(
                () ->
                    ApiException.notFound(
                        (cluster ? "clusterrole." : "role.") + RbacAuthorizer.GROUP, name));
    refuseEscalation(request, Json.text(binding, "metadata", "name"), rules);
  }

  private boolean may(UserInfo user, String verb, String plural, String namespace, String name) {
    var asked =
        new Attributes(user, verb, RbacAuthorizer.GROUP, "*", plural, "", namespace, name, "");
    return authorizer.authorize(asked).allowed();
  }

  private List<PolicyRule> missing(AdmissionRequest request, List<PolicyRule> wanted) {
    RulesHeld held = rbac.rulesFor(request.user(), request.namespace());
    return RuleCover.missing(held.rules(), wanted);
  }

  private void refuseEscalation(AdmissionRequest request, String name, List<PolicyRule> wanted) {
    RulesHeld held = rbac.rulesFor(request.user(), request.namespace());
    List<PolicyRule> missing = RuleCover.missing(held.rules(), wanted);
    if (missing.isEmpty()) {
      return;
    }
    String why =
        "user %s (groups=%s) is attempting to grant RBAC permissions not currently held:\n%s"
            .formatted(
                GoText.quoted(request.user().name()),
                GoText.quoted(request.user().groups()),
                RuleCover.describe(missing));
    String problems =
        held.problems().isEmpty()
            ? ""
            : "; resolution errors: [" + RbacIndex.joined(held.problems()) + "]";
    throw ApiException.forbidden(request.resource().qualified(), name, why + problems);
  }
}
