package dev.slipway.api.kserve;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a predictor that spans several nodes (`workerSpec`) must and must not say.
final class MultiNodeRules {
  private static final Set<String> GPUS =
      Set.of("nvidia.com/gpu", "amd.com/gpu", "intel.com/gpu", "habana.ai/gaudi");
  private static final Set<String> PLAIN =
      Set.of("cpu", "memory", "ephemeral-storage", "storage", "pods");

  private final String service;
  private final String scaler;
  private final String customGpus;
  private final JsonNode worker;
  private final FieldPath at;
  private final List<Problem> problems;

  private MultiNodeRules(
      JsonNode service, JsonNode predictor, FieldPath at, List<Problem> problems) {
    Map<String, String> annotations = Json.strings(service, "metadata", "annotations");
    this.service = Json.text(service, "metadata", "name");
    this.scaler = annotations.getOrDefault(Kserve.AUTOSCALER_CLASS, "");
    this.customGpus = annotations.getOrDefault(Kserve.GPU_TYPES, "");
    this.worker = predictor.path("workerSpec");
    this.at = at;
    this.problems = problems;
  }

  static void judge(JsonNode service, JsonNode predictor, FieldPath at, List<Problem> problems) {
    if (predictor.path("workerSpec") instanceof ObjectNode) {
      var rules = new MultiNodeRules(service, predictor, at, problems);
      rules.workers();
      if (predictor.path("model").isObject()) {
        rules.model(predictor.path("model"));
      }
    }
  }

  private void workers() {
    FieldPath here = at.field("workerSpec");
    JsonNode containers = worker.path("containers");
    if (containers.size() > 1) {
      refuse(here.field("containers"), "setting multiple containers in workerSpec is not allowed");
    }
    size(here, "pipelineParallelSize", "PipelineParallelSize");
    size(here, "tensorParallelSize", "TensorParallelSize");
    for (int i = 0; i < containers.size(); i++) {
      gpus(containers.path(i), here.field("containers").index(i));
    }
  }

  private void size(FieldPath here, String field, String spoken) {
    long size = worker.path(field).asLong(1);
    if (size < 1) {
      refuse(here.field(field), "WorkerSpec." + spoken + " cannot be less than 1(" + size + ")");
    }
  }

  private void model(JsonNode model) {
    FieldPath here = at.field("model");
    for (String name : List.of("PIPELINE_PARALLEL_SIZE", "TENSOR_PARALLEL_SIZE")) {
      if (!Kserve.env(model, name).isEmpty()) {
        refuse(here.field("env"), "setting " + name + " in environment variables is not allowed");
      }
    }
    gpus(model, here);
    String uri = Json.text(model, "storageUri");
    String scheme = uri.split("://", -1)[0];
    if (uri.isEmpty()) {
      refuse(here.field("storageUri"), "StorageURI must be set for multinode enabled");
    } else if (!scheme.equals("pvc") && !scheme.equals("oci")) {
      refuse(
          here.field("storageUri"),
          "Multinode only supports 'pvc' and 'oci' Storage Protocol(" + scheme + ")");
    }
    if (!scaler.equals("none")) {
      refuse(
          FieldPath.of("metadata", "annotations").key(Kserve.AUTOSCALER_CLASS),
          "Multinode only supports 'none' autoscaler(" + scaler + ")");
    }
  }

  private void gpus(JsonNode container, FieldPath here) {
    for (String kind : List.of("limits", "requests")) {
      for (var resource : container.path("resources").path(kind).properties()) {
        if (unknown(resource.getKey())) {
          refuse(
              here.field("resources", kind).key(resource.getKey()),
              "Unknown GPU resource type. Set 'serving.kserve.io/gpu-resource-types' annotation to"
                  + " use custom gpu resource type");
        }
      }
    }
  }

  private boolean unknown(String resource) {
    return !PLAIN.contains(resource)
        && !GPUS.contains(resource)
        && !resource.startsWith("nvidia.com/mig")
        && !resource.startsWith("hugepages-")
        && !customGpus.contains('"' + resource + '"');
  }

  private void refuse(FieldPath field, String message) {
    problems.add(
        Problem.forbidden(
            field, "the InferenceService \"" + service + "\" is invalid: " + message));
  }
}
