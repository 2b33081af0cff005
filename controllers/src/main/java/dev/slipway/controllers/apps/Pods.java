package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What workloads read of pods, and how they make them.
public final class Pods {
  private Pods() {}

  public static String phase(Resource pod) {
    return pod.text("status", "phase");
  }

  /// Neither finished nor on its way out.
  public static boolean active(Resource pod) {
    return !pod.deleting() && !finished(pod);
  }

  public static boolean finished(Resource pod) {
    return switch (phase(pod)) {
      case "Succeeded", "Failed" -> true;
      default -> false;
    };
  }

  public static boolean ready(Resource pod) {
    return pod.isTrue("Ready");
  }

  static Instant readySince(Resource pod) {
    var text = Json.text(pod.conditionNode("Ready"), "lastTransitionTime");
    return text.isEmpty() ? Instant.MAX : Instant.parse(text);
  }

  /// Ready for at least this long.
  public static boolean available(Resource pod, int minReadySeconds, Instant now) {
    return ready(pod)
        && (minReadySeconds == 0 || !readySince(pod).plusSeconds(minReadySeconds).isAfter(now));
  }

  /// How long until a ready pod counts as available; empty where it does or is not ready.
  public static Optional<Duration> untilAvailable(Resource pod, int minReadySeconds, Instant now) {
    if (!ready(pod) || available(pod, minReadySeconds, now)) {
      return Optional.empty();
    }
    return Optional.of(Duration.between(now, readySince(pod).plusSeconds(minReadySeconds)));
  }

  static int restarts(Resource pod) {
    int most = 0;
    for (var each : pod.status().path("containerStatuses")) {
      most = Math.max(most, each.path("restartCount").asInt(0));
    }
    return most;
  }

  /// A pod of a template; the caller names it.
  public static ObjectNode of(ObjectNode template, String namespace) {
    var pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    var metadata = pod.putObject("metadata").put("namespace", namespace);
    for (var part : new String[] {"labels", "annotations"}) {
      if (Json.at(template, "metadata", part) instanceof ObjectNode given && !given.isEmpty()) {
        metadata.set(part, given.deepCopy());
      }
    }
    if (Json.at(template, "metadata", "finalizers").isArray()) {
      metadata.set("finalizers", Json.at(template, "metadata", "finalizers").deepCopy());
    }
    pod.set("spec", template.path("spec").deepCopy());
    return pod;
  }

  /// Whom to end first: the unscheduled before the scheduled, the pending before the running, the
  /// unready before the ready, the cheaper (`controller.kubernetes.io/pod-deletion-cost`), those on
  /// crowded nodes, the shorter ready, the more often restarted, the younger.
  ///
  /// @param crowd how many active pods of the workload a node has
  public static Comparator<Resource> leastWanted(Map<String, Long> crowd) {
    return Comparator.comparing((Resource pod) -> !pod.text("spec", "nodeName").isEmpty())
        .thenComparingInt(pod -> rank(phase(pod)))
        .thenComparing(Pods::ready)
        .thenComparingInt(Pods::deletionCost)
        .thenComparing(
            pod -> crowd.getOrDefault(pod.text("spec", "nodeName"), 0L), Comparator.reverseOrder())
        .thenComparing(Pods::readySince, Comparator.reverseOrder())
        .thenComparingInt(pod -> -restarts(pod))
        .thenComparing(Resource::created, Comparator.reverseOrder())
        .thenComparing(Resource::name);
  }

  private static int rank(String phase) {
    return switch (phase) {
      case "Running" -> 2;
      case "Unknown" -> 1;
      default -> 0;
    };
  }

  private static int deletionCost(Resource pod) {
    try {
      return Integer.parseInt(pod.annotation("controller.kubernetes.io/pod-deletion-cost"));
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
