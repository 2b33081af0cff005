package dev.slipway.registry;

import dev.slipway.base.Json;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import dev.slipway.registry.access.Identities;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import tools.jackson.databind.JsonNode;

/// A registry at a port of its own, and a client of its REST API.
public final class RegistryServer implements AutoCloseable {
  private final Registry registry;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  public RegistryServer(RegistrySettings settings) {
    this(Registry.open(settings, InstantSource.system()));
  }

  /// One that asks who is there.
  public static RegistryServer guarded(RegistrySettings settings, Identities identities) {
    return new RegistryServer(
        Registry.open(settings.withGuard(), InstantSource.system(), identities));
  }

  private RegistryServer(Registry opened) {
    registry = opened;
    server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), registry.handler());
  }

  /// What was answered.
  public record Answer(int status, JsonNode body) {
    public String code() {
      return body.path("error_code").asString();
    }

    public String message() {
      return body.path("message").asString();
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.port();
  }

  public Registry registry() {
    return registry;
  }

  /// @param path below `/api/2.0/mlflow/`
  public Answer post(String path, String json) {
    return call("POST", "/api/2.0/mlflow/" + path, json);
  }

  public Answer get(String path) {
    return call("GET", "/api/2.0/mlflow/" + path, "");
  }

  public Answer call(String method, String path, String json) {
    return call(method, path, json, "");
  }

  /// @param who the header `authorization`; empty for none
  public Answer call(String method, String path, String json, String who) {
    var request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .header("content-type", "application/json")
            .method(
                method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    if (!who.isEmpty()) {
      request.header("authorization", who);
    }
    HttpResponse<byte[]> answer = send(request.build());
    byte[] body = answer.body();
    boolean empty = body.length == 0 || path.equals("/version");
    return new Answer(answer.statusCode(), empty ? Json.object() : Json.parse(body));
  }

  public HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// A run in experiment 0, by its id.
  public String run() {
    return post("runs/create", "{\"experiment_id\": \"0\", \"user_id\": \"ada\"}")
        .body()
        .at("/run/info/run_id")
        .asString();
  }

  @Override
  public void close() {
    client.close();
    server.close();
    registry.close();
  }
}
