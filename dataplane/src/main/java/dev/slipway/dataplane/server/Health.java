package dev.slipway.dataplane.server;

import dev.slipway.dataplane.model.Models;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.nio.charset.StandardCharsets;

/// Whether the server lives and is ready, under the paths that Kubernetes, KServe and MLflow ask.
final class Health implements Protocol {
  private static final byte[] ALIVE = ascii("{\"status\":\"alive\"}");
  private static final byte[] OK = ascii("ok");
  private static final byte[] NEWLINE = ascii("\n");
  private static final byte[] NOT_READY = ascii("models are loading");

  private final Models models;

  Health(Models models) {
    this.models = models;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public boolean answer(String path, Request request, Response response) {
    switch (path) {
      case "/" -> json(request, response, ALIVE);
      case "/healthz", "/livez", "/live" -> text(request, response, OK);
      case "/readyz", "/ready" -> ready(request, response, OK);
      case "/ping", "/health" -> ready(request, response, NEWLINE);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void ready(Request request, Response response, byte[] body) {
    if (models.ready()) {
      text(request, response, body);
    } else {
      WrongMethodException.requireGet(request);
      response.status(503).header("content-type", "text/plain").send(NOT_READY);
    }
  }

  private static void json(Request request, Response response, byte[] body) {
    WrongMethodException.requireGet(request);
    response.header("content-type", "application/json").send(body);
  }

  private static void text(Request request, Response response, byte[] body) {
    WrongMethodException.requireGet(request);
    response.header("content-type", "text/plain").send(body);
  }

  @Override
  public boolean owns(String path) {
    return false;
  }

  @Override
  public void refuse(Failure failure, Response response) {
    JsonAnswers.error(failure, response);
  }
}
