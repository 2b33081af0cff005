package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps the LocalModelNode of a Node: the models of LocalModelCaches that are kept there, and how
/// far each is. A node without any has none.
///
/// Follows `pkg/apis/serving/v1alpha1/local_model_node_types.go` of kserve/kserve.
public final class LocalModelNodeReconciler implements Reconciler {
  static final Kind KIND =
      Kind.clusterWide(Kserve.GROUP, "v1alpha1", "LocalModelNode", "localmodelnodes");

  @Override
  public Kind kind() {
    return Kinds.NODE;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(KIND);
  }

  @Override
  public String name() {
    return "localmodelnode-controller";
  }

  @Override
  public Plan plan(Resource node, Observed observed) {
    var plan = new Plan();
    List<Resource> caches =
        observed.list(LocalModelCacheReconciler.KIND, "", Map.of()).stream()
            .filter(cache -> !cache.deleting() && !state(cache, node).isEmpty())
            .toList();
    if (node.deleting() || caches.isEmpty()) {
      return plan;
    }
    plan.keep(KIND, wanted(node, caches));
    ObjectNode status = Json.object();
    ObjectNode models = status.putObject("modelStatus");
    caches.forEach(cache -> models.put(cache.name(), state(cache, node)));
    observed
        .child(KIND, node.name())
        .filter(found -> !found.hasStatus(status))
        .ifPresent(found -> plan.change(found.key(), "status", patch(found, status)));
    return plan;
  }

  /// A merge patch takes out only what it names: models that are kept no longer are named.
  private static ObjectNode patch(Resource found, ObjectNode status) {
    ObjectNode patch = Json.object();
    ObjectNode models = patch.putObject("status").putObject("modelStatus");
    found
        .status()
        .path("modelStatus")
        .properties()
        .forEach(before -> models.putNull(before.getKey()));
    status
        .path("modelStatus")
        .properties()
        .forEach(now -> models.set(now.getKey(), now.getValue()));
    return patch;
  }

  private static ObjectNode wanted(Resource node, List<Resource> caches) {
    ObjectNode made = Json.object().put("apiVersion", KIND.apiVersion()).put("kind", KIND.kind());
    made.putObject("metadata").put("name", node.name());
    ArrayNode models = made.putObject("spec").putArray("localModels");
    for (Resource cache : caches) {
      models
          .addObject()
          .put("modelName", cache.name())
          .put("sourceModelUri", cache.text("spec", "sourceModelUri"));
    }
    return made;
  }

  /// `ModelDownloaded` of a cache's `NodeDownloaded`; empty where it is not kept on this node.
  private static String state(Resource cache, Resource node) {
    String of = Json.text(cache.status(), "nodeStatus", node.name());
    return of.isEmpty() ? "" : "Model" + of.substring("Node".length());
  }
}
