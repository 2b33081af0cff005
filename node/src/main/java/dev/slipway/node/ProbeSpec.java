package dev.slipway.node;

import dev.slipway.base.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A probe of a container as the pod's specification has it.
///
/// Source: Kubernetes API reference, `Probe`; a period of 0 is Knative's, which asks every 50 ms.
///
/// @param successes in a row that count as one
/// @param failures in a row that count as one
record ProbeSpec(
    Action action,
    Duration initialDelay,
    Duration period,
    Duration timeout,
    int successes,
    int failures) {
  private static final Duration EAGER_PERIOD = Duration.ofMillis(50);

  /// How a container is asked.
  sealed interface Action {
    /// @param host empty for the pod's own
    record Http(boolean tls, String host, int port, String path, Map<String, String> headers)
        implements Action {
      public Http {
        headers = Map.copyOf(headers);
      }
    }

    record Tcp(String host, int port) implements Action {}

    record Grpc(int port, String service) implements Action {}

    record Exec(List<String> command) implements Action {
      public Exec {
        command = List.copyOf(command);
      }
    }
  }

  /// @param field `startupProbe`, `livenessProbe` or `readinessProbe`
  static Optional<ProbeSpec> of(JsonNode container, String field) {
    var probe = container.path(field);
    return action(container, probe)
        .map(
            action ->
                new ProbeSpec(
                    action,
                    Duration.ofSeconds(probe.path("initialDelaySeconds").asInt(0)),
                    period(probe),
                    Duration.ofSeconds(Math.max(1, probe.path("timeoutSeconds").asInt(1))),
                    Math.max(1, probe.path("successThreshold").asInt(1)),
                    Math.max(1, probe.path("failureThreshold").asInt(3))));
  }

  private static Duration period(JsonNode probe) {
    int seconds = probe.path("periodSeconds").asInt(10);
    return seconds <= 0 ? EAGER_PERIOD : Duration.ofSeconds(seconds);
  }

  /// What a probe or a lifecycle hook does; empty where it says nothing.
  static Optional<Action> action(JsonNode container, JsonNode probe) {
    if (probe.has("httpGet")) {
      return Optional.of(http(container, probe.path("httpGet")));
    }
    if (probe.has("tcpSocket")) {
      var tcp = probe.path("tcpSocket");
      return Optional.of(new Action.Tcp(Json.text(tcp, "host"), port(container, tcp.path("port"))));
    }
    if (probe.has("grpc")) {
      var grpc = probe.path("grpc");
      return Optional.of(
          new Action.Grpc(port(container, grpc.path("port")), Json.text(grpc, "service")));
    }
    if (probe.has("exec")) {
      var command = new ArrayList<String>();
      Json.at(probe, "exec", "command").forEach(each -> command.add(each.asString("")));
      return Optional.of(new Action.Exec(command));
    }
    return Optional.empty();
  }

  private static Action http(JsonNode container, JsonNode get) {
    var headers = new LinkedHashMap<String, String>();
    for (var each : get.path("httpHeaders")) {
      headers.put(Json.text(each, "name"), Json.text(each, "value"));
    }
    var path = Json.text(get, "path");
    return new Action.Http(
        Json.text(get, "scheme").equals("HTTPS"),
        Json.text(get, "host"),
        port(container, get.path("port")),
        path.startsWith("/") ? path : "/" + path,
        headers);
  }

  /// By number or by name; the container's first port where neither is said, as Knative has it; 0
  /// where there is none.
  private static int port(JsonNode container, JsonNode port) {
    if (port.isNumber() && port.asInt() > 0) {
      return port.asInt();
    }
    var name = port.asString("");
    for (var each : container.path("ports")) {
      if (name.isEmpty() || name.equals("0") || Json.text(each, "name").equals(name)) {
        return each.path("containerPort").asInt(0);
      }
    }
    return name.matches("\\d{1,5}") ? Integer.parseInt(name) : 0;
  }
}
