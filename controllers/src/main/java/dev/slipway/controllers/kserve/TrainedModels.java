package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The models that TrainedModels add to a service, as the ConfigMap that its server watches:
/// `models.json`, a list of `{modelName, modelSpec {storageUri, framework, memory}}`.
///
/// Follows `pkg/modelconfig` of kserve/kserve.
final class TrainedModels {
  static final Kind KIND =
      Kind.namespaced(Kserve.GROUP, "v1alpha1", "TrainedModel", "trainedmodels");

  private static final String FILE = "models.json";
  private static final String DIRECTORY = "/mnt/configs";

  private TrainedModels() {}

  /// `modelconfig-iris-0`.
  static String configName(String service) {
    return "modelconfig-" + service + "-0";
  }

  /// Lets a server see the list and keep what it fetches.
  static void mount(String service, ObjectNode pod, Map<String, String> annotations) {
    annotations.put("internal.serving.kserve.io/agent", "true");
    annotations.put("internal.serving.kserve.io/configVolumeName", configName(service));
    annotations.put("internal.serving.kserve.io/configMountPath", DIRECTORY);
    annotations.put("internal.serving.kserve.io/modelDir", Kserve.MODEL_DIRECTORY);
    ArrayNode volumes =
        pod.path("volumes") instanceof ArrayNode there ? there : pod.putArray("volumes");
    volumes
        .addObject()
        .put("name", "model-config")
        .putObject("configMap")
        .put("name", configName(service));
    volumes.addObject().put("name", "model-dir").putObject("emptyDir");
    Kserve.customContainer(pod)
        .ifPresent(
            container -> {
              ArrayNode mounts =
                  container.path("volumeMounts") instanceof ArrayNode there
                      ? there
                      : container.putArray("volumeMounts");
              mounts.addObject().put("name", "model-config").put("mountPath", DIRECTORY);
              mounts.addObject().put("name", "model-dir").put("mountPath", Kserve.MODEL_DIRECTORY);
            });
  }

  /// The TrainedModels of a service, by name.
  static List<Resource> of(Resource service, Observed observed) {
    var found = new ArrayList<Resource>();
    for (Resource each : observed.list(KIND, service.namespace(), Map.of())) {
      if (each.text("spec", "inferenceService").equals(service.name()) && !each.deleting()) {
        found.add(each);
      }
    }
    found.sort(java.util.Comparator.comparing(Resource::name));
    return found;
  }

  /// The ConfigMap as it should be.
  static ObjectNode config(Resource service, Observed observed) {
    ArrayNode list = Json.array();
    for (Resource each : of(service, observed)) {
      JsonNode model = each.spec().path("model");
      ObjectNode entry = list.addObject().put("modelName", each.name());
      entry
          .putObject("modelSpec")
          .put("storageUri", Json.text(model, "storageUri"))
          .put("framework", Json.text(model, "framework"))
          .put("memory", model.path("memory").asString(""));
    }
    ObjectNode map = Json.object();
    map.put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata")
        .put("name", configName(service.name()))
        .put("namespace", service.namespace())
        .putObject("labels")
        .put("serving.kserve.io/inferenceservice", service.name());
    map.putObject("data").put(FILE, list.toString());
    return map;
  }
}
