package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.api.kserve.RolloutPolicy;
import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// KServe's own settings: ConfigMap `inferenceservice-config` of namespace `kserve`, whose values
/// are
/// JSON documents. Absent parts read as KServe's defaults.
record KserveConfig(ObjectNode data) {
  private static final Set<String> KEPT_OFF =
      Set.of(
          "autoscaling.knative.dev/min-scale",
          "autoscaling.knative.dev/max-scale",
          "internal.serving.kserve.io/storage-initializer-sourceuri",
          "kubectl.kubernetes.io/last-applied-configuration",
          Kserve.MODEL_FORMAT);

  static KserveConfig of(Observed observed) {
    Optional<Resource> found =
        observed.find(Kinds.CONFIG_MAP.key(Kserve.CONFIG_NAMESPACE, Kserve.CONFIG_NAME));
    return new KserveConfig(
        found
            .map(map -> map.at("data") instanceof ObjectNode data ? data : Json.object())
            .orElseGet(Json::object));
  }

  /// One part, `storageInitializer` or `deploy`; empty where absent or no JSON.
  JsonNode part(String key) {
    String text = Json.text(data, key);
    try {
      return text.isEmpty() ? Json.object() : Json.parseObject(text);
    } catch (JacksonException | IllegalArgumentException _) {
      return Json.object();
    }
  }

  /// Text of a part, or the default.
  String text(String key, String field, String byDefault) {
    String found = Json.text(part(key), field);
    return found.isEmpty() ? byDefault : found;
  }

  Kserve.Mode mode(KserveSettings settings) {
    return Kserve.Mode.parse(text("deploy", "defaultDeploymentMode", ""))
        .orElse(settings.defaultMode());
  }

  /// Annotations of a service that its pods do not get.
  Set<String> annotationsKeptOff() {
    var all = new HashSet<>(KEPT_OFF);
    all.addAll(RolloutPolicy.ANNOTATIONS);
    part("inferenceService")
        .path("serviceAnnotationDisallowedList")
        .forEach(each -> all.add(each.asString("")));
    return all;
  }

  /// Labels of a service that its pods do not get.
  Set<String> labelsKeptOff() {
    var all = new HashSet<>(Set.of("networking.knative.dev/visibility"));
    part("inferenceService")
        .path("serviceLabelDisallowedList")
        .forEach(each -> all.add(each.asString("")));
    return all;
  }
}
