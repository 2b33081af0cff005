package dev.slipway.app;

import dev.slipway.net.HttpServer;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.net.ServerSettings;
import java.nio.charset.StandardCharsets;

/// The port for everything that is not the Kubernetes API; says that it is there and healthy.
final class FrontDoor implements AutoCloseable {
  private static final byte[] WELCOME =
      """
      Slipway is running.
      The Kubernetes API has its own port; `slipway status` names it.
      """
          .getBytes(StandardCharsets.UTF_8);
  private static final byte[] OK = "ok".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING =
      "nothing is served under this path\n".getBytes(StandardCharsets.US_ASCII);

  private final String host;
  private final HttpServer server;

  FrontDoor(String host, int port) {
    this.host = host;
    this.server = HttpServer.start(ServerSettings.of(host, port), FrontDoor::answer);
  }

  String url() {
    String shown = host.equals("0.0.0.0") ? "127.0.0.1" : host;
    return "http://" + (shown.indexOf(':') >= 0 ? "[" + shown + "]" : shown) + ":" + server.port();
  }

  private static void answer(Request request, Response response) {
    response.header("content-type", "text/plain; charset=utf-8");
    switch (request.rawPath()) {
      case "/" -> response.send(WELCOME);
      case "/healthz", "/livez", "/readyz" -> response.send(OK);
      default -> response.status(404).send(NOTHING);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
