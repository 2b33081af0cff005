package dev.slipway.apiserver.builtin.rbac;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Behaviours of rbac.authorization.k8s.io/v1, by kind.
///
/// Sources: `pkg/apis/rbac/v1/defaults.go`, `pkg/apis/rbac/validation/validation.go`.
public final class RbacStrategies {
  private static final String GROUP = "rbac.authorization.k8s.io";

  private RbacStrategies() {}

  public static Map<String, Strategy> byKind() {
    return Map.of(
        "Role", new Roles(true),
        "ClusterRole", new Roles(false),
        "RoleBinding", new Bindings(true),
        "ClusterRoleBinding", new Bindings(false));
  }

  private static final class Roles extends KindStrategy {
    private final boolean namespaced;

    Roles(boolean namespaced) {
      this.namespaced = namespaced;
    }

    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void judge(Field role, Problems problems) {
      role.items("rules").forEach(each -> rule(each, problems));
      Field aggregation = role.at("aggregationRule");
      if (aggregation.present()) {
        Field selectors = aggregation.at("clusterRoleSelectors");
        problems.demand(
            selectors, "at least one clusterRoleSelector required if aggregationRule is non-nil");
        selectors.items().forEach(each -> Selectors.judge(each, problems));
      }
    }

    private void rule(Field rule, Problems problems) {
      problems.demand(rule.at("verbs"), "verbs must contain at least one value");
      Field urls = rule.at("nonResourceURLs");
      if (urls.size() > 0) {
        if (namespaced) {
          problems.invalid(urls, "namespaced rules cannot apply to non-resource URLs");
        }
        boolean resources =
            rule.at("apiGroups").size() > 0
                || rule.at("resources").size() > 0
                || rule.at("resourceNames").size() > 0;
        if (resources) {
          problems.invalid(
              urls, "rules cannot apply to both regular resources and non-resource URLs");
        }
        return;
      }
      problems.demand(rule.at("apiGroups"), "resource rules must supply at least one api group");
      problems.demand(rule.at("resources"), "resource rules must supply at least one resource");
    }
  }

  private static final class Bindings extends KindStrategy {
    private final boolean namespaced;

    Bindings(boolean namespaced) {
      this.namespaced = namespaced;
    }

    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void fill(ObjectNode binding) {
      Defaults.text(Defaults.object(binding, "roleRef"), "apiGroup", GROUP);
      for (ObjectNode subject : Defaults.items(binding, "subjects")) {
        if (List.of("User", "Group").contains(Json.text(subject, "kind"))) {
          Defaults.text(subject, "apiGroup", GROUP);
        }
      }
    }

    @Override
    protected void judge(Field binding, Problems problems) {
      Field role = binding.at("roleRef");
      if (!role.text("apiGroup").equals(GROUP)) {
        problems.notSupported(role.at("apiGroup"), List.of(GROUP));
      }
      List<String> kinds = namespaced ? List.of("ClusterRole", "Role") : List.of("ClusterRole");
      if (!kinds.contains(role.text("kind"))) {
        problems.notSupported(role.at("kind"), kinds);
      }
      if (problems.demand(role.at("name"))) {
        problems.sentences(role.at("name"), Names.pathSegment(role.text("name")));
      }
      binding.items("subjects").forEach(each -> subject(each, problems));
    }

    private void subject(Field subject, Problems problems) {
      problems.demand(subject.at("name"));
      Field group = subject.at("apiGroup");
      switch (subject.text("kind")) {
        case "ServiceAccount" -> {
          if (subject.at("name").filled()) {
            problems.sentences(subject.at("name"), Names.dnsSubdomain(subject.text("name")));
          }
          if (group.filled()) {
            problems.notSupported(group, List.of(""));
          }
          if (!namespaced) {
            problems.demand(subject.at("namespace"));
          }
        }
        case "User", "Group" -> {
          if (!group.text().equals(GROUP)) {
            problems.notSupported(group, List.of(GROUP));
          }
        }
        default ->
            problems.notSupported(subject.at("kind"), List.of("Group", "ServiceAccount", "User"));
      }
    }

    @Override
    protected void judgeChange(Field binding, Field old, Problems problems) {
      problems.immutable(binding.at("roleRef"), old.at("roleRef"), "cannot change roleRef");
    }
  }
}
