package dev.slipway.apiserver.access.rbac;

import static dev.slipway.apiserver.access.rbac.RoleDraft.binding;

import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The roles and bindings every cluster has, seen to at each start.
///
/// What is absent is created; what lacks a default rule, subject, selector or label is given it;
/// what people added stays. An object annotated `rbac.authorization.kubernetes.io/autoupdate:
/// "false"` is left alone.
/// Source: `k8s.io/kubernetes/pkg/registry/rbac/reconciliation`.
public final class BootstrapRoles {
  private static final String ROLES = "clusterroles";
  private static final String BINDINGS = "clusterrolebindings";
  private static final String SYSTEM = "kube-system";
  private static final String EVERYONE = "Group/system:authenticated";

  private BootstrapRoles() {}

  /// Reconciles all of them, then fills the aggregating ones; a second call changes nothing.
  ///
  /// The namespace `kube-system` should exist by then: without it its one default Role waits for
  /// the next call.
  ///
  /// @return whether anything was written
  public static boolean reconcile(LocalApi api) {
    boolean written = reconcile(api, ROLES, clusterRoles());
    written |= reconcile(api, BINDINGS, clusterRoleBindings());
    if (api.get("", "namespaces", "", SYSTEM).isPresent()) {
      written |= reconcile(api, "roles", List.of(authenticationReader()));
    }
    written |= ClusterRoleAggregation.step(api);
    return written;
  }

  /// What extension API servers (KEDA's metrics adapter) are bound to in `kube-system`.
  private static ObjectNode authenticationReader() {
    ObjectNode role =
        RoleDraft.role("extension-apiserver-authentication-reader")
            .allowNamed(RoleDraft.READ, "core", "configmaps", "extension-apiserver-authentication")
            .toJson();
    Json.ensureObject(role, "metadata").put("namespace", SYSTEM);
    return role.put("kind", "Role");
  }

  /// As they are created, before aggregation.
  static List<ObjectNode> clusterRoles() {
    return Stream.of(UserRoles.all(), PlatformRoles.all(), ComponentRoles.all())
        .flatMap(List::stream)
        .map(RoleDraft::toJson)
        .toList();
  }

  static List<ObjectNode> clusterRoleBindings() {
    return List.of(
        binding("cluster-admin", "Group/system:masters"),
        binding("system:monitoring", "Group/system:monitoring"),
        binding("system:discovery", EVERYONE),
        binding("system:basic-user", EVERYONE),
        binding("system:public-info-viewer", EVERYONE, "Group/system:unauthenticated"),
        binding("system:service-account-issuer-discovery", "Group/system:serviceaccounts"),
        binding("system:node-proxier", "User/system:kube-proxy"),
        binding("system:kube-controller-manager", "User/system:kube-controller-manager"),
        binding("system:kube-dns", "ServiceAccount/kube-system/kube-dns"),
        binding("system:kube-scheduler", "User/system:kube-scheduler"),
        binding("system:volume-scheduler", "User/system:kube-scheduler"),
        binding("system:node"));
  }

  private static boolean reconcile(LocalApi api, String plural, List<ObjectNode> wanted) {
    Map<String, ObjectNode> present = new HashMap<>();
    String namespace = Json.text(wanted.getFirst(), "metadata", "namespace");
    for (ObjectNode each : api.list(RbacAuthorizer.GROUP, plural, namespace)) {
      present.put(name(each), each);
    }
    boolean written = false;
    for (ObjectNode each : wanted) {
      ObjectNode found = present.get(name(each));
      if (found == null) {
        api.create(RbacAuthorizer.GROUP, plural, each);
        written = true;
      } else if (!isLeftAlone(found)) {
        written |= complete(api, plural, found, each);
      }
    }
    return written;
  }

  private static boolean isLeftAlone(ObjectNode found) {
    return Json.text(found, "metadata", "annotations", RoleDraft.AUTO_UPDATE).equals("false");
  }

  private static boolean complete(
      LocalApi api, String plural, ObjectNode found, ObjectNode wanted) {
    if (plural.equals(BINDINGS) && !sameRole(found, wanted)) {
      api.delete(RbacAuthorizer.GROUP, plural, "", name(found), Json.object());
      api.create(RbacAuthorizer.GROUP, plural, wanted);
      return true;
    }
    boolean changed = addStrings(found, wanted, "labels");
    changed |= addStrings(found, wanted, "annotations");
    changed |= plural.equals(BINDINGS) ? addSubjects(found, wanted) : addRules(found, wanted);
    if (changed) {
      api.update(RbacAuthorizer.GROUP, plural, found);
    }
    return changed;
  }

  private static boolean sameRole(ObjectNode found, ObjectNode wanted) {
    return Stream.of("kind", "name")
        .allMatch(
            field ->
                Json.text(found, "roleRef", field).equals(Json.text(wanted, "roleRef", field)));
  }

  private static boolean addStrings(ObjectNode found, ObjectNode wanted, String field) {
    boolean changed = false;
    Map<String, String> held = Json.strings(found, "metadata", field);
    for (var each : Json.strings(wanted, "metadata", field).entrySet()) {
      if (!held.containsKey(each.getKey())) {
        Json.ensureObject(found, "metadata", field).put(each.getKey(), each.getValue());
        changed = true;
      }
    }
    return changed;
  }

  private static boolean addRules(ObjectNode found, ObjectNode wanted) {
    JsonNode selectors = Json.at(wanted, "aggregationRule", "clusterRoleSelectors");
    if (!selectors.isEmpty()) {
      return addElements(
          Json.ensureObject(found, "aggregationRule"), "clusterRoleSelectors", selectors);
    }
    List<PolicyRule> rules = new ArrayList<>(PolicyRule.rulesOf(found));
    List<PolicyRule> missing =
        PolicyRule.rulesOf(wanted).stream()
            .filter(each -> !RuleCover.missing(rules, List.of(each)).isEmpty())
            .toList();
    missing.forEach(each -> array(found, "rules").add(each.toJson()));
    return !missing.isEmpty();
  }

  private static boolean addSubjects(ObjectNode found, ObjectNode wanted) {
    return addElements(found, "subjects", wanted.path("subjects"));
  }

  private static boolean addElements(ObjectNode owner, String field, JsonNode wanted) {
    boolean changed = false;
    for (JsonNode each : wanted) {
      boolean held = owner.path(field).valueStream().anyMatch(each::equals);
      if (!held) {
        array(owner, field).add(each);
        changed = true;
      }
    }
    return changed;
  }

  private static ArrayNode array(ObjectNode owner, String field) {
    return owner.get(field) instanceof ArrayNode array ? array : owner.putArray(field);
  }

  private static String name(ObjectNode object) {
    return Json.text(object, "metadata", "name");
  }
}
