package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Brings the model of a LocalModelCache to this machine before any service asks for it: a pod of
/// the storage initializer fills the cache that all of them read from. The status says how far it
/// is, and which services use it.
///
/// Follows `pkg/controller/v1alpha1/localmodel` of kserve/kserve, but that services are not
/// rewritten
/// to a volume: one cache is everybody's here.
public final class LocalModelCacheReconciler implements Reconciler {
  static final Kind KIND =
      Kind.clusterWide(Kserve.GROUP, "v1alpha1", "LocalModelCache", "localmodelcaches");
  static final Kind GROUP =
      Kind.clusterWide(Kserve.GROUP, "v1alpha1", "LocalModelNodeGroup", "localmodelnodegroups");
  static final String NAMESPACE = "kserve-localmodel-jobs";
  private static final String ANY_NODE = "slipway";

  @Override
  public Kind kind() {
    return KIND;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.POD);
  }

  @Override
  public Plan plan(Resource cache, Observed observed) {
    var plan = new Plan();
    if (cache.deleting()) {
      return plan;
    }
    var missing = missingGroup(cache, observed);
    if (missing.isPresent()) {
      if (!cache.status().path("copies").isObject()) {
        plan.warn("NodeGroupNotFound", "there is no LocalModelNodeGroup " + missing.get());
      }
      return plan.status(status(cache, observed, Map.of()));
    }
    try {
      ObjectNode namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
      namespace.putObject("metadata").put("name", NAMESPACE);
      plan.keepUnowned(Kinds.NAMESPACE, namespace);
      plan.keep(Kinds.POD, pod(cache, observed));
    } catch (RefusedException why) {
      plan.warn("InvalidModel", why.text());
      return plan.status(status(cache, observed, Map.of(ANY_NODE, "NodeDownloadError")));
    }
    var fetching = observed.children(Kinds.POD).stream().findFirst();
    return plan.status(status(cache, observed, nodes(fetching)));
  }

  private static Optional<String> missingGroup(Resource cache, Observed observed) {
    for (JsonNode group : cache.spec().path("nodeGroups")) {
      if (observed.find(GROUP.key("", group.asString(""))).isEmpty()) {
        return Optional.of(group.asString(""));
      }
    }
    return Optional.empty();
  }

  /// The initializer as a container of its own.
  private static ObjectNode pod(Resource cache, Observed observed) {
    ObjectNode spec = Json.object().put("restartPolicy", "OnFailure");
    String account = cache.text("spec", "serviceAccountName");
    if (!account.isEmpty()) {
      spec.put("serviceAccountName", account);
    }
    String uri = cache.text("spec", "sourceModelUri");
    new StorageInitializer(observed, NAMESPACE, new HashMap<>(cache.annotations()), spec)
        .one(uri, cache.spec().path("storage"), "");
    JsonNode initializers = spec.path("initContainers");
    if (initializers.isEmpty()) {
      throw RefusedException.invalid(
          "spec.sourceModelUri: \"" + uri + "\" lies in a volume: there is nothing to fetch");
    }
    spec.remove("initContainers");
    spec.set("containers", initializers);
    ObjectNode made = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    made.putObject("metadata")
        .put("name", cache.name() + "-fetch")
        .put("namespace", NAMESPACE)
        .putObject("labels")
        .put("model", cache.name());
    made.set("spec", spec);
    return made;
  }

  private static Map<String, String> nodes(Optional<Resource> pod) {
    String node = pod.map(it -> it.text("spec", "nodeName")).orElse("");
    String phase = pod.map(it -> it.text("status", "phase")).orElse("");
    boolean failing =
        pod.map(it -> it.status().at("/containerStatuses/0/lastState"))
            .filter(last -> last.has("terminated"))
            .isPresent();
    String state =
        switch (phase) {
          case "Succeeded" -> "NodeDownloaded";
          case "Failed" -> "NodeDownloadError";
          case "Running" -> failing ? "NodeDownloadError" : "NodeDownloading";
          default -> failing ? "NodeDownloadError" : "NodeDownloadPending";
        };
    return Map.of(node.isEmpty() ? ANY_NODE : node, state);
  }

  private static ObjectNode status(Resource cache, Observed observed, Map<String, String> nodes) {
    ObjectNode status = Json.object();
    ObjectNode each = status.putObject("nodeStatus");
    nodes.forEach(each::put);
    status
        .putObject("copies")
        .put("available", count(nodes, "NodeDownloaded"))
        .put("total", nodes.size())
        .put("failed", count(nodes, "NodeDownloadError"));
    ArrayNode users = status.putArray("inferenceServices");
    for (Resource service : users(cache, observed)) {
      users.addObject().put("name", service.name()).put("namespace", service.namespace());
    }
    return status;
  }

  private static long count(Map<String, String> nodes, String state) {
    return nodes.values().stream().filter(state::equals).count();
  }

  /// Services whose model is the cached one, or lies below it.
  private static List<Resource> users(Resource cache, Observed observed) {
    String source = cache.text("spec", "sourceModelUri").replaceAll("/+$", "");
    return observed.list(Kinds.INFERENCE_SERVICE, "", Map.of()).stream()
        .filter(
            service ->
                !service.annotation("serving.kserve.io/disable-localmodel").equals("true")
                    && (Json.text(service.spec(), "predictor", "model", "storageUri") + "/")
                        .startsWith(source + "/"))
        .toList();
  }
}
