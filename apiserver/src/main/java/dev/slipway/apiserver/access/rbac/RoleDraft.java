package dev.slipway.apiserver.access.rbac;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A default role being written down; lists are words between blanks, `core` is the core group.
final class RoleDraft {
  static final String READ = "get list watch";
  static final String WRITE = "create delete deletecollection patch update";
  static final String READ_WRITE = "create delete deletecollection get list patch update watch";

  static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";
  private static final String AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-";

  private final String name;
  private final Map<String, String> labels = new TreeMap<>();
  private final List<PolicyRule> rules = new ArrayList<>();
  private String aggregates = "";

  private RoleDraft(String name) {
    this.name = name;
    labels.put("kubernetes.io/bootstrapping", "rbac-defaults");
  }

  static RoleDraft role(String name) {
    return new RoleDraft(name);
  }

  RoleDraft allow(String verbs, String groups, String resources) {
    rules.add(PolicyRule.resources(words(verbs), groups(groups), words(resources)));
    return this;
  }

  RoleDraft allowNamed(String verbs, String groups, String resources, String names) {
    rules.add(
        new PolicyRule(words(verbs), groups(groups), words(resources), words(names), List.of()));
    return this;
  }

  RoleDraft allowUrls(String verbs, String urls) {
    rules.add(PolicyRule.urls(words(verbs), words(urls)));
    return this;
  }

  /// Writing events in both of their groups.
  RoleDraft allowEvents() {
    return allow("create patch update", "core events.k8s.io", "events");
  }

  /// Its rules become part of `admin`, `edit` or `view`.
  RoleDraft joins(String role) {
    labels.put(AGGREGATE + role, "true");
    return this;
  }

  /// Its own rules are those of all roles that join it.
  RoleDraft collects() {
    aggregates = AGGREGATE + name;
    return this;
  }

  /// A ClusterRole.
  ObjectNode toJson() {
    ObjectNode role = bare("ClusterRole", name);
    ObjectNode labelled = Json.ensureObject(role, "metadata").putObject("labels");
    labels.forEach(labelled::put);
    if (!aggregates.isEmpty()) {
      Json.ensureObject(role, "aggregationRule")
          .putArray("clusterRoleSelectors")
          .addObject()
          .putObject("matchLabels")
          .put(aggregates, "true");
    }
    ArrayNode array = role.putArray("rules");
    rules.forEach(each -> array.add(each.toJson()));
    return role;
  }

  /// The binding of a default ClusterRole, which carries the role's name.
  ///
  /// @param subjects `Group/NAME`, `User/NAME`, `ServiceAccount/NAMESPACE/NAME`
  static ObjectNode binding(String role, String... subjects) {
    ObjectNode binding = bare("ClusterRoleBinding", role);
    Json.ensureObject(binding, "metadata", "labels")
        .put("kubernetes.io/bootstrapping", "rbac-defaults");
    binding
        .putObject("roleRef")
        .put("apiGroup", RbacAuthorizer.GROUP)
        .put("kind", "ClusterRole")
        .put("name", role);
    ArrayNode array = binding.putArray("subjects");
    for (String each : subjects) {
      array.add(subject(each));
    }
    return binding;
  }

  private static ObjectNode subject(String text) {
    String[] parts = text.split("/", 3);
    return parts.length == 3
        ? Json.object().put("kind", parts[0]).put("name", parts[2]).put("namespace", parts[1])
        : Json.object()
            .put("apiGroup", RbacAuthorizer.GROUP)
            .put("kind", parts[0])
            .put("name", parts[1]);
  }

  private static ObjectNode bare(String kind, String name) {
    ObjectNode object = Json.object();
    object.put("apiVersion", RbacAuthorizer.GROUP + "/v1").put("kind", kind);
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    metadata.putObject("annotations").put(AUTO_UPDATE, "true");
    return object;
  }

  private static List<String> groups(String groups) {
    return words(groups).stream().map(each -> each.equals("core") ? "" : each).toList();
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+", -1));
  }
}
