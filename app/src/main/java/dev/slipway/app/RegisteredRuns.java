package dev.slipway.app;

import dev.slipway.base.Json;
import dev.slipway.controllers.tracking.RunLedger;
import dev.slipway.registry.ErrorCode;
import dev.slipway.registry.RegistryException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The registry of this program, as those who train here write to it.
final class RegisteredRuns implements RunLedger {
  private final RegistryRoom registry;

  RegisteredRuns(RegistryRoom registry) {
    this.registry = registry;
  }

  @Override
  public String experiment(String name) {
    try {
      return Json.text(
          call("GET", "experiments/get-by-name", Json.object().put("experiment_name", name)),
          "experiment",
          "experiment_id");
    } catch (RegistryException refused) {
      if (refused.code() != ErrorCode.RESOURCE_DOES_NOT_EXIST) {
        throw refused;
      }
      return Json.text(
          call("POST", "experiments/create", Json.object().put("name", name)), "experiment_id");
    }
  }

  @Override
  public Optional<String> find(String experimentId, String tag, String value) {
    ObjectNode asked = Json.object().put("max_results", 1);
    asked.putArray("experiment_ids").add(experimentId);
    asked.put("filter", "tags.`" + tag + "` = '" + value + "'");
    JsonNode found = call("POST", "runs/search", asked).path("runs").path(0);
    String id = Json.text(found, "info", "run_id");
    return id.isEmpty() ? Optional.empty() : Optional.of(id);
  }

  @Override
  public String begin(String experimentId, String name, Map<String, String> tags) {
    ObjectNode asked = Json.object().put("experiment_id", experimentId).put("run_name", name);
    pairs(asked.putArray("tags"), tags);
    return Json.text(call("POST", "runs/create", asked), "run", "info", "run_id");
  }

  private static void pairs(ArrayNode array, Map<String, String> values) {
    values.forEach((key, value) -> array.addObject().put("key", key).put("value", value));
  }

  @Override
  public void parameters(String run, Map<String, String> values) {
    ObjectNode asked = Json.object().put("run_id", run);
    pairs(asked.putArray("params"), values);
    call("POST", "runs/log-batch", asked);
  }

  @Override
  public void metrics(String run, Map<String, Double> values, Instant when) {
    ObjectNode asked = Json.object().put("run_id", run);
    ArrayNode metrics = asked.putArray("metrics");
    values.forEach(
        (key, value) ->
            metrics
                .addObject()
                .put("key", key)
                .put("value", value)
                .put("timestamp", when.toEpochMilli())
                .put("step", 0));
    call("POST", "runs/log-batch", asked);
  }

  @Override
  public void end(String run, String status, Instant when) {
    call(
        "POST",
        "runs/update",
        Json.object()
            .put("run_id", run)
            .put("status", status)
            .put("end_time", when.toEpochMilli()));
  }

  private ObjectNode call(String method, String path, ObjectNode fields) {
    return registry.registry().call(method, path, fields);
  }
}
