package dev.slipway.dataplane.server;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Engines;
import dev.slipway.dataplane.model.FakeEngine;
import dev.slipway.dataplane.model.ModelOpener;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.Models;
import dev.slipway.inference.artifact.ArtifactSettings;
import dev.slipway.inference.artifact.Artifacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A model server with one model `m` that doubles, and a client for it.
final class Running implements AutoCloseable {
  final FakeEngine engine = new FakeEngine();
  final FakeEngine onnx = new FakeEngine("onnx");
  final ModelServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  Running(Path directory) {
    this(directory, ModelServerSettings.of("127.0.0.1", 0));
  }

  Running(Path directory, ModelServerSettings settings) {
    var models =
        new Models(
            new ModelOpener(
                new Engines(List.of(engine, onnx, new TextEngine(), new EchoEngine())),
                new Artifacts(ArtifactSettings.at(directory.resolve("cache")))),
            Long.MAX_VALUE);
    server = ModelServer.start(settings, models);
    models.load(ModelSettings.of("m", FakeEngine.file(directory, 2).toString())).join();
  }

  void load(ModelSettings settings) {
    server.models().load(settings).join();
  }

  /// What came back.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Reply(int status, String type, byte[] body, HttpResponse<byte[]> whole) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
      return Json.parse(body);
    }
  }

  Reply get(String path) {
    return send(request(path).GET());
  }

  Reply post(String path, String json, String... headers) {
    return post(path, json.getBytes(StandardCharsets.UTF_8), headers);
  }

  Reply post(String path, byte[] body, String... headers) {
    var request = request(path).POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  Reply send(HttpRequest.Builder request) {
    try {
      var answer = client.send(request.build(), BodyHandlers.ofByteArray());
      var type = answer.headers().firstValue("content-type").orElse("");
      return new Reply(answer.statusCode(), type, answer.body(), answer);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    } catch (InterruptedException problem) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(problem);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
