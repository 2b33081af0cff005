package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What scales a component's Deployment: a HorizontalPodAutoscaler, or KEDA's ScaledObject.
///
/// Follows `reconcilers/hpa` and `reconcilers/keda` of kserve/kserve, with `autoScaling.behavior`
/// handed on to both.
final class Autoscalers {
  private static final int CPU_PERCENT = 80;

  private final KserveSettings settings;
  private final KserveConfig config;
  private final Resource service;

  Autoscalers(KserveSettings settings, KserveConfig config, Resource service) {
    this.settings = settings;
    this.config = config;
    this.service = service;
  }

  /// `hpa`, `keda`, `external` or `none`.
  static String scaler(Component component) {
    return component.annotations().getOrDefault(Kserve.AUTOSCALER_CLASS, "hpa");
  }

  /// Replicas at the least, those to be warmed up included.
  int least(Component component) {
    int least = component.minReplicas(settings.defaultMinReplicas());
    int warm =
        KnativeChildren.number(component.annotations().getOrDefault(Kserve.WARMUP_REPLICAS, ""));
    return component.part().equals("predictor") ? Math.max(least, warm) : least;
  }

  ObjectNode horizontal(Component component) {
    int least = Math.max(1, least(component));
    ObjectNode made = head(component, "autoscaling/v2", "HorizontalPodAutoscaler");
    ObjectNode spec = made.putObject("spec");
    spec.putObject("scaleTargetRef")
        .put("apiVersion", "apps/v1")
        .put("kind", "Deployment")
        .put("name", component.name());
    spec.put("minReplicas", least).put("maxReplicas", Math.max(component.maxReplicas(), least));
    ArrayNode metrics = spec.putArray("metrics");
    JsonNode written = component.spec().path("autoScaling").path("metrics");
    if (written.isEmpty()) {
      byScaleMetric(metrics, component);
    }
    for (JsonNode metric : written) {
      if (metric.path("resource").isObject()) {
        resource(metrics, metric.path("resource"));
      }
    }
    JsonNode behavior = component.spec().path("autoScaling").path("behavior");
    if (behavior.isObject()) {
      spec.set("behavior", behavior.deepCopy());
    }
    return made;
  }

  private ObjectNode head(Component component, String apiVersion, String kind) {
    ObjectNode made = Json.object();
    made.put("apiVersion", apiVersion).put("kind", kind);
    ObjectNode metadata = component.metadata(service.namespace());
    Component.put(metadata, "annotations", component.annotations());
    made.set("metadata", metadata);
    return made;
  }

  private static void byScaleMetric(ArrayNode metrics, Component component) {
    String metric = Json.text(component.spec(), "scaleMetric");
    JsonNode target = component.spec().path("scaleTarget");
    if (metric.equals("memory") && target.isIntegralNumber()) {
      utilization(metrics, "memory", target.asInt());
    } else if (!metric.equals("memory")) {
      utilization(metrics, "cpu", target.asInt(CPU_PERCENT));
    }
  }

  private static void utilization(ArrayNode metrics, String name, int percent) {
    ObjectNode metric = metrics.addObject().put("type", "Resource");
    metric
        .putObject("resource")
        .put("name", name)
        .putObject("target")
        .put("type", "Utilization")
        .put("averageUtilization", percent);
  }

  private static void resource(ArrayNode metrics, JsonNode resource) {
    String name = Json.text(resource, "name");
    JsonNode target = resource.path("target");
    if (name.equals("cpu")) {
      utilization(metrics, name, target.path("averageUtilization").asInt(CPU_PERCENT));
    } else if (name.equals("memory")) {
      ObjectNode metric = metrics.addObject().put("type", "Resource");
      ObjectNode made = metric.putObject("resource").put("name", name).putObject("target");
      for (String field : java.util.List.of("type", "averageUtilization", "averageValue")) {
        if (target.has(field)) {
          made.set(field, target.path(field).deepCopy());
        }
      }
    }
  }

