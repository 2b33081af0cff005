package dev.slipway.app;

import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.server.ModelServer;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.net.HttpServer;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.net.ServerSettings;
import java.nio.charset.StandardCharsets;

/// The port for everything that is not the Kubernetes API: models over every protocol, and whether
/// the program is there and healthy.
final class FrontDoor implements AutoCloseable {
  private static final byte[] WELCOME =
      """
      Slipway is running.
      The Kubernetes API has its own port; `slipway status` names it.
      """
          .getBytes(StandardCharsets.UTF_8);
  private static final byte[] OK = "ok".getBytes(StandardCharsets.US_ASCII);

  private final String host;
  private final HttpServer server;
  private final Models models;

  /// @param models answered by name; closed with the door
  FrontDoor(String host, int port, Models models) {
    this.host = host;
    this.models = models;
    var serving = ModelServer.handler(ModelServerSettings.of(host, port), models);
    this.server = HttpServer.start(ServerSettings.of(host, port), FrontDoor::answer, serving);
  }

  String url() {
    String shown = host.equals("0.0.0.0") ? "127.0.0.1" : host;
    return "http://" + (shown.indexOf(':') >= 0 ? "[" + shown + "]" : shown) + ":" + server.port();
  }

  /// On the event loop: nothing here takes time.
  private static boolean answer(Request request, Response response) {
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    byte[] body =
        switch (request.rawPath()) {
          case "/" -> WELCOME;
          case "/healthz", "/livez", "/readyz" -> OK;
          default -> new byte[0];
        };
    if (!reads || body.length == 0) {
      return false;
    }
    response.header("content-type", "text/plain; charset=utf-8").send(body);
    return true;
  }

  @Override
  public void close() {
    server.close();
    models.close();
  }
}
