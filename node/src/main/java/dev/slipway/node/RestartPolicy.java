package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import tools.jackson.databind.JsonNode;

/// Whether a container that has ended is started again. Pure.
///
/// Source: Kubernetes, "Pod Lifecycle", `pkg/kubelet/container/helpers.go`
/// (`ShouldContainerBeRestarted`).
///
/// @param word `Always`, `OnFailure`, `Never`; anything else means the first
/// @param init of `initContainers`
/// @param own whether the container has a policy of its own: of an init container, that it is a
///     sidecar
record RestartPolicy(String word, boolean init, boolean own) {
  /// Of a container that is never started again.
  static final RestartPolicy ONCE = new RestartPolicy("Never", false, false);

  /// The container's own, or else its pod's.
  static RestartPolicy of(Resource pod, JsonNode container, boolean init) {
    var own = Json.text(container, "restartPolicy");
    var word = own.isEmpty() ? pod.text("spec", "restartPolicy") : own;
    return new RestartPolicy(word, init, !own.isEmpty());
  }

  boolean isNever() {
    return word.equals("Never");
  }

  boolean after(int exitCode) {
    boolean sidecar = init && own && word.equals("Always");
    if (init && !sidecar) {
      return exitCode != 0 && !isNever();
    }
    return switch (word) {
      case "Never" -> false;
      case "OnFailure" -> exitCode != 0;
      default -> true;
    };
  }
}
