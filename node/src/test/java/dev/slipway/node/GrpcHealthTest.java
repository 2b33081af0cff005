package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import dev.slipway.net.grpc.GrpcHandler;
import dev.slipway.net.grpc.GrpcMethods;
import dev.slipway.net.grpc.HealthService;
import dev.slipway.net.grpc.HealthService.Serving;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// `grpc` probes against a server as gRPC's libraries have it.
final class GrpcHealthTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static HttpServer server(GrpcMethods methods) {
    return HttpServer.start(
        ServerSettings.of("127.0.0.1", 0),
        new GrpcHandler(methods, GrpcHandler.DEFAULT_MESSAGE_BYTES));
  }

  private static Optional<String> problem(int port, String service) throws IOException {
    return GrpcHealth.problem(new InetSocketAddress("127.0.0.1", port), service, TIMEOUT);
  }

  @Test
  void onlyAServiceThatServesIsWell() throws IOException {
    var health = new HealthService();
    health.set("ready", Serving.SERVING);
    health.set("starting", Serving.NOT_SERVING);
    try (var server = server(health.methods())) {
      assertThat(problem(server.port(), "")).isEmpty();
      assertThat(problem(server.port(), "ready")).isEmpty();
      assertThat(problem(server.port(), "starting"))
          .contains("service unhealthy (responded with \"NOT_SERVING\")");
      assertThat(problem(server.port(), "nobody"))
          .hasValueSatisfying(why -> assertThat(why).contains("NOT_FOUND", "nobody"));
    }
  }

  @Test
  void anOpenPortIsNotEnough() throws IOException {
    try (var server = server(GrpcMethods.none())) {
      assertThat(problem(server.port(), ""))
          .hasValueSatisfying(
              why -> assertThat(why).contains("does not implement the grpc health protocol"));
    }
    try (var silent = new ServerSocket(0)) {
      var at = new InetSocketAddress("127.0.0.1", silent.getLocalPort());
      assertThat(GrpcHealth.problem(at, "", Duration.ofMillis(300)))
          .hasValueSatisfying(why -> assertThat(why).startsWith("timeout: health rpc"));
    }
  }

  @Test
  void nobodyThereIsSaid() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }

    assertThat(problem(port, ""))
        .hasValueSatisfying(why -> assertThat(why).startsWith("error: failed to connect service"));
  }
}
