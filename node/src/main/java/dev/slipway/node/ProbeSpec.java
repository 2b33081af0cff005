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
/// Source: Kubernetes API reference, `Probe`; a number of 0 is one that was not given.
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
  private static final int PERIOD_SECONDS = 10;
  private static final int FAILURES = 3;

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
                    Duration.ofSeconds(given(probe, "periodSeconds", PERIOD_SECONDS)),
                    Duration.ofSeconds(given(probe, "timeoutSeconds", 1)),
                    given(probe, "successThreshold", 1),
                    given(probe, "failureThreshold", FAILURES)));
  }

  private static int given(JsonNode probe, String field, int standard) {
    int number = probe.path(field).asInt(0);
    return number > 0 ? number : standard;
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
