package dev.slipway.apiserver.access.rbac;

import dev.slipway.apiserver.access.GoText;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One rule of a Role or ClusterRole: verbs on resources, or verbs on URL paths.
///
/// @param resources plural, `pods/log`, `*/scale` or `*`
/// @param resourceNames empty for all names
/// @param nonResourceUrls paths; a trailing `*` stands for any ending
public record PolicyRule(
    List<String> verbs,
    List<String> apiGroups,
    List<String> resources,
    List<String> resourceNames,
    List<String> nonResourceUrls) {
  public static final String ALL = "*";

  public PolicyRule {
    verbs = List.copyOf(verbs);
    apiGroups = List.copyOf(apiGroups);
    resources = List.copyOf(resources);
    resourceNames = List.copyOf(resourceNames);
    nonResourceUrls = List.copyOf(nonResourceUrls);
  }

  /// A rule about resources, any name.
  public static PolicyRule resources(
      List<String> verbs, List<String> apiGroups, List<String> resources) {
    return new PolicyRule(verbs, apiGroups, resources, List.of(), List.of());
  }

  /// A rule about URL paths.
  public static PolicyRule urls(List<String> verbs, List<String> urls) {
    return new PolicyRule(verbs, List.of(), List.of(), List.of(), urls);
  }

  /// The `rules` of a Role or ClusterRole, in order.
  public static List<PolicyRule> rulesOf(ObjectNode role) {
    var rules = new ArrayList<PolicyRule>();
    for (JsonNode each : role.path("rules")) {
      rules.add(of(each));
    }
    return rules;
  }

  public static PolicyRule of(JsonNode rule) {
    return new PolicyRule(
        texts(rule.path("verbs")),
        texts(rule.path("apiGroups")),
        texts(rule.path("resources")),
        texts(rule.path("resourceNames")),
        texts(rule.path("nonResourceURLs")));
  }

  /// As manifests write it; empty lists are left out.
  public ObjectNode toJson() {
    ObjectNode rule = Json.object();
    put(rule, "apiGroups", apiGroups);
    put(rule, "nonResourceURLs", nonResourceUrls);
    put(rule, "resourceNames", resourceNames);
    put(rule, "resources", resources);
    put(rule, "verbs", verbs);
    return rule;
  }

  /// As escalation messages write it: `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`.
  public String compact() {
    var parts = new ArrayList<String>();
    describe(parts, "APIGroups", apiGroups);
    describe(parts, "Resources", resources);
    describe(parts, "NonResourceURLs", nonResourceUrls);
    describe(parts, "ResourceNames", resourceNames);
    describe(parts, "Verbs", verbs);
    return "{" + String.join(", ", parts) + "}";
  }

  private static void describe(List<String> parts, String name, List<String> values) {
    if (!values.isEmpty()) {
      parts.add(name + ":" + GoText.quoted(values));
    }
  }

  private static void put(ObjectNode rule, String field, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = rule.putArray(field);
      values.forEach(array::add);
    }
  }

  private static List<String> texts(JsonNode array) {
    var values = new ArrayList<String>();
    for (JsonNode each : array) {
      if (each.isString()) {
        values.add(each.stringValue());
      }
    }
    return values;
  }
}
