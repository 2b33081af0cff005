package dev.slipway.controllers.knative.rules;

import dev.slipway.api.KindRules.Admitting;
import dev.slipway.base.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What a revision has where its template says nothing: the data of the ConfigMap `config-defaults`
/// in `knative-serving`. Entries that cannot be read count as absent.
///
/// Source: knative/serving `pkg/apis/config/defaults.go`.
///
/// @param timeoutSeconds of a whole request
/// @param responseStartTimeoutSeconds until the first byte; 0: none
/// @param idleTimeoutSeconds between bytes; 0: none
/// @param enableServiceLinks empty: as Kubernetes has it
/// @param requests by resource name
/// @param limits by resource name
record ServingDefaults(
    long timeoutSeconds,
    long maxTimeoutSeconds,
    long responseStartTimeoutSeconds,
    long idleTimeoutSeconds,
    long containerConcurrency,
    long maxContainerConcurrency,
    boolean allowUnlimitedConcurrency,
    Optional<Boolean> enableServiceLinks,
    String containerName,
    String initContainerName,
    Map<String, String> requests,
    Map<String, String> limits) {
  ServingDefaults {
    requests = Map.copyOf(requests);
    limits = Map.copyOf(limits);
  }

  static ServingDefaults of(Admitting admitting) {
    var map = admitting.find("", "configmaps", "knative-serving", "config-defaults");
    return of(map.map(found -> Json.strings(found, "data")).orElse(Map.of()));
  }

  static ServingDefaults of(Map<String, String> data) {
    return new ServingDefaults(
        number(data, "revision-timeout-seconds", 300),
        number(data, "max-revision-timeout-seconds", 600),
        number(data, "revision-response-start-timeout-seconds", 0),
        number(data, "revision-idle-timeout-seconds", 0),
        number(data, "container-concurrency", 0),
        number(data, "container-concurrency-max-limit", 1000),
        !data.getOrDefault("allow-container-concurrency-zero", "true").equals("false"),
        links(data.getOrDefault("enable-service-links", "false")),
        name(data, "container-name-template", "user-container"),
        name(data, "init-container-name-template", "init-container"),
        resources(data, "request"),
        resources(data, "limit"));
  }

  private static long number(Map<String, String> data, String key, long otherwise) {
    try {
      return Long.parseLong(data.getOrDefault(key, ""));
    } catch (NumberFormatException _) {
      return otherwise;
    }
  }

  private static Optional<Boolean> links(String text) {
    return text.equals("default") ? Optional.empty() : Optional.of(text.equals("true"));
  }

  /// A template with expressions in it is not evaluated.
  private static String name(Map<String, String> data, String key, String otherwise) {
    var text = data.getOrDefault(key, otherwise);
    return Words.isLabel1123(text) ? text : otherwise;
  }

  private static Map<String, String> resources(Map<String, String> data, String side) {
    var found = new LinkedHashMap<String, String>();
    for (String each : new String[] {"cpu", "memory", "ephemeral-storage"}) {
      var text = data.getOrDefault("revision-" + each + "-" + side, "");
      if (!text.isBlank()) {
        found.put(each, text);
      }
    }
    return found;
  }

  /// Fills in the resources that a container does not name.
  void completeResources(ObjectNode container) {
    fill(container, "requests", requests);
    fill(container, "limits", limits);
  }

  private static void fill(ObjectNode container, String side, Map<String, String> wanted) {
    if (!wanted.isEmpty()) {
      var target = Json.ensureObject(container, "resources", side);
      wanted.forEach(
          (name, amount) -> {
            if (!target.has(name)) {
              target.put(name, amount);
            }
          });
    }
  }
}
