package dev.slipway.apiserver.access.rbac;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.Authorizer.Decision;
import dev.slipway.apiserver.access.GoText;
import dev.slipway.apiserver.access.ServiceAccountName;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// All roles and bindings at one moment, arranged by who they concern. Immutable.
///
/// A request looks at the bindings of its user and groups only: cluster-wide ones first, then those
/// of its namespace, as upstream does.
final class RbacIndex {
  private static final Decision DENIED = new Decision(false, "");
  static final String GROUP = "rbac.authorization.k8s.io";

  /// What one binding gives to one subject.
  ///
  /// @param missing why the role could not be found; empty where it was
  private record Grant(String binding, List<RuleMatcher> rules, Decision allowed, String missing) {}

  /// The rules someone holds, and why some could not be found.
  record Held(List<PolicyRule> rules, List<String> problems) {}

  private final Map<String, List<PolicyRule>> roles = new HashMap<>();
  private final Map<String, List<RuleMatcher>> matchers = new HashMap<>();
  private final Subjects cluster = new Subjects();
  private final Map<String, Subjects> namespaces = new HashMap<>();

  RbacIndex(
      Collection<ObjectNode> clusterRoles,
      Collection<ObjectNode> roles,
      Collection<ObjectNode> clusterRoleBindings,
      Collection<ObjectNode> roleBindings) {
    clusterRoles.forEach(each -> addRole("", each));
    roles.forEach(each -> addRole(Json.text(each, "metadata", "namespace"), each));
    clusterRoleBindings.forEach(each -> addBinding("", each));
    roleBindings.forEach(each -> addBinding(Json.text(each, "metadata", "namespace"), each));
  }

  Decision decide(Attributes asked) {
    var problems = new LinkedHashSet<String>();
    Decision found = cluster.decide(asked, problems);
    if (found == null && !asked.namespace().isEmpty()) {
      Subjects local = namespaces.get(asked.namespace());
      found = local == null ? null : local.decide(asked, problems);
    }
    if (found != null) {
      return found;
    }
    return problems.isEmpty() ? DENIED : new Decision(false, "RBAC: " + joined(problems));
  }

  /// @param namespace empty for cluster-wide rights only
  Held rulesFor(UserInfo user, String namespace) {
    var grants = new LinkedHashSet<String>();
    var rules = new ArrayList<PolicyRule>();
    var problems = new LinkedHashSet<String>();
    Predicate<Grant> collect =
        grant -> {
          if (!grant.missing().isEmpty()) {
            problems.add(grant.missing());
          } else if (grants.add(grant.binding())) {
            grant.rules().forEach(each -> rules.add(each.rule()));
          }
          return false;
        };
    cluster.visit(user, collect);
    Subjects local = namespaces.get(namespace);
    if (local != null && !namespace.isEmpty()) {
      local.visit(user, collect);
    }
    return new Held(List.copyOf(rules), List.copyOf(problems));
  }

  /// The rules of the role a binding in `namespace` refers to.
  Optional<List<PolicyRule>> rulesOf(JsonNode roleRef, String namespace) {
    return Optional.ofNullable(roles.get(roleKey(roleRef, namespace)));
  }

  static String joined(Collection<String> problems) {
    return problems.size() == 1
        ? problems.iterator().next()
        : "[" + String.join(", ", problems) + "]";
  }

  private void addRole(String namespace, ObjectNode role) {
    List<PolicyRule> rules = PolicyRule.rulesOf(role);
    String key = key(namespace, Json.text(role, "metadata", "name"));
    roles.put(key, rules);
    matchers.put(key, rules.stream().map(RuleMatcher::new).toList());
  }

  private void addBinding(String namespace, ObjectNode binding) {
    Subjects subjects =
        namespace.isEmpty() ? cluster : namespaces.computeIfAbsent(namespace, _ -> new Subjects());
    JsonNode roleRef = binding.path("roleRef");
    List<RuleMatcher> rules = matchers.get(roleKey(roleRef, namespace));
    String missing = rules == null ? missing(roleRef) : "";
    for (JsonNode subject : binding.path("subjects")) {
      String reason = "RBAC: allowed by " + describe(binding, namespace, roleRef, subject);
      var grant =
          new Grant(
              bindingKey(binding, namespace),
              rules == null ? List.of() : rules,
              new Decision(true, reason),
              missing);
      subjects.add(subject, namespace, grant);
    }
  }

