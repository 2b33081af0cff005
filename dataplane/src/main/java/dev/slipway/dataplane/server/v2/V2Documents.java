package dev.slipway.dataplane.server.v2;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Histogram;
import dev.slipway.dataplane.model.Model;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.model.ServeException;
import dev.slipway.dataplane.server.JsonAnswers;
import dev.slipway.dataplane.server.ModelPath;
import dev.slipway.dataplane.server.WrongMethodException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What can be read: health, metadata, statistics, configuration.
final class V2Documents {
  /// Sent with the server's metadata.
  static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "classification",
          "model_repository",
          "model_repository_extension",
          "model_configuration",
          "statistics",
          "parameters",
          "generate");

  private final Models models;

  V2Documents(Models models) {
    this.models = models;
  }

  boolean answer(String path, Request request, Response response) {
    switch (path) {
      case "/v2", "/v2/" -> document(request, response, server());
      case "/v2/health/live" -> document(request, response, Json.object().put("live", true));
      case "/v2/health/ready" -> ready(request, response);
      case "/v2/models" -> document(request, response, names());
      case "/v2/models/stats" ->
          document(
              request,
              response,
              statistics(models.all().stream().flatMap(m -> m.versions().stream()).toList()));
      default -> {
        return false;
      }
    }
    return true;
  }

  boolean model(ModelPath where, Request request, Response response) {
    if (where.name().equals("stats")
        && where.action().isEmpty()
        && models.find("stats").isEmpty()) {
      return answer("/v2/models/stats", request, response);
    }
    switch (where.action()) {
      case "" -> document(request, response, metadata(serving(where)));
      case "ready" -> modelReady(where, request, response);
      case "stats" -> document(request, response, statistics(versions(where)));
      case "config" -> document(request, response, V2Configuration.of(serving(where)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void document(Request request, Response response, JsonNode body) {
    WrongMethodException.requireGet(request);
    JsonAnswers.send(body, response);
  }

  private Servable serving(ModelPath where) {
    return models.serving(where.name(), where.version());
  }

  private static ObjectNode server() {
    var version = V2Documents.class.getPackage().getImplementationVersion();
    var body =
        Json.object().put("name", "slipway").put("version", version == null ? "dev" : version);
    var extensions = body.putArray("extensions");
    EXTENSIONS.forEach(extensions::add);
    return body;
  }

  private void ready(Request request, Response response) {
    boolean ready = models.ready();
    response.status(ready ? 200 : 503);
    document(request, response, Json.object().put("ready", ready));
  }

  private ObjectNode names() {
    var body = Json.object();
    var names = body.putArray("models");
    models.all().forEach(model -> names.add(model.name()));
    return body;
  }

  private void modelReady(ModelPath where, Request request, Response response) {
    boolean ready = true;
    try {
      serving(where);
    } catch (ServeException.NotReady _) {
      ready = false;
    }
    response.status(ready ? 200 : 503);
    document(request, response, Json.object().put("name", where.name()).put("ready", ready));
  }

  private ObjectNode metadata(Servable servable) {
    var body = Json.object().put("name", servable.name());
    var versions = body.putArray("versions");
    models
        .find(servable.name())
        .map(Model::versions)
        .orElse(List.of(servable))
        .reversed()
        .forEach(each -> versions.add(each.version()));
    body.put("platform", servable.platform());
    var signature = servable.signatures().firstEntry().getValue();
    tensors(body.putArray("inputs"), signature.inputs());
    tensors(body.putArray("outputs"), signature.outputs());
    return body;
  }

  private static void tensors(ArrayNode target, List<Signature.Spec> specs) {
    for (var spec : specs) {
      var tensor = target.addObject().put("name", spec.name()).put("datatype", spec.type().name());
      var shape = tensor.putArray("shape");
      spec.shape().forEach(shape::add);
    }
  }

  private List<Servable> versions(ModelPath where) {
    if (!where.version().isEmpty()) {
      return List.of(serving(where));
    }
    return models
        .find(where.name())
        .orElseThrow(
            () ->
                new ServeException.UnknownModel(
                    "Model with name " + where.name() + " does not exist."))
        .versions();
  }

  private static ObjectNode statistics(List<Servable> all) {
    var body = Json.object();
    var list = body.putArray("model_stats");
    for (var servable : all) {
      var stats = servable.stats();
      var entry =
          list.addObject()
              .put("name", servable.name())
              .put("version", servable.version())
              .put("last_inference", stats.lastMillis())
              .put("inference_count", stats.rows())
              .put("execution_count", stats.executions());
      var inference = entry.putObject("inference_stats");
      duration(inference, "success", stats.succeeded(), stats.total().totalNanos());
      duration(inference, "fail", stats.failed() + stats.rejected(), 0);
      duration(inference, "queue", stats.queue());
      duration(inference, "compute_input", stats.input());
      duration(inference, "compute_infer", stats.compute());
      duration(inference, "compute_output", stats.output());
      duration(inference, "cache_hit", stats.cacheHits(), 0);
      duration(inference, "cache_miss", stats.cacheMisses(), 0);
      var batches = entry.putArray("batch_stats");
      stats
          .byBatch()
          .forEach(
              (size, times) -> {
                var batch = batches.addObject().put("batch_size", size);
                duration(batch, "compute_infer", times);
              });
    }
    return body;
  }

  private static void duration(ObjectNode target, String name, Histogram times) {
    duration(target, name, times.count(), times.totalNanos());
  }

  private static void duration(ObjectNode target, String name, long count, long nanos) {
    target.putObject(name).put("count", count).put("ns", nanos);
  }
}
