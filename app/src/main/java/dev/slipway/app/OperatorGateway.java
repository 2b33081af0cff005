package dev.slipway.app;

import dev.slipway.control.Cluster;
import dev.slipway.controllers.knative.KnativeAutoscaler;
import dev.slipway.dataplane.gateway.GatewaySettings;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.dataplane.gateway.MetricsPage;
import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.routes.RouteFeed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;

/// The gateway of an operator that leads: sends requests on to pods at their own addresses, holds
/// those for services at zero until a pod is there, and has revisions scaled by what it sees.
final class OperatorGateway implements AutoCloseable {
  private static final Duration LAST_CALLS = Duration.ofSeconds(2);

  private final Entrance entrance;
  private final RouteFeed routes;
  private final KnativeAutoscaler autoscaler;

  private OperatorGateway(Entrance entrance, Cluster cluster, InstantSource clock) {
    this.entrance = entrance;
    this.routes = entrance.routes(cluster);
    this.autoscaler = entrance.autoscaler(cluster, clock);
  }

  /// @throws java.io.UncheckedIOException if the port is taken
  static OperatorGateway start(
      Cluster cluster, String bind, int port, GatewaySettings settings, InstantSource clock) {
    var door = new Door();
    var entrance = new Entrance(bind, port, settings, new LocalEndpoints(), door);
    door.metrics = new MetricsPage(entrance.metrics());
    var made = new OperatorGateway(entrance, cluster, clock);
    made.routes.start();
    made.autoscaler.start();
    return made;
  }

  int port() {
    return entrance.port();
  }

  @Override
  public void close() {
    autoscaler.close();
    routes.close();
    entrance.close(LAST_CALLS);
  }

  /// What no route takes.
  private static final class Door implements Handler {
    private volatile Handler metrics = Door::unknown;

    @Override
    public void handle(Request request, Response response) throws Exception {
      switch (request.rawPath()) {
        case "/healthz", "/livez", "/readyz" -> text(response, 200, "ok");
        case "/metrics" -> metrics.handle(request, response);
        default -> unknown(request, response);
      }
    }

    private static void unknown(Request request, Response response) {
      text(response, 404, "no service answers at " + request.header("host") + "\n");
    }

    private static void text(Response response, int status, String words) {
      response
          .status(status)
          .header("content-type", "text/plain; charset=utf-8")
          .send(words.getBytes(StandardCharsets.UTF_8));
    }
  }
}
