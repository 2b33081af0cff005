package dev.slipway.node.models;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The models that KServe's agent is to keep on a server: `models.json` of a ConfigMap, a list of
/// `{modelName, modelSpec {storageUri, framework, memory}}`.
///
/// Source: KServe 0.20, `pkg/modelconfig` and `pkg/agent`.
final class ModelList {
  private static final String INTERNAL = "internal.serving.kserve.io/";
  private static final String FILE = "models.json";

  private ModelList() {}

  /// @param uri from where it is fetched
  /// @param framework as written: `sklearn`
  record Entry(String uri, String framework) {}

  /// The ConfigMap whose models a pod serves; empty where it serves its own.
  static Optional<String> configOf(Resource pod) {
    var name = pod.annotation(INTERNAL + "configVolumeName");
    return pod.annotation(INTERNAL + "agent").equals("true") && !name.isEmpty()
        ? Optional.of(name)
        : Optional.empty();
  }

  /// Models by name.
  ///
  /// @throws IllegalArgumentException if the list cannot be read
  static Map<String, Entry> of(Resource configMap) {
    var text = configMap.text("data", FILE);
    var found = new LinkedHashMap<String, Entry>();
    if (text.isBlank()) {
      return found;
    }
    for (var each : parsed(configMap, text)) {
      var spec = each.path("modelSpec");
      found.put(
          Json.text(each, "modelName"),
          new Entry(Json.text(spec, "storageUri"), Json.text(spec, "framework")));
    }
    return found;
  }

  private static JsonNode parsed(Resource configMap, String text) {
    try {
      return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (JacksonException problem) {
      throw new IllegalArgumentException(
          "ConfigMap "
              + configMap.namespace()
              + "/"
              + configMap.name()
              + ", data."
              + FILE
              + ": expected a list in JSON: "
              + problem.getOriginalMessage());
    }
  }
}
