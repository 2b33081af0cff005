package dev.slipway.bench;

import dev.slipway.autoscaling.LoadMeters;
import dev.slipway.dataplane.gateway.Gateway;
import dev.slipway.dataplane.gateway.GatewayDoors;
import dev.slipway.dataplane.gateway.GatewaySettings;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.dataplane.gateway.RouteTable;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Edits;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.Policy;
import dev.slipway.dataplane.gateway.RouteTable.Retries;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import dev.slipway.dataplane.gateway.Upstream;
import dev.slipway.dataplane.model.Engines;
import dev.slipway.dataplane.model.ModelOpener;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.server.ModelServer;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.inference.artifact.ArtifactSettings;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.net.Forwarder;
import dev.slipway.net.ForwarderSettings;
import dev.slipway.net.Handler;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// A gateway with a model in its own process, and beside it the bare network room that answers as
/// many bytes from a virtual thread: the path of a prediction against its ceiling.
///
/// ```text
/// bench/run GatewayServe MODEL port=8091 routes=1000
/// wrk -t1 -c50 -d5s --latency -s post.lua http://127.0.0.1:8091/v2/models/m/infer   # the gateway
/// wrk -t1 -c50 -d5s --latency -s post.lua http://127.0.0.1:8092/                    # the ceiling
/// wrk -t1 -c50 -d5s --latency -s proxy.lua http://127.0.0.1:8091/                   # through to
/// 8092
/// ```
///
/// `post.lua` posts a V2 request with `Host: iris.default.localhost`, `proxy.lua` with
/// `Host: echo.default.localhost`. `routes` further hosts stand in the table.
public final class GatewayServe {
  private static final int ANSWER_BYTES = 150;

  private GatewayServe() {}

  /// Runs until killed.
  ///
  /// @param args the model's file first
  public static void main(String[] args) throws Exception {
    int port = Options.number(args, "port", 8091);
    var local = new LocalEndpoints();
    var model = new InetSocketAddress("127.1.0.1", 8080);
    local.put(model, serving(args[0]));
    var forwarder = new Forwarder(ForwarderSettings.standard());
    var doors =
        new GatewayDoors(
            local,
            forwarder,
            new LoadMeters(),
            _ -> {},
            (_, response) -> response.status(404).send(new byte[0]));
    var gateway = new Gateway(GatewaySettings.standard(), doors);
    gateway.routes(table(Options.number(args, "routes", 0)));
    gateway.upstreams().put(upstream("default/iris", model));
    gateway.upstreams().put(upstream("default/echo", new InetSocketAddress("127.0.0.1", port + 1)));
    Handler echo =
        (request, response) -> {
          request.body(1 << 20);
          response.header("content-type", "application/json").send(new byte[ANSWER_BYTES]);
        };
    try (var front = HttpServer.start(ServerSettings.of("127.0.0.1", port), gateway, gateway);
        var bare = HttpServer.start(ServerSettings.of("127.0.0.1", port + 1), echo)) {
      System.out.println("gateway on " + front.port() + ", bare on " + bare.port());
      new CountDownLatch(1).await();
    }
  }

  private static Handler serving(String file) throws Exception {
    var cache = Files.createTempDirectory("gateway-serve");
    var opener = new ModelOpener(Engines.found(), new Artifacts(ArtifactSettings.at(cache)));
    var models = new Models(opener, Long.MAX_VALUE);
    models.load(ModelSettings.of("m", file)).join();
    return ModelServer.handler(ModelServerSettings.of("127.0.0.1", 0), models);
  }

  private static Upstream upstream(String key, InetSocketAddress address) {
    var endpoint = new Upstream.Endpoint(address, "default/pod");
    return new Upstream(key, Upstream.Wire.HTTP1, 0, true, List.of(endpoint), false);
  }

  private static RouteTable table(int more) {
    Map<String, VirtualHost> hosts = new HashMap<>();
    for (var name : List.of("iris", "echo")) {
      add(hosts, name, "default/" + name);
    }
    for (int i = 0; i < more; i++) {
      add(hosts, "other-" + i, "default/other-" + i);
    }
    return new RouteTable(hosts);
  }

  private static void add(Map<String, VirtualHost> hosts, String name, String upstream) {
    var timeouts =
        new Timeouts(Duration.ofMinutes(5), Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5));
    var forwarding =
        new Forwarding(
            List.of(Backend.of(upstream, 100)),
            Edits.NONE,
            Optional.empty(),
            timeouts,
            Retries.SAFE,
            List.of());
    var rule = new Rule(upstream, Match.ALL, forwarding, Policy.OPEN);
    var host = name + ".default.localhost";
    hosts.put(host, new VirtualHost(host, List.of(rule), Optional.empty()));
  }
}
