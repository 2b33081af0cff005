package dev.slipway.api.kserve;

import dev.slipway.api.KindRules;
import dev.slipway.base.Json;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Tells who writes KServe's ConfigMap what of it nobody reads: keys that KServe does not know, a
/// namespace where it does not look, and values that are no JSON.
public final class ConfigRules implements KindRules {
  private static final Set<String> KEYS =
      Set.of(
          "explainers",
          "storageInitializer",
          "credentials",
          "ingress",
          "logger",
          "batcher",
          "agent",
          "router",
          "deploy",
          "metricsAggregator",
          "autoscaler",
          "security",
          "localModel",
          "multiNode",
          "opentelemetryCollector",
          "inferenceService",
          "service",
          "resource",
          "predictors",
          "transformers",
          "_example");

  @Override
  public String group() {
    return "";
  }

  @Override
  public String kind() {
    return "ConfigMap";
  }

  @Override
  public void complete(Admitting admitting, ObjectNode object) {
    String namespace = Json.text(object, "metadata", "namespace");
    if (!Json.text(object, "metadata", "name").equals(Kserve.CONFIG_NAME)) {
      return;
    }
    if (namespace.equals(Kserve.CONFIG_NAMESPACE)) {
      object.path("data").properties().forEach(entry -> known(admitting, entry.getKey(), object));
    } else if (namespace.equals("kserve-system") || namespace.equals("kfserving-system")) {
      admitting
          .warnings()
          .accept(
              "metadata.namespace: " + namespace + " is not read, KServe's settings are in kserve");
      object.path("data").properties().forEach(entry -> unread(admitting, entry.getKey()));
    }
  }

  private static void known(Admitting admitting, String key, ObjectNode object) {
    if (!KEYS.contains(key)) {
      unread(admitting, key);
      return;
    }
    JsonNode value = object.path("data").path(key);
    if (!key.equals("_example") && value.isString() && IsvcDefaults.part(object, key).isEmpty()) {
      admitting.warnings().accept("data." + key + ": no JSON object, ignored");
    }
  }

  private static void unread(Admitting admitting, String key) {
    String instead =
        key.equals("storageInitializerImage")
            ? " (the image is the field image of key storageInitializer)"
            : "";
    admitting.warnings().accept("data." + key + ": ignored, no setting of KServe" + instead);
  }
}