  private static String bindingKey(ObjectNode binding, String namespace) {
    return key(namespace, Json.text(binding, "metadata", "name"));
  }

  private static String describe(
      ObjectNode binding, String namespace, JsonNode roleRef, JsonNode subject) {
    String name = Json.text(binding, "metadata", "name");
    return "%s %s of %s %s to %s"
        .formatted(
            namespace.isEmpty() ? "ClusterRoleBinding" : "RoleBinding",
            GoText.quoted(namespace.isEmpty() ? name : name + "/" + namespace),
            Json.text(roleRef, "kind"),
            GoText.quoted(Json.text(roleRef, "name")),
            describe(subject, namespace));
  }

  private static String describe(JsonNode subject, String bindingNamespace) {
    String kind = Json.text(subject, "kind");
    String name = Json.text(subject, "name");
    if (!kind.equals("ServiceAccount")) {
      return kind + " " + GoText.quoted(name);
    }
    String own = Json.text(subject, "namespace");
    return kind + " " + GoText.quoted(name + "/" + (own.isEmpty() ? bindingNamespace : own));
  }

  private static String missing(JsonNode roleRef) {
    String kind = Json.text(roleRef, "kind");
    String name = GoText.quoted(Json.text(roleRef, "name"));
    return switch (kind) {
      case "Role" -> "role." + GROUP + " " + name + " not found";
      case "ClusterRole" -> "clusterrole." + GROUP + " " + name + " not found";
      default -> "unsupported role reference kind: " + GoText.quoted(kind);
    };
  }

  private static String roleKey(JsonNode roleRef, String namespace) {
    String name = Json.text(roleRef, "name");
    return switch (Json.text(roleRef, "kind")) {
      case "ClusterRole" -> key("", name);
      case "Role" -> namespace.isEmpty() ? "" : key(namespace, name);
      default -> "";
    };
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  /// The grants of one scope by user name and by group.
  private static final class Subjects {
    private final Map<String, List<Grant>> users = new HashMap<>();
    private final Map<String, List<Grant>> groups = new HashMap<>();

    void add(JsonNode subject, String bindingNamespace, Grant grant) {
      String name = Json.text(subject, "name");
      switch (Json.text(subject, "kind")) {
        case "User" -> users.computeIfAbsent(name, _ -> new ArrayList<>()).add(grant);
        case "Group" -> groups.computeIfAbsent(name, _ -> new ArrayList<>()).add(grant);
        case "ServiceAccount" -> {
          String own = Json.text(subject, "namespace");
          String namespace = own.isEmpty() ? bindingNamespace : own;
          if (!namespace.isEmpty()) {
            String user = ServiceAccountName.username(namespace, name);
            users.computeIfAbsent(user, _ -> new ArrayList<>()).add(grant);
          }
        }
        default -> {
          // no such kind of subject: it concerns nobody
        }
      }
    }

    @Nullable Decision decide(Attributes asked, Collection<String> problems) {
      var found = new Decision[1];
      visit(
          asked.user(),
          grant -> {
            if (!grant.missing().isEmpty()) {
              problems.add(grant.missing());
            }
            for (RuleMatcher rule : grant.rules()) {
              if (rule.allows(asked)) {
                found[0] = grant.allowed();
                return true;
              }
            }
            return false;
          });
      return found[0];
    }

    /// Until the visitor says true.
    void visit(UserInfo user, Predicate<Grant> visitor) {
      if (visit(users.get(user.name()), visitor)) {
        return;
      }
      for (String group : user.groups()) {
        if (visit(groups.get(group), visitor)) {
          return;
        }
      }
    }

    private static boolean visit(@Nullable List<Grant> grants, Predicate<Grant> visitor) {
      if (grants != null) {
        for (Grant each : grants) {
          if (visitor.test(each)) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
