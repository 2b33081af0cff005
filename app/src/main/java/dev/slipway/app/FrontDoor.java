package dev.slipway.app;

import dev.slipway.dataplane.gateway.Own;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.server.ModelServer;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.registry.Registry;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What the gateway's port answers where no route takes a request: models of this program by name
/// over
/// every protocol, and whether the program is there and healthy.
final class FrontDoor implements Handler, AutoCloseable {
  private static final byte[] WELCOME =
      """
      Slipway is running.
      The Kubernetes API has its own port; `slipway status` names it.
      """
          .getBytes(StandardCharsets.UTF_8);
  private static final byte[] OK = "ok".getBytes(StandardCharsets.US_ASCII);

  private final Handler serving;
  private final Models models;
  private volatile Optional<Handler> metrics = Optional.empty();
  private volatile Optional<Handler> registry = Optional.empty();
  private volatile Optional<KatibRoom> katib = Optional.empty();

  /// @param models answered by name; closed with the door
  FrontDoor(Models models) {
    this.models = models;
    this.serving = ModelServer.handler(ModelServerSettings.of("", 0), models);
  }

  /// Answers `/metrics` with this page.
  void metrics(Handler page) {
    metrics = Optional.of(page);
  }

  /// Answers MLflow's paths with this registry.
  void registry(Handler answering) {
    registry = Optional.of(answering);
  }

  /// Answers Katib's paths so.
  void katib(KatibRoom answering) {
    katib = Optional.of(answering);
  }

  /// The figures of the models.
  MultiCollector models() {
    return ModelServer.metrics(models);
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    if (registry.isPresent() && Registry.takes(request.rawPath())) {
      registry.get().handle(request, response);
      return;
    }
    if (katib.isPresent() && katib.get().takes(request.rawPath())) {
      katib.get().handle(request, response);
      return;
    }
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    byte[] body =
        switch (request.rawPath()) {
          case "/" -> Own.isNamed(request.authority()) ? WELCOME : new byte[0];
          case "/healthz", "/livez", "/readyz" -> OK;
          default -> new byte[0];
        };
    if (reads && request.rawPath().equals("/metrics") && metrics.isPresent()) {
      metrics.get().handle(request, response);
      return;
    }
    if (!reads || body.length == 0) {
      serving.handle(request, response);
      return;
    }
    response.header("content-type", "text/plain; charset=utf-8").send(body);
  }

  @Override
  public void close() {
    models.close();
  }
}
