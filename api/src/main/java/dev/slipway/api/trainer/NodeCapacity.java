package dev.slipway.api.trainer;

import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What one training node has, as far as the number of its processes depends on it.
///
/// Source: `GetNumGPUPerNode` in `pkg/runtime/runtime.go` and `getNumCPUPerNode` in
/// `pkg/runtime/framework/plugins/torch/torch.go`.
///
/// @param cpus rounded up; requests before limits, 0 where neither says
/// @param gpus of whatever kind; requests before limits
public record NodeCapacity(int cpus, int gpus) {

  /// Of the resources a TrainJob gives its nodes, else of those its runtime does.
  public static NodeCapacity of(JsonNode trainJobSpec, JsonNode replicatedJobs) {
    JsonNode given = trainJobSpec.path("trainer").path("resourcesPerNode");
    return given.isObject() ? of(given) : of(ofRuntime(replicatedJobs));
  }

  private static JsonNode ofRuntime(JsonNode replicatedJobs) {
    for (JsonNode entry : replicatedJobs) {
      boolean trains =
          Json.text(entry, "name").equals(Trainer.NODE)
              || Trainer.ancestor(entry).equals(Trainer.TRAINER);
      for (JsonNode container : Trainer.pod(entry).path("containers")) {
        if (trains
            && Json.text(container, "name").equals(Trainer.NODE)
            && container.path("resources").isObject()) {
          return container.path("resources");
        }
      }
    }
    return Json.object();
  }

  private static NodeCapacity of(JsonNode resources) {
    int cpus = cpus(resources.path("requests"));
    int gpus = gpus(resources.path("requests"));
    return new NodeCapacity(
        cpus == 0 ? cpus(resources.path("limits")) : cpus,
        gpus == 0 ? gpus(resources.path("limits")) : gpus);
  }

  private static int cpus(JsonNode amounts) {
    return units(amounts.path("cpu"));
  }

  private static int gpus(JsonNode amounts) {
    return amounts.properties().stream()
        .filter(each -> each.getKey().toLowerCase(Locale.ROOT).contains("gpu"))
        .mapToInt(each -> units(each.getValue()))
        .findFirst()
        .orElse(0);
  }

  private static int units(JsonNode amount) {
    Optional<Quantity> quantity = Quantity.parse(amount.asString(""));
    return quantity.map(each -> (int) Math.min(Integer.MAX_VALUE, each.units())).orElse(0);
  }
}
