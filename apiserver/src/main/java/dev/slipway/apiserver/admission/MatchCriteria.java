package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Which requests a webhook or a policy is about: rules, selectors, and whether another version of
/// the same resource counts.
///
/// Rules: `k8s.io/apiserver/pkg/admission/plugin/policy/matching`.
record MatchCriteria(
    List<MatchRule> rules,
    List<MatchRule> excluded,
    LabelMatch namespaces,
    LabelMatch labels,
    boolean equivalent) {

  /// @param rulesField `rules` of a webhook, `resourceRules` of a policy
  static MatchCriteria read(JsonNode holder, String rulesField) {
    return new MatchCriteria(
        rules(holder.path(rulesField)),
        rules(holder.path("excludeResourceRules")),
        LabelMatch.read(holder.path("namespaceSelector")),
        LabelMatch.read(holder.path("objectSelector")),
        !Json.text(holder, "matchPolicy").equals("Exact"));
  }

  private static List<MatchRule> rules(JsonNode list) {
    var rules = new ArrayList<MatchRule>();
    list.forEach(each -> rules.add(MatchRule.read(each)));
    return List.copyOf(rules);
  }

  /// The resource in the version in which the rules want to see the request; empty where it does
  /// not concern them.
  Optional<Resource> match(AdmissionRequest request, Supplier<Catalog> catalog, Namespaces known) {
    if (find(excluded, request, catalog).isPresent()) {
      return Optional.empty();
    }
    Optional<Resource> found = find(rules, request, catalog);
    return found.isPresent() && selects(request, known) ? found : Optional.empty();
  }

  /// As [#match], where having no rules means all requests.
  boolean narrows(AdmissionRequest request, Supplier<Catalog> catalog, Namespaces known) {
    return rules.isEmpty()
        ? find(excluded, request, catalog).isEmpty() && selects(request, known)
        : match(request, catalog, known).isPresent();
  }

  private Optional<Resource> find(
      List<MatchRule> from, AdmissionRequest request, Supplier<Catalog> catalog) {
    if (from.isEmpty()) {
      return Optional.empty();
    }
    Resource asked = request.resource();
    if (from.stream().anyMatch(rule -> rule.matches(request, asked))) {
      return Optional.of(asked);
    }
    if (!equivalent) {
      return Optional.empty();
    }
    return catalog.get().all().stream()
        .filter(other -> other.storageKey().equals(asked.storageKey()))
        .filter(other -> from.stream().anyMatch(rule -> rule.matches(request, other)))
        .findFirst();
  }

  private boolean selects(AdmissionRequest request, Namespaces known) {
    return (namespaces.isEverything() || selectsNamespace(request, known))
        && (labels.isEverything() || selectsObject(request));
  }

  /// A Namespace is selected by its own labels; what else has no namespace is always selected.
  private boolean selectsNamespace(AdmissionRequest request, Namespaces known) {
    if (request.resource().storageKey().equals("namespaces")) {
      return namespaces.matches(labelsOf(request.object().or(request::old)));
    }
    if (request.namespace().isEmpty()) {
      return true;
    }
    return known
        .find(request.namespace())
        .map(namespace -> namespaces.matches(namespace.labels()))
        .orElse(false);
  }

  /// Either form will do, so that a change of labels hides nothing.
  private boolean selectsObject(AdmissionRequest request) {
    return (request.object().isPresent() && labels.matches(labelsOf(request.object())))
        || (request.old().isPresent() && labels.matches(labelsOf(request.old())));
  }

  private static Map<String, String> labelsOf(Optional<ObjectNode> object) {
    return object.map(each -> Json.strings(each, "metadata", "labels")).orElse(Map.of());
  }
}
