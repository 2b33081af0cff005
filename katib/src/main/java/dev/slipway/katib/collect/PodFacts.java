package dev.slipway.katib.collect;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a pod's status says of its primary container. Pure.
final class PodFacts {
  private PodFacts() {}

  /// Whether the container has ended for good.
  static boolean hasEnded(Resource pod, String container) {
    return ended(pod, container)
        .filter(end -> !restarts(pod.text("spec", "restartPolicy"), exitCode(end)))
        .isPresent();
  }

  private static boolean restarts(String policy, int exitCode) {
    return switch (policy) {
      case "Never" -> false;
      case "OnFailure" -> exitCode != 0;
      default -> true;
    };
  }

  /// Whether it ended with code 0.
  static boolean hasSucceeded(Resource pod, String container) {
    return pod.text("status", "phase").equals("Succeeded")
        || ended(pod, container).filter(end -> exitCode(end) == 0).isPresent();
  }

  private static int exitCode(JsonNode ended) {
    return ended.path("exitCode").asInt(0);
  }

  private static Optional<JsonNode> ended(Resource pod, String container) {
    for (var each : pod.status().path("containerStatuses")) {
      if (Json.text(each, "name").equals(container)) {
        return Optional.of(Json.at(each, "state", "terminated")).filter(JsonNode::isObject);
      }
    }
    return Optional.empty();
  }
}
