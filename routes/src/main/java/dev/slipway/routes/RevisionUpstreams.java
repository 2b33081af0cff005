package dev.slipway.routes;

import dev.slipway.autoscaling.knative.ScaleAnnotations;
import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import dev.slipway.dataplane.gateway.Upstream;
import dev.slipway.dataplane.gateway.Upstream.Endpoint;
import dev.slipway.dataplane.gateway.Upstream.Wire;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The upstream of a Knative revision: its pods that answer. It is woken when there is none.
final class RevisionUpstreams {
  static final String LABEL = "serving.knative.dev/revision";
  private static final int DEFAULT_PORT = 8080;
  private static final int DEFAULT_BURST = 211;

  private RevisionUpstreams() {}

  /// The upstream without its endpoints.
  static Upstream of(Resource revision) {
    var spec = revision.spec();
    return new Upstream(
        Targets.revision(revision.namespace(), revision.name()),
        wire(spec),
        spec.path("containerConcurrency").asInt(0),
        true,
        List.of(),
        false,
        new Timeouts(
            seconds(spec, "timeoutSeconds"),
            seconds(spec, "responseStartTimeoutSeconds"),
            seconds(spec, "idleTimeoutSeconds"),
            Timeouts.NONE.connect()),
        burst(revision),
        labels(revision),
        LoggerAnnotations.of(revision));
  }

  /// `target-burst-capacity`; -1 stands for no limit.
  private static int burst(Resource revision) {
    var text =
        ScaleAnnotations.TARGET_BURST_CAPACITY
            .in(revision.annotations())
            .map(ScaleAnnotations.Entry::value)
            .orElse("");
    int value = (int) Amounts.count(text, text.startsWith("-") ? -1 : DEFAULT_BURST);
    return value < 0 ? Integer.MAX_VALUE : value;
  }

  private static Map<String, String> labels(Resource revision) {
    return Map.of(
        "service_name", revision.label("serving.knative.dev/service"),
        "configuration_name", revision.label("serving.knative.dev/configuration"));
  }

  static Upstream with(Upstream bare, Collection<Endpoint> endpoints) {
    return bare.withEndpoints(
        endpoints.stream().sorted(Comparator.comparing(Endpoint::pod)).toList());
  }

  private static Duration seconds(JsonNode spec, String field) {
    return Duration.ofSeconds(spec.path(field).asLong(0));
  }

  private static Wire wire(JsonNode podSpec) {
    return ServiceUpstreams.wire(Json.text(userPort(podSpec), "name"));
  }

  /// The one container port; missing where none is named.
  private static JsonNode userPort(JsonNode podSpec) {
    for (var container : podSpec.path("containers")) {
      for (var port : container.path("ports")) {
        return port;
      }
    }
    return podSpec.path("\0");
  }

  /// Where a pod of a revision answers.
  ///
  /// @return empty where it is not ready, or on its way out
  static Optional<Endpoint> endpoint(Resource pod) {
    var address = pod.text("status", "podIP");
    if (address.isEmpty() || pod.deleting() || !pod.isTrue("Ready")) {
      return Optional.empty();
    }
    int port = userPort(pod.spec()).path("containerPort").asInt(DEFAULT_PORT);
    return Optional.of(
        new Endpoint(Targets.address(address, port), pod.namespace() + "/" + pod.name()));
  }
}