  ObjectNode scaledObject(Component component) {
    int least = least(component);
    ObjectNode made = head(component, "keda.sh/v1alpha1", "ScaledObject");
    ObjectNode spec = made.putObject("spec");
    spec.putObject("scaleTargetRef").put("name", component.name());
    spec.put("minReplicaCount", least)
        .put("maxReplicaCount", Math.max(component.maxReplicas(), least));
    ArrayNode triggers = spec.putArray("triggers");
    for (JsonNode metric : component.spec().path("autoScaling").path("metrics")) {
      trigger(triggers, metric, component);
    }
    behavior(spec, component);
    return made;
  }

  private void trigger(ArrayNode triggers, JsonNode metric, Component component) {
    switch (Json.text(metric, "type")) {
      case "Resource" -> resourceTrigger(triggers, metric.path("resource"));
      case "External" -> external(triggers, metric.path("external"));
      case "PodMetric" -> podMetric(triggers, metric.path("podmetric"), component);
      default -> {}
    }
  }

  private static void resourceTrigger(ArrayNode triggers, JsonNode resource) {
    JsonNode target = resource.path("target");
    String type = Json.text(target, "type");
    String value =
        switch (type) {
          case "Utilization" ->
              target
                  .path("averageUtilization")
                  .asString(Json.text(resource, "name").equals("cpu") ? "" + CPU_PERCENT : "0");
          case "AverageValue" -> target.path("averageValue").asString("0");
          default -> target.path("value").asString("0");
        };
    ObjectNode trigger = triggers.addObject().put("type", Json.text(resource, "name"));
    trigger.putObject("metadata").put("value", value);
    trigger.put("metricType", type);
  }

  private void external(ArrayNode triggers, JsonNode external) {
    JsonNode metric = external.path("metric");
    String address = Json.text(metric, "serverAddress");
    ObjectNode trigger = triggers.addObject().put("type", Json.text(metric, "backend"));
    ObjectNode metadata = trigger.putObject("metadata");
    metadata
        .put("serverAddress", address.isEmpty() ? settings.metricsAddress() : address)
        .put("query", Json.text(metric, "query"))
        .put("threshold", external.path("target").path("value").asString("0"));
    String namespace = Json.text(metric, "namespace");
    if (Json.text(metric, "backend").equals("prometheus") && !namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    JsonNode authentication = external.path("authenticationRef");
    String modes = Json.text(authentication, "authModes");
    if (!modes.isEmpty()) {
      metadata.put("authModes", modes);
    }
    String name = Json.text(authentication, "authenticationRef", "name");
    if (!name.isEmpty()) {
      trigger.putObject("authenticationRef").put("name", name);
    }
  }

  private void podMetric(ArrayNode triggers, JsonNode source, Component component) {
    JsonNode metric = source.path("metric");
    String address = Json.text(metric, "serverAddress");
    ObjectNode trigger = triggers.addObject().put("type", "external");
    ObjectNode metadata = trigger.putObject("metadata");
    metadata.put(
        "metricQuery",
        "sum("
            + Json.text(metric, "query")
            + "{namespace=\""
            + service.namespace()
            + "\", deployment=\""
            + component.name()
            + "\"})");
    metadata.put("targetValue", source.path("target").path("value").asString("0"));
    metadata.put(
        "scalerAddress",
        address.isEmpty()
            ? config.text("opentelemetryCollector", "metricScalerEndpoint", "")
            : address);
    String over = Json.text(metric, "operationOverTime");
    if (!over.isEmpty()) {
      metadata.put("operationOverTime", over);
    }
  }

  private void behavior(ObjectNode spec, Component component) {
    JsonNode written = component.spec().path("autoScaling").path("behavior");
    ObjectNode behavior = written instanceof ObjectNode own ? own.deepCopy() : Json.object();
    for (Map.Entry<String, String> each :
        Map.of(
                "scaleUp", "scaleUpStabilizationWindowSeconds",
                "scaleDown", "scaleDownStabilizationWindowSeconds")
            .entrySet()) {
      String seconds = config.text("autoscaler", each.getValue(), "");
      if (!seconds.isEmpty() && !behavior.path(each.getKey()).has("stabilizationWindowSeconds")) {
        Json.ensureObject(behavior, each.getKey())
            .put("stabilizationWindowSeconds", KnativeChildren.number(seconds));
      }
    }
    if (!behavior.isEmpty()) {
      Json.ensureObject(spec, "advanced", "horizontalPodAutoscalerConfig")
          .set("behavior", behavior);
    }
  }
}
