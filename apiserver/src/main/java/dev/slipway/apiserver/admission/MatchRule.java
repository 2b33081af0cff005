package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// One rule of a webhook or policy: which requests it is about.
///
/// @param resourceNames empty for all
record MatchRule(
    Set<String> groups,
    Set<String> versions,
    Set<String> resources,
    Set<String> operations,
    String scope,
    Set<String> resourceNames) {
  private static final String ANY = "*";

  static MatchRule read(JsonNode rule) {
    return new MatchRule(
        texts(rule, "apiGroups"),
        texts(rule, "apiVersions"),
        texts(rule, "resources"),
        texts(rule, "operations"),
        Json.text(rule, "scope"),
        texts(rule, "resourceNames"));
  }

  private static Set<String> texts(JsonNode rule, String field) {
    return rule.path(field)
        .valueStream()
        .map(each -> each.asString(""))
        .collect(Collectors.toUnmodifiableSet());
  }

  /// @param as the resource in the version in which the rule may name it
  boolean matches(AdmissionRequest request, Resource as) {
    return has(operations, request.operation().name())
        && has(groups, as.group())
        && has(versions, as.version())
        && matchesResource(as.plural(), request.subresource())
        && matchesScope(request)
        && (resourceNames.isEmpty() || resourceNames.contains(Refusal.nameOf(request)));
  }

  private static boolean has(Set<String> set, String value) {
    return set.contains(ANY) || set.contains(value);
  }

  /// `pods`, `pods/log`, `pods/*`, `*/scale`, `*`, `*/*`; a name without a slash means no
  /// subresource.
  private boolean matchesResource(String plural, String subresource) {
    if (resources.contains("*/*")) {
      return true;
    }
    if (subresource.isEmpty()) {
      return resources.contains(ANY)
          || resources.contains(plural)
          || resources.contains(plural + "/*");
    }
    return resources.contains(plural + "/" + subresource)
        || resources.contains(plural + "/*")
        || resources.contains("*/" + subresource);
  }

  /// A Namespace itself is cluster-scoped.
  private boolean matchesScope(AdmissionRequest request) {
    return switch (scope) {
      case "Namespaced" -> request.resource().namespaced();
      case "Cluster" -> !request.resource().namespaced();
      default -> true;
    };
  }
}
