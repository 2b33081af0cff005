package dev.slipway.controllers.training;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.controllers.training.TrainingJob.ReplicaSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The pods of one type of replicas, by index, and what has become of them.
///
/// @param at the pod of each index that has one
/// @param beyond pods whose index is not wanted
/// @param since pods made before are of an earlier run and on their way out
record ReplicaPods(
    ReplicaSpec spec,
    String container,
    Map<Integer, Resource> at,
    List<Resource> beyond,
    Instant since) {
  private static final int SIGNALS = 128;

  ReplicaPods {
    at = Map.copyOf(at);
    beyond = List.copyOf(beyond);
  }

  static ReplicaPods of(TrainingJob job, ReplicaSpec spec, List<Resource> pods, Instant since) {
    var at = new TreeMap<Integer, Resource>();
    var beyond = new ArrayList<Resource>();
    for (Resource pod : pods) {
      if (pod.label(TrainingJob.REPLICA_TYPE).equals(spec.lower())) {
        int index = index(pod);
        if (index >= 0 && index < spec.count() && !at.containsKey(index)) {
          at.put(index, pod);
        } else {
          beyond.add(pod);
        }
      }
    }
    return new ReplicaPods(spec, job.kind().container().name(), at, beyond, since);
  }

  /// A launcher has no index, and is the only one.
  static int index(Resource pod) {
    String text = pod.label(TrainingJob.REPLICA_INDEX);
    try {
      return text.isEmpty() ? 0 : Integer.parseInt(text);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  private static String phase(Resource pod) {
    return pod.text("status", "phase");
  }

  private boolean counts(Resource pod) {
    return !pod.deleting() || !pod.created().isBefore(since);
  }

  int active() {
    return (int)
        at.values().stream()
            .filter(each -> phase(each).equals("Running") && !each.deleting())
            .count();
  }

  int succeeded() {
    return (int) at.values().stream().filter(each -> phase(each).equals("Succeeded")).count();
  }

  /// Failed, or ended by somebody else while they ran.
  List<Resource> failed() {
    return at.values().stream()
        .filter(this::counts)
        .filter(
            each ->
                phase(each).equals("Failed") || (phase(each).equals("Running") && each.deleting()))
        .toList();
  }

  /// Whether a failed pod is to be made anew; one that never ran, as an evicted one, is.
  boolean restartable(Resource pod) {
    return switch (spec.restartPolicy()) {
      case "Always", "OnFailure" -> true;
      case "ExitCode" -> phase(pod).equals("Running") || exitCode(pod).orElse(SIGNALS) >= SIGNALS;
      default -> false;
    };
  }

  /// Failed for good.
  List<Resource> lost() {
    return failed().stream().filter(each -> !restartable(each)).toList();
  }

  /// Of the container that trains; empty while it runs.
  Optional<Integer> exitCode(Resource pod) {
    for (JsonNode each : pod.status().path("containerStatuses")) {
      JsonNode ended = each.path("state").path("terminated");
      if (Json.text(each, "name").equals(container) && ended.isObject()) {
        return Optional.of(ended.path("exitCode").asInt());
      }
    }
    return Optional.empty();
  }

  /// How often containers of running pods were started again in place.
  int containerRestarts() {
    int all = 0;
    for (Resource pod : at.values()) {
      if (!spec.never() && phase(pod).equals("Running")) {
        for (var list : List.of("initContainerStatuses", "containerStatuses")) {
          for (JsonNode each : pod.status().path(list)) {
            all += each.path("restartCount").asInt(0);
          }
        }
      }
    }
    return all;
  }

  /// Whether the first replica is through.
  boolean firstSucceeded() {
    Resource first = at.get(0);
    return first != null
        && phase(first).equals("Succeeded")
        && exitCode(first).filter(code -> code != 0).isEmpty();
  }

  ObjectNode counts(TrainingJob job, int restarts) {
    ObjectNode counts = Json.object();
    positive(counts, "active", active());
    positive(counts, "succeeded", succeeded());
    positive(counts, "failed", failed().size());
    positive(counts, "restarts", restarts);
    var labels = new ArrayList<String>();
    new TreeMap<>(job.labels(spec)).forEach((name, value) -> labels.add(name + "=" + value));
    return counts.put("selector", String.join(",", labels));
  }

  private static void positive(ObjectNode counts, String field, int value) {
    if (value > 0) {
      counts.put(field, value);
    }
  }
}
