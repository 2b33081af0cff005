package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable.PayloadLog;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What annotations of a component's Revision or Service say of KServe's logger: for programs that
/// users bring, which have no agent beside them here.
///
/// Source: KServe 0.20, `pkg/webhook/admission/pod/agent_injector.go` and `pkg/logger`.
final class LoggerAnnotations {
  private static final String LOGGER = "internal.serving.kserve.io/logger";
  private static final String DEFAULT_SINK = "http://default-broker";

  private LoggerAnnotations() {}

  /// Empty where none is asked for, or the sink is no address.
  static Optional<PayloadLog> of(Resource component) {
    if (!component.annotation(LOGGER).equals("true")) {
      return Optional.empty();
    }
    var sink = component.annotation(LOGGER + "-sink-url");
    var mode = component.annotation(LOGGER + "-mode");
    try {
      return Optional.of(
          new PayloadLog(
              URI.create(sink.isEmpty() ? DEFAULT_SINK : sink),
              mode.isEmpty() ? "all" : mode,
              extensions(component),
              words(component, "-metadata-headers")));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Map<String, String> extensions(Resource component) {
    var found = new HashMap<String, String>();
    found.put("inferenceservicename", component.label("serving.kserve.io/inferenceservice"));
    found.put("namespace", component.namespace());
    found.put("component", component.label("component"));
    found.put("endpoint", component.label("endpoint"));
    found.values().removeIf(String::isEmpty); // an attribute is not empty (CloudEvents 1.0, 3.1)
    var told = Json.object();
    for (var name : words(component, "-metadata-annotations")) {
      if (component.annotations().containsKey(name)) {
        told.put(name, component.annotation(name));
      }
    }
    if (!told.isEmpty()) {
      found.put("annotations", told.toString());
    }
    return found;
  }

  private static List<String> words(Resource component, String name) {
    return Arrays.stream(component.annotation(LOGGER + name).split(",", -1))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }
}
