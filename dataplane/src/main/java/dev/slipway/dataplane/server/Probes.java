package dev.slipway.dataplane.server;

import dev.slipway.dataplane.model.Model;
import dev.slipway.dataplane.model.Models;
import dev.slipway.net.LoopHandler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Liveness and readiness of the server and of each model, on the event loop: answered although
/// every
/// thread computes.
final class Probes implements LoopHandler {
  private static final byte[] NEWLINE = bytes("\n");
  private static final byte[] OK = bytes("ok");
  private static final byte[] PONG = bytes("pong");
  private static final byte[] LOADING = bytes("models are loading");
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain";
  private static final String V2_MODELS = "/v2/models/";
  private static final String READY = "/ready";

  /// Paths that say the process lives.
  private static final Map<String, byte[]> ALIVE =
      Map.of(
          "/", bytes("{\"status\":\"alive\"}"),
          "/v2/health/live", bytes("{\"live\":true}"),
          "/healthz", OK,
          "/livez", OK,
          "/live", OK);

  private final Models models;

  Probes(Models models) {
    this.models = models;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean tryHandle(Request request, Response response) {
    var method = request.method();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return false;
    }
    var path = request.rawPath();
    var alive = ALIVE.get(path);
    if (alive != null) {
      response.header("content-type", alive[0] == '{' ? JSON : TEXT).send(alive);
      return true;
    }
    return switch (path) {
      case "/readyz", "/ready" -> ready(response, OK, LOADING, TEXT);
      case "/health/ping" -> ready(response, PONG, LOADING, TEXT);
      case "/ping", "/health" -> ready(response, NEWLINE, LOADING, TEXT);
      case "/v2/health/ready" ->
          ready(response, bytes("{\"ready\":true}"), bytes("{\"ready\":false}"), JSON);
      default -> path.startsWith(V2_MODELS) && path.endsWith(READY) && modelReady(path, response);
    };
  }

  private boolean ready(Response response, byte[] yes, byte[] no, String type) {
    boolean ready = models.ready();
    response.status(ready ? 200 : 503).header("content-type", type).send(ready ? yes : no);
    return true;
  }

  /// `/v2/models/NAME/ready` of a model that is there; others are told about elsewhere.
  private boolean modelReady(String path, Response response) {
    var name = path.substring(V2_MODELS.length(), path.length() - READY.length());
    var model = models.find(name);
    if (model.isEmpty() || name.indexOf('"') >= 0) {
      return false;
    }
    boolean ready = model.map(Model::ready).orElse(false);
    response
        .status(ready ? 200 : 503)
        .header("content-type", JSON)
        .send(bytes("{\"name\":\"" + name + "\",\"ready\":" + ready + "}"));
    return true;
  }
}
