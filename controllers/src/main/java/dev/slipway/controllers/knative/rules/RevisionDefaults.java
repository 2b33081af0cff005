package dev.slipway.controllers.knative.rules;

import dev.slipway.base.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Fills in the spec of a revision.
///
/// Source: knative/serving `pkg/apis/serving/v1/revision_defaults.go`.
final class RevisionDefaults {
  private static final int FAILURES = 3;
  private static final Set<String> HANDLERS = Set.of("httpGet", "tcpSocket", "exec", "grpc");
  private static final Set<String> WRITABLE =
      Set.of("emptyDir", "persistentVolumeClaim", "ephemeral");

  private final ServingDefaults defaults;
  private final ObjectNode spec;

  private RevisionDefaults(ServingDefaults defaults, ObjectNode spec) {
    this.defaults = defaults;
    this.spec = spec;
  }

  /// @param spec of a Revision, or of the template of one; changed in place
  static void complete(ServingDefaults defaults, ObjectNode spec) {
    new RevisionDefaults(defaults, spec).complete();
  }

  private void complete() {
    timeouts();
    if (isAbsent(spec, "containerConcurrency")) {
      put("containerConcurrency", defaults.containerConcurrency());
    }
    if (isAbsent(spec, "enableServiceLinks")) {
      defaults.enableServiceLinks().ifPresent(links -> spec.put("enableServiceLinks", links));
    }
    names();
    for (ObjectNode each : containers("containers")) {
      container(each, containers("containers").size() == 1);
    }
  }

  private void timeouts() {
    JsonNode found = spec.path("timeoutSeconds");
    if (isAbsent(spec, "timeoutSeconds") || (found.isNumber() && found.asLong() == 0)) {
      put("timeoutSeconds", defaults.timeoutSeconds());
    }
    within("idleTimeoutSeconds", defaults.idleTimeoutSeconds());
    within("responseStartTimeoutSeconds", defaults.responseStartTimeoutSeconds());
  }

  private void within(String field, long seconds) {
    long whole = spec.path("timeoutSeconds").asLong(0);
    if (isAbsent(spec, field) && seconds != 0 && seconds < whole) {
      put(field, seconds);
    }
  }

  /// As a parser would read it, so that what is filled in equals what is read again.
  private void put(String field, long value) {
    spec.set(field, Json.MAPPER.readTree(Long.toString(value)));
  }

  private static boolean isAbsent(ObjectNode node, String field) {
    return node.path(field).isMissingNode() || node.path(field).isNull();
  }

  private List<ObjectNode> containers(String field) {
    return spec.path(field).values().stream()
        .filter(ObjectNode.class::isInstance)
        .map(ObjectNode.class::cast)
        .toList();
  }

  private void names() {
    var taken = new HashSet<String>();
    containers("containers").forEach(each -> taken.add(Json.text(each, "name")));
    containers("initContainers").forEach(each -> taken.add(Json.text(each, "name")));
    names(containers("containers"), taken, defaults.containerName());
    names(containers("initContainers"), taken, defaults.initContainerName());
  }

  private static void names(List<ObjectNode> containers, Set<String> taken, String standard) {
    int next = 0;
    for (ObjectNode each : containers) {
      if (!isAbsent(each, "name") && !Json.text(each, "name").isEmpty()) {
        continue;
      }
      var name = standard;
      if (containers.size() > 1 || taken.contains(name)) {
        do {
          name = standard + "-" + next++;
        } while (taken.contains(name));
      }
      each.put("name", name);
    }
  }

  private void container(ObjectNode container, boolean only) {
    defaults.completeResources(container);
    if (only || !container.path("ports").isEmpty()) {
      if (isAbsent(container, "readinessProbe")) {
        container.putObject("readinessProbe");
      }
      if (container.get("readinessProbe") instanceof ObjectNode probe
          && HANDLERS.stream().allMatch(each -> isAbsent(probe, each))) {
        probe.putObject("tcpSocket").put("port", 0);
      }
    }
    if (container.get("readinessProbe") instanceof ObjectNode probe) {
      readiness(probe);
    }
    readOnly(container);
  }

  private static void readiness(ObjectNode probe) {
    unlessGiven(probe, "successThreshold", 1);
    if (probe.path("periodSeconds").asInt(0) != 0) {
      unlessGiven(probe, "failureThreshold", FAILURES);
      unlessGiven(probe, "timeoutSeconds", 1);
    }
  }

  private static void unlessGiven(ObjectNode probe, String field, int value) {
    JsonNode found = probe.path(field);
    if (isAbsent(probe, field) || (found.isNumber() && found.asInt() == 0)) {
      probe.put(field, value);
    }
  }

  /// What is mounted is read-only, but for the kinds of volume that can be written to.
  private void readOnly(ObjectNode container) {
    if (!(container.get("volumeMounts") instanceof ArrayNode mounts)) {
      return;
    }
    for (JsonNode each : mounts) {
      if (each instanceof ObjectNode mount && !isWritable(Json.text(mount, "name"))) {
        mount.put("readOnly", true);
      }
    }
  }

  private boolean isWritable(String volume) {
    return spec.path("volumes").values().stream()
        .filter(each -> Json.text(each, "name").equals(volume))
        .anyMatch(each -> WRITABLE.stream().anyMatch(each::has));
  }
}
