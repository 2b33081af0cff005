package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.controllers.core.NodeLabels;
import dev.slipway.controllers.core.Taints;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The pod that a DaemonSet wants on a node, and whether it wants one there. Same inputs, same
/// answer.
///
/// Source: `pkg/controller/daemon/daemon_controller.go`, `util/daemonset_util.go`.
final class DaemonDesired {
  /// What a daemon bears that other pods flee from, by effect.
  private static final Map<String, String> TOLERATED =
      Map.of(
          "node.kubernetes.io/not-ready", "NoExecute",
          "node.kubernetes.io/unreachable", "NoExecute",
          "node.kubernetes.io/disk-pressure", "NoSchedule",
          "node.kubernetes.io/memory-pressure", "NoSchedule",
          "node.kubernetes.io/pid-pressure", "NoSchedule",
          "node.kubernetes.io/unschedulable", "NoSchedule");

  private DaemonDesired() {}

  /// Whether a node should have a pod, and whether one that is there may stay.
  record Fit(boolean run, boolean stay) {}

  static Fit fit(Resource set, Resource node) {
    var spec = Json.object();
    if (set.at("spec", "template", "spec") instanceof ObjectNode given) {
      spec.setAll(given.deepCopy());
    }
    tolerate(spec);
    var named = Json.text(spec, "nodeName");
    boolean meant =
        (named.isEmpty() || named.equals(node.name()))
            && NodeLabels.wanted(spec, node.name(), node.labels());
    var taints = node.spec().path("taints");
    boolean flees = Taints.keepAway(spec, taints, "NoExecute");
    boolean kept = Taints.keepAway(spec, taints, "NoSchedule");
    return new Fit(meant && !flees && !kept, meant && !flees);
  }

  /// @param hash of the template
  static ObjectNode pod(Resource set, String node, ObjectNode template, String hash) {
    var pod = Pods.of(template, set.namespace());
    var metadata = Json.ensureObject(pod, "metadata").put("generateName", set.name() + "-");
    var labels = Json.ensureObject(metadata, "labels").put(StatefulRevisions.LABEL, hash);
    var generation = set.annotation("deprecated.daemonset.template.generation");
    if (!generation.isEmpty()) {
      labels.put("pod-template-generation", generation);
    }
    var spec = Json.ensureObject(pod, "spec");
    tolerate(spec);
    bindTo(node, spec);
    return pod;
  }

  private static void tolerate(ObjectNode spec) {
    TOLERATED.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(each -> tolerate(spec, each.getKey(), each.getValue()));
    if (spec.path("hostNetwork").asBoolean(false)) {
      tolerate(spec, "node.kubernetes.io/network-unavailable", "NoSchedule");
    }
  }

  private static void tolerate(ObjectNode spec, String key, String effect) {
    for (var each : spec.path("tolerations")) {
      if (Json.text(each, "key").equals(key)
          && Json.text(each, "effect").equals(effect)
          && Json.text(each, "operator").equals("Exists")) {
        return;
      }
    }
    spec.withArray("tolerations")
        .addObject()
        .put("key", key)
        .put("operator", "Exists")
        .put("effect", effect);
  }

  /// The scheduler gives it no other node.
  private static void bindTo(String node, ObjectNode spec) {
    var required =
        Json.ensureObject(spec, "affinity", "nodeAffinity")
            .putObject("requiredDuringSchedulingIgnoredDuringExecution");
    required
        .putArray("nodeSelectorTerms")
        .addObject()
        .putArray("matchFields")
        .addObject()
        .put("key", "metadata.name")
        .put("operator", "In")
        .putArray("values")
        .add(node);
  }

  /// The node a daemon's pod is on or meant for; empty where it cannot be told.
  static String nodeOf(Resource pod) {
    var node = pod.text("spec", "nodeName");
    if (!node.isEmpty()) {
      return node;
    }
    JsonNode terms =
        pod.at("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
            .path("nodeSelectorTerms");
    for (var term : terms) {
      for (var field : term.path("matchFields")) {
        if (Json.text(field, "key").equals("metadata.name")) {
          return field.path("values").path(0).asString("");
        }
      }
    }
    return "";
  }
}
