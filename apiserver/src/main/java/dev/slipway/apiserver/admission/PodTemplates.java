package dev.slipway.apiserver.admission;

import dev.slipway.base.Json;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Where the built-in workload kinds keep the template of their pods.
final class PodTemplates {
  private static final String[] USUAL = {"spec", "template"};
  private static final Map<String, String[]> PATHS =
      Map.of(
          "podtemplates",
          new String[] {"template"},
          "replicationcontrollers",
          USUAL,
          "apps/deployments",
          USUAL,
          "apps/replicasets",
          USUAL,
          "apps/statefulsets",
          USUAL,
          "apps/daemonsets",
          USUAL,
          "batch/jobs",
          USUAL,
          "batch/cronjobs",
          new String[] {"spec", "jobTemplate", "spec", "template"});

  private PodTemplates() {}

  /// The template, with `metadata` and `spec`; empty where the kind has none.
  static Optional<JsonNode> of(String storageKey, JsonNode object) {
    String[] path = PATHS.get(storageKey);
    return path == null
        ? Optional.empty()
        : Optional.of(Json.at(object, path)).filter(JsonNode::isObject);
  }
}
