package dev.slipway.dataplane.server.v2;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.model.ServeException;
import dev.slipway.dataplane.server.ModelPath;
import dev.slipway.dataplane.server.WrongMethodException;
import dev.slipway.inference.codec.v2.V2Documents;
import dev.slipway.net.Request;
import dev.slipway.net.Response;

/// What can be read: metadata, readiness, statistics, configuration.
final class V2Reading {
  private final Models models;

  V2Reading(Models models) {
    this.models = models;
  }

  boolean answer(String path, Request request, Response response) {
    switch (path) {
      case "/v2", "/v2/" ->
          document(
              request,
              response,
              V2Documents.server(
                  ServedFacts.SERVER, ServedFacts.version(), ServedFacts.EXTENSIONS));
      case "/v2/models" ->
          document(
              request,
              response,
              V2Documents.models(models.all().stream().map(model -> model.name()).toList()));
      case "/v2/models/stats" -> statistics(request, response, "", "");
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
      statistics(request, response, "", "");
      return true;
    }
    switch (where.action()) {
      case "" -> document(request, response, metadata(serving(where)));
      case "ready" -> ready(where, request, response);
      case "stats" -> statistics(request, response, where.name(), where.version());
      case "config" -> document(request, response, Json.bytes(V2Configuration.of(serving(where))));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void document(Request request, Response response, byte[] body) {
    WrongMethodException.requireGet(request);
    response.header("content-type", "application/json").send(body);
  }

  private Servable serving(ModelPath where) {
    return models.serving(where.name(), where.version());
  }

  private void ready(ModelPath where, Request request, Response response) {
    boolean ready = true;
    try {
      serving(where);
    } catch (ServeException.NotReady _) {
      ready = false;
    }
    response.status(ready ? 200 : 503);
    document(request, response, V2Documents.modelReady(where.name(), ready));
  }

  private byte[] metadata(Servable servable) {
    return V2Documents.model(
        servable.name(),
        ServedFacts.versions(models, servable),
        servable.platform(),
        servable.signatures().firstEntry().getValue());
  }

  private void statistics(Request request, Response response, String name, String version) {
    document(
        request, response, V2Documents.statistics(ServedFacts.statistics(models, name, version)));
  }
}
