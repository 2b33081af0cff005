package dev.slipway.apiserver.builtin.cluster;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which requests a webhook or a policy is about.
final class MatchRules {
  private static final List<String> OPERATIONS =
      List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");
  private static final int MOST_CONDITIONS = 64;

  private MatchRules() {}

  /// Resources and operations.
  static void operations(Field rule, Problems problems) {
    Field operations = rule.at("operations");
    problems.demand(operations);
    if (operations.size() > 1 && operations.texts().contains("*")) {
      problems.invalid(operations, "if '*' is present, must not specify other operations");
    }
    for (Field each : operations.items()) {
      if (!OPERATIONS.contains(each.text())) {
        problems.notSupported(each, OPERATIONS);
      }
    }
    alone(rule.at("apiGroups"), "API groups", problems);
    alone(rule.at("apiVersions"), "API versions", problems);
    for (Field each : rule.items("apiVersions")) {
      problems.demand(each);
    }
    resources(rule.at("resources"), problems);
    problems.oneOf(rule.at("scope"), List.of("*", "Cluster", "Namespaced"));
  }

  private static void alone(Field list, String words, Problems problems) {
    if (list.size() == 0) {
      problems.required(list, "");
    } else if (list.size() > 1 && list.texts().contains("*")) {
      problems.invalid(list, "if '*' is present, must not specify other " + words);
    }
  }

  private static void resources(Field resources, Problems problems) {
    problems.demand(resources);
    List<String> all = resources.texts();
    Set<String> everySub = new HashSet<>();
    Set<String> everyResource = new HashSet<>();
    for (Field each : resources.items()) {
      String text = each.text();
      int slash = text.indexOf('/');
      if (text.isEmpty()) {
        problems.required(each, "");
      }
      if (slash < 0) {
        continue;
      }
      String resource = text.substring(0, slash);
      String sub = text.substring(slash + 1);
      if (everySub.contains(resource)) {
        problems.invalid(each, "if '" + resource + "/*' is present, must not specify " + text);
      }
      if (everyResource.contains(sub)) {
        problems.invalid(each, "if '*/" + sub + "' is present, must not specify " + text);
      }
      if (sub.equals("*")) {
        everySub.add(resource);
      }
      if (resource.equals("*")) {
        everyResource.add(sub);
      }
    }
    if (all.size() > 1 && all.contains("*/*")) {
      problems.invalid(resources, "if '*/*' is present, must not specify other resources");
    }
    boolean plain = all.stream().anyMatch(each -> !each.equals("*") && !each.contains("/"));
    if (all.contains("*") && plain) {
      problems.invalid(
          resources, "if '*' is present, must not specify other resources without subresources");
    }
  }

  /// Conditions in CEL; whether they compile is judged where they run.
  static void conditions(Field conditions, Problems problems) {
    problems.atMost(conditions, MOST_CONDITIONS);
    var names = new HashSet<String>();
    for (Field condition : conditions.items()) {
      if (condition.text("expression").isBlank()) {
        problems.required(condition.at("expression"), "");
      }
      Field name = condition.at("name");
      if (problems.demand(name)) {
        problems.sentences(name, Names.qualified(name.text()));
        if (!names.add(name.text())) {
          problems.duplicate(name);
        }
      }
    }
  }

  /// `matchConstraints` of a policy, `matchResources` of a binding.
  static void constraints(Field constraints, boolean required, Problems problems) {
    if (!constraints.present()) {
      if (required) {
        problems.required(constraints, "");
      }
      return;
    }
    problems.oneOf(constraints.at("matchPolicy"), List.of("Equivalent", "Exact"));
    Selectors.judge(constraints.at("namespaceSelector"), problems);
    Selectors.judge(constraints.at("objectSelector"), problems);
    if (required && constraints.at("resourceRules").size() == 0) {
      problems.required(constraints.at("resourceRules"), "");
    }
    for (String each : List.of("resourceRules", "excludeResourceRules")) {
      constraints.items(each).forEach(rule -> operations(rule, problems));
    }
  }
}
