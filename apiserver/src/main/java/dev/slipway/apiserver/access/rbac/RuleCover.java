package dev.slipway.apiserver.access.rbac;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Whether one set of rules holds everything another one gives.
///
/// Idea: the rules to be covered are broken into atoms (one verb, one group, one resource, at most
/// one name; or one verb, one path), and each atom must be covered by a single rule. Rights that
/// only several rules together would give count as not held, as upstream counts them.
/// Source: `k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go`.
final class RuleCover {
  private RuleCover() {}

  /// The atoms of `wanted` that no rule of `held` covers, in order.
  static List<PolicyRule> missing(Collection<PolicyRule> held, Collection<PolicyRule> wanted) {
    var missing = new ArrayList<PolicyRule>();
    for (PolicyRule each : wanted) {
      for (PolicyRule atom : atoms(each)) {
        if (held.stream().noneMatch(rule -> covers(rule, atom))) {
          missing.add(atom);
        }
      }
    }
    return missing;
  }

  /// As messages list missing atoms: verbs on the same resource together, one line each, sorted.
  static String describe(Collection<PolicyRule> atoms) {
    var lines = new TreeSet<String>();
    var verbs = new LinkedHashMap<PolicyRule, List<String>>();
    for (PolicyRule each : atoms) {
      if (each.nonResourceUrls().isEmpty()) {
        verbs
            .computeIfAbsent(withVerbs(each, List.of()), _ -> new ArrayList<>())
            .addAll(each.verbs());
      } else {
        lines.add(each.compact());
      }
    }
    for (Map.Entry<PolicyRule, List<String>> each : verbs.entrySet()) {
      lines.add(withVerbs(each.getKey(), each.getValue()).compact());
    }
    return String.join("\n", lines);
  }

  private static List<PolicyRule> atoms(PolicyRule rule) {
    var atoms = new ArrayList<PolicyRule>();
    for (String group : rule.apiGroups()) {
      for (String resource : rule.resources()) {
        for (String verb : rule.verbs()) {
          addNamed(
              atoms, rule, PolicyRule.resources(List.of(verb), List.of(group), List.of(resource)));
        }
      }
    }
    for (String url : rule.nonResourceUrls()) {
      for (String verb : rule.verbs()) {
        atoms.add(PolicyRule.urls(List.of(verb), List.of(url)));
      }
    }
    return atoms;
  }

  private static void addNamed(List<PolicyRule> atoms, PolicyRule rule, PolicyRule unnamed) {
    if (rule.resourceNames().isEmpty()) {
      atoms.add(unnamed);
    }
    for (String name : rule.resourceNames()) {
      atoms.add(
          new PolicyRule(
              unnamed.verbs(), unnamed.apiGroups(), unnamed.resources(), List.of(name), List.of()));
    }
  }

  private static boolean covers(PolicyRule held, PolicyRule atom) {
    return holds(held.verbs(), atom.verbs())
        && holds(held.apiGroups(), atom.apiGroups())
        && atom.resources().stream().allMatch(each -> holdsResource(held.resources(), each))
        && atom.nonResourceUrls().stream().allMatch(each -> holdsUrl(held, each))
        && (held.resourceNames().isEmpty()
            || (!atom.resourceNames().isEmpty()
                && held.resourceNames().containsAll(atom.resourceNames())));
  }

  private static boolean holds(List<String> held, List<String> wanted) {
    return held.contains(PolicyRule.ALL) || held.containsAll(wanted);
  }

  private static boolean holdsResource(List<String> held, String wanted) {
    if (held.contains(PolicyRule.ALL) || held.contains(wanted)) {
      return true;
    }
    int slash = wanted.indexOf('/');
    return slash >= 0 && held.contains("*" + wanted.substring(slash));
  }

  private static boolean holdsUrl(PolicyRule held, String wanted) {
    for (String each : held.nonResourceUrls()) {
      if (each.equals(wanted)
          || (each.endsWith("*") && wanted.startsWith(RuleMatcher.withoutStars(each)))) {
        return true;
      }
    }
    return false;
  }

  private static PolicyRule withVerbs(PolicyRule rule, List<String> verbs) {
    return new PolicyRule(
        verbs, rule.apiGroups(), rule.resources(), rule.resourceNames(), rule.nonResourceUrls());
  }
}
