package dev.slipway.controllers.policy;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import dev.slipway.controllers.apps.IntOrPercent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// How many of some pods there should be, and how many of them healthy.
///
/// Source: `pkg/controller/disruption/disruption.go`, `getExpectedPodCount`.
///
/// @param expected pods that their owners want
/// @param healthy how many must be
/// @param unmanaged pods that nobody owns, where owners' wishes count
record Budget(int expected, int healthy, List<String> unmanaged) {
  /// What an owner wants cannot be told.
  static final class UnknownScaleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownScaleException(String message) {
      super(message);
    }
  }

  /// @throws UnknownScaleException for a pod whose owner does not scale
  static Budget of(Resource pdb, List<Resource> pods, Observed observed) {
    var most = pdb.spec().path("maxUnavailable");
    var least = pdb.spec().path("minAvailable");
    if (most.isNumber() || most.isString()) {
      var scale = Scale.of(pods, observed);
      int unavailable = IntOrPercent.roundedUp(most, scale.total(), 0);
      return new Budget(scale.total(), Math.max(0, scale.total() - unavailable), scale.unmanaged());
    }
    if (least.isNumber()) {
      return new Budget(pods.size(), least.asInt(), List.of());
    }
    if (least.isString()) {
      var scale = Scale.of(pods, observed);
      int wanted = IntOrPercent.roundedUp(least, scale.total(), 0);
      return new Budget(scale.total(), wanted, scale.unmanaged());
    }
    return new Budget(0, 0, List.of());
  }

  /// What the owners of pods want together.
  private record Scale(int total, List<String> unmanaged) {
    private static final Map<String, Kind> OWNERS =
        Map.of(
            "apps/ReplicaSet", Kinds.REPLICA_SET,
            "apps/StatefulSet", Kinds.STATEFUL_SET,
            "apps/Deployment", Kinds.DEPLOYMENT,
            "/ReplicationController", Kinds.REPLICATION_CONTROLLER);

    static Scale of(List<Resource> pods, Observed observed) {
      var byOwner = new HashMap<String, Integer>();
      var unmanaged = new ArrayList<String>();
      for (var pod : pods) {
        var reference = controller(pod);
        if (reference.isEmpty()) {
          unmanaged.add(pod.name());
        } else {
          var owner = owner(pod, reference.get(), observed);
          byOwner.put(owner.uid(), owner.spec().path("replicas").asInt(1));
        }
      }
      return new Scale(
          byOwner.values().stream().mapToInt(Integer::intValue).sum(), List.copyOf(unmanaged));
    }

    /// The owner, or its Deployment.
    private static Resource owner(Resource pod, JsonNode reference, Observed observed) {
      var apiVersion = Json.text(reference, "apiVersion");
      int slash = apiVersion.indexOf('/');
      var group = slash < 0 ? "" : apiVersion.substring(0, slash);
      var kind = OWNERS.get(group + "/" + Json.text(reference, "kind"));
      if (kind == null) {
        throw new UnknownScaleException(
            resource(reference, group) + " does not implement the scale subresource");
      }
      var found =
          observed
              .find(kind.key(pod.namespace(), Json.text(reference, "name")))
              .filter(each -> each.uid().equals(Json.text(reference, "uid")))
              .orElseThrow(
                  () ->
                      new UnknownScaleException(
                          "found no controllers for pod \"" + pod.name() + "\""));
      return controller(found)
          .filter(each -> Json.text(each, "kind").equals("Deployment"))
          .flatMap(
              each -> observed.find(Kinds.DEPLOYMENT.key(pod.namespace(), Json.text(each, "name"))))
          .orElse(found);
    }

    /// `jobs.batch`.
    private static String resource(JsonNode reference, String group) {
      var plural = Json.text(reference, "kind").toLowerCase(Locale.ROOT) + "s";
      return group.isEmpty() ? plural : plural + "." + group;
    }

    private static Optional<JsonNode> controller(Resource object) {
      for (var owner : object.at("metadata", "ownerReferences")) {
        if (owner.path("controller").asBoolean(false)) {
          return Optional.of(owner);
        }
      }
      return Optional.empty();
    }
  }
}
