package dev.slipway.node.models;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.model.ModelSettings.PayloadLogging;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a pod's annotations say of KServe's logger.
///
/// Source: KServe 0.20, `pkg/webhook/admission/pod/agent_injector.go` and `pkg/logger`.
///
/// @param pod of one component of a service
record PayloadAnnotations(Resource pod) {
  private static final String LOGGER = "internal.serving.kserve.io/logger-";
  private static final String DEFAULT_SINK = "http://default-broker";

  /// Empty where the sink is no address.
  Optional<PayloadLogging> logging() {
    var sink = said("sink-url");
    var mode = said("mode");
    try {
      return Optional.of(
          new PayloadLogging(
              URI.create(sink.isEmpty() ? DEFAULT_SINK : sink),
              mode.isEmpty() ? "all" : mode,
              pod.name(),
              extensions(),
              words("metadata-headers")));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private Map<String, String> extensions() {
    var found = new HashMap<String, String>();
    found.put("inferenceservicename", pod.label("serving.kserve.io/inferenceservice"));
    found.put("namespace", pod.namespace());
    found.put("component", pod.label("component"));
    found.put("endpoint", pod.label("endpoint"));
    found.values().removeIf(String::isEmpty); // an attribute is not empty (CloudEvents 1.0, 3.1)
    var told = Json.object();
    for (var name : words("metadata-annotations")) {
      if (pod.annotations().containsKey(name)) {
        told.put(name, pod.annotation(name));
      }
    }
    if (!told.isEmpty()) {
      found.put("annotations", told.toString());
    }
    return found;
  }

  private List<String> words(String name) {
    return Arrays.stream(said(name).split(",", -1))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  private String said(String name) {
    return pod.annotation(LOGGER + name);
  }
}
