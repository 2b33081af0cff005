package dev.slipway.apiserver.access.rbac;

import dev.slipway.apiserver.access.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A rule made ready for asking: sets instead of lists, wildcards worked out once.
///
/// Rules: `k8s.io/kubernetes/pkg/apis/rbac/v1/evaluation_helpers.go`.
final class RuleMatcher {
  private final PolicyRule rule;
  private final Words verbs;
  private final Words groups;
  private final Words resources;
  private final Set<String> names;
  private final List<String> prefixes;
  private final Set<String> urls;

  RuleMatcher(PolicyRule rule) {
    this.rule = rule;
    this.verbs = Words.of(rule.verbs());
    this.groups = Words.of(rule.apiGroups());
    this.resources = Words.of(rule.resources());
    this.names = Set.copyOf(rule.resourceNames());
    this.urls = Set.copyOf(rule.nonResourceUrls());
    this.prefixes = prefixes(rule.nonResourceUrls());
  }

  PolicyRule rule() {
    return rule;
  }

  boolean allows(Attributes asked) {
    if (!verbs.hold(asked.verb())) {
      return false;
    }
    if (!asked.isResource()) {
      return allowsPath(asked.path());
    }
    return groups.hold(asked.group())
        && allowsResource(asked.resource(), asked.subresource())
        && (names.isEmpty() || names.contains(asked.name()));
  }

  private boolean allowsResource(String resource, String subresource) {
    if (resources.all) {
      return true;
    }
    if (subresource.isEmpty()) {
      return resources.words.contains(resource);
    }
    return resources.words.contains(resource + "/" + subresource)
        || resources.words.contains("*/" + subresource);
  }

  private boolean allowsPath(String path) {
    if (urls.contains(path)) {
      return true;
    }
    for (String each : prefixes) {
      if (path.startsWith(each)) {
        return true;
      }
    }
    return false;
  }

  private static List<String> prefixes(List<String> urls) {
    var prefixes = new ArrayList<String>();
    for (String each : urls) {
      if (each.endsWith("*")) {
        prefixes.add(withoutStars(each));
      }
    }
    return List.copyOf(prefixes);
  }

  /// Without the stars at its end.
  static String withoutStars(String url) {
    int end = url.length();
    while (end > 0 && url.charAt(end - 1) == '*') {
      end--;
    }
    return url.substring(0, end);
  }

  private record Words(boolean all, Set<String> words) {
    static Words of(List<String> words) {
      return new Words(words.contains(PolicyRule.ALL), Set.copyOf(words));
    }

    boolean hold(String word) {
      return all || words.contains(word);
    }
  }
}
