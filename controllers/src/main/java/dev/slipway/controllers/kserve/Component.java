package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is to run for one component of a service, however it is run.
///
/// @param part `predictor`, `transformer` or `explainer`
/// @param name of its Knative Service, or of its Deployment and Service
/// @param spec the component as written: scaling, timeouts, concurrency
/// @param pod the pod specification, complete
/// @param labels of its pods
/// @param annotations of its pods
/// @param runtime the ServingRuntime or ClusterServingRuntime it came from
/// @param note what a user should know of that choice; may be empty
record Component(
    String part,
    String name,
    JsonNode spec,
    ObjectNode pod,
    Map<String, String> labels,
    Map<String, String> annotations,
    Optional<Resource> runtime,
    String note) {
  Component {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  Component withSpec(JsonNode value) {
    return new Component(part, name, value, pod, labels, annotations, runtime, note);
  }

  Component withName(String value) {
    return new Component(part, value, spec, pod, labels, annotations, runtime, note);
  }

  /// Replicas at the least.
  int minReplicas(int byDefault) {
    return spec.path("minReplicas").asInt(byDefault);
  }

  int maxReplicas() {
    return spec.path("maxReplicas").asInt(0);
  }

  /// Whether requests to it are given a share while they are rolled out.
  Optional<Integer> canaryPercent() {
    JsonNode percent = spec.path("canaryTrafficPercent");
    return percent.isIntegralNumber()
        ? Optional.of(Math.clamp(percent.asInt(), 0, 100))
        : Optional.empty();
  }

  /// Metadata of an object of its own, with its pods' labels.
  ObjectNode metadata(String namespace) {
    ObjectNode metadata = Json.object();
    metadata.put("name", name).put("namespace", namespace);
    put(metadata, "labels", labels);
    return metadata;
  }

  /// Sets a map of texts, in the order of its keys.
  static void put(ObjectNode object, String field, Map<String, String> entries) {
    ObjectNode made = object.putObject(field);
    new TreeMap<>(entries).forEach(made::put);
  }
}
