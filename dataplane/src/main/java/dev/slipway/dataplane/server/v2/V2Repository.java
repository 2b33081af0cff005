package dev.slipway.dataplane.server.v2;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.ServeException;
import dev.slipway.dataplane.server.ModelPath;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.WrongMethodException;
import dev.slipway.inference.codec.v2.V2Documents;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.util.concurrent.CompletionException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The model repository extension: what there is, load, unload.
final class V2Repository {
  private static final String MODELS = "/v2/repository/models/";

  private final Models models;
  private final ModelServerSettings settings;

  V2Repository(Models models, ModelServerSettings settings) {
    this.models = models;
    this.settings = settings;
  }

  boolean answer(String path, Request request, Response response) {
    if (path.equals("/v2/repository/index")) {
      index(request, response);
      return true;
    }
    if (!path.startsWith(MODELS)) {
      return false;
    }
    var where = ModelPath.after(MODELS, path);
    switch (where.action()) {
      case "load" -> load(where.name(), request, response);
      case "unload" -> unload(where.name(), request, response);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void index(Request request, Response response) {
    if (!request.method().equals("GET")) {
      WrongMethodException.require(request, "POST");
    }
    boolean readyOnly = wantsReadyOnly(request.body(settings.maxRequestBytes()));
    json(response, V2Documents.index(ServedFacts.index(models, readyOnly)));
  }

  private static void json(Response response, byte[] body) {
    response.header("content-type", "application/json").send(body);
  }

  private static boolean wantsReadyOnly(byte[] body) {
    return body.length > 0 && parsed(body).path("ready").asBoolean(false);
  }

  private void load(String name, Request request, Response response) {
    WrongMethodException.require(request, "POST");
    requireControl();
    var config = config(request.body(settings.maxRequestBytes()));
    try {
      (config.isEmpty() ? models.reload(name) : models.reload(name, config)).join();
    } catch (CompletionException problem) {
      if (problem.getCause() instanceof ServeException told) {
        throw told;
      }
      throw problem;
    }
    json(response, V2Documents.loaded(name));
  }

  /// `parameters.config`, a JSON document as a string; `""` for none.
  private static String config(byte[] body) {
    if (body.length == 0) {
      return "";
    }
    var parameters = parsed(body).path("parameters");
    for (var name : parameters.propertyNames()) {
      if (name.startsWith("file:")) {
        throw new InvalidInputException(
            "parameters." + name + ": files are taken from the model's source, not from a request");
      }
    }
    var config = parameters.path("config");
    return config.isString() ? config.stringValue() : config.isObject() ? config.toString() : "";
  }

  private static JsonNode parsed(byte[] body) {
    try {
      return Json.parse(body);
    } catch (JacksonException problem) {
      throw new InvalidInputException("the body is no JSON: " + problem.getOriginalMessage());
    }
  }

  private void unload(String name, Request request, Response response) {
    WrongMethodException.require(request, "POST");
    requireControl();
    models.unload(name);
    json(response, V2Documents.unloaded(name));
  }

  private void requireControl() {
    if (!settings.controlsModels()) {
      throw new ServeException.Unimplemented(
          "this server does not let clients load or unload models");
    }
  }
}
