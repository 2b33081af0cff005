package dev.slipway.api.katib;

import dev.slipway.base.Json;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Katib's configuration: ConfigMap `katib-config` in namespace `kubeflow`, key
/// `katib-config.yaml`. It adds algorithms to those of this program; a cluster without it has those
/// alone.
///
/// Source: `pkg/apis/config/v1beta1/types.go`, `pkg/util/v1beta1/katibconfig/config.go`.
public final class KatibConfig {
  public static final String NAMESPACE = "kubeflow";
  public static final String NAME = "katib-config";
  private static final String KEY = "katib-config.yaml";
  private static final YAMLMapper YAML = new YAMLMapper();

  private final JsonNode runtime;

  private KatibConfig(JsonNode runtime) {
    this.runtime = runtime;
  }

  /// What a ConfigMap says; one that is absent or unreadable says nothing.
  public static KatibConfig of(Optional<ObjectNode> map) {
    String text = map.map(each -> Json.text(each, "data", KEY)).orElse("");
    return new KatibConfig(read(text).path("runtime"));
  }

  private static JsonNode read(String text) {
    try {
      return text.isEmpty() ? Json.object() : YAML.readTree(text);
    } catch (JacksonException _) {
      return Json.object();
    }
  }

  /// The entry of an algorithm that runs elsewhere: `image` and what else its container has, or
  /// `endpoint` where it runs already.
  public Optional<JsonNode> suggestion(String algorithm) {
    return entry("suggestions", algorithm);
  }

  public Optional<JsonNode> earlyStopping(String algorithm) {
    return entry("earlyStoppings", algorithm);
  }

  private Optional<JsonNode> entry(String list, String algorithm) {
    for (JsonNode each : runtime.path(list)) {
      if (Json.text(each, "algorithmName").equals(algorithm)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
