package dev.slipway.dataplane.gateway;

import dev.slipway.autoscaling.LoadMeters;
import dev.slipway.dataplane.gateway.Upstream.Endpoint;
import dev.slipway.dataplane.gateway.Upstream.Wire;
import dev.slipway.net.Forwarder;
import dev.slipway.net.ForwarderSettings;
import dev.slipway.net.Handler;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A gateway on a port of its own, and a client for it.
final class Serving implements AutoCloseable {
  final LocalEndpoints local = new LocalEndpoints();
  final LoadMeters meters = new LoadMeters();
  final List<String> wanted = new CopyOnWriteArrayList<>();
  final Forwarder forwarder = new Forwarder(ForwarderSettings.standard());
  final Gateway gateway;
  final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Serving() {
    this(GatewaySettings.standard());
  }

  Serving(GatewaySettings settings) {
    gateway =
        new Gateway(
            settings,
            new GatewayDoors(
                local,
                forwarder,
                meters,
                wanted::add,
                (_, response) -> response.status(404).send(new byte[0])));
    server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), gateway, gateway);
  }

  /// A server elsewhere.
  static HttpServer elsewhere(Handler handler) {
    return HttpServer.start(ServerSettings.of("127.0.0.1", 0), handler);
  }

  static Endpoint at(HttpServer server) {
    return new Endpoint(new InetSocketAddress("127.0.0.1", server.port()), "default/pod");
  }

  static Upstream upstream(String key, int concurrency, Endpoint... endpoints) {
    return new Upstream(key, Wire.HTTP1, concurrency, true, List.of(endpoints), false);
  }

  /// Sends everything of any host to one upstream.
  void route(String upstream) {
    gateway.routes(Tables.one("*", Tables.rule("all", Tables.to(upstream))));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString()).join();
  }

  HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  @Override
  public void close() {
    client.close();
    gateway.close();
    server.close();
    forwarder.close();
  }
}
