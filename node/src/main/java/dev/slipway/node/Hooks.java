package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.node.ProbeSpec.Action;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a container does after its start and before its end. Blocks while it does.
///
/// Source: Kubernetes, `pkg/kubelet/lifecycle/handlers.go`: of an HTTP request only the failure to
/// be answered counts, whatever the status; `tcpSocket` is accepted by the API and never run.
final class Hooks {
  private final NodeRoom room;
  private final String address;
  private final JsonNode container;
  private final PodRuntime.Running running;

  Hooks(NodeRoom room, String address, JsonNode container, PodRuntime.Running running) {
    this.room = room;
    this.address = address;
    this.container = container;
    this.running = running;
  }

  /// @param name `postStart` or `preStop`
  static boolean has(JsonNode container, String name) {
    return Json.at(container, "lifecycle", name).isObject();
  }

  /// Why it failed; empty where it did not.
  Optional<String> problem(String name, Duration timeout) {
    var hook = Json.at(container, "lifecycle", name);
    if (hook.has("sleep")) {
      return slept(Duration.ofSeconds(hook.path("sleep").path("seconds").asLong(0)), timeout);
    }
    var action = ProbeSpec.action(container, hook);
    if (action.isEmpty() || action.get() instanceof Action.Tcp) {
      return Optional.of("Cannot run handler: invalid handler: " + hook);
    }
    return new ProbeCall(room.endpoints(), address, running)
        .problem(action.get(), timeout)
        .filter(why -> !why.startsWith(ProbeCall.STATUS));
  }

  private static Optional<String> slept(Duration wanted, Duration timeout) {
    try {
      Thread.sleep(wanted.compareTo(timeout) < 0 ? wanted : timeout);
      return wanted.compareTo(timeout) <= 0
          ? Optional.empty()
          : Optional.of("container terminated before sleep hook finished");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }
}
