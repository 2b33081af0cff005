package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests on their way through one server to another.
@Timeout(60)
class ForwarderTest {
  private static final ServerSettings CLEAR = ServerSettings.of("127.0.0.1", 0);
  private final BlockingQueue<Forwarded> ended = new ArrayBlockingQueue<>(10_000);

  private static Endpoint h1(HttpServer server) {
    return Endpoint.http1(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
  }

  private HttpServer proxy(Forwarder forwarder, Endpoint endpoint, UnaryOperator<Forward> how) {
    return HttpServer.start(
        CLEAR,
        (request, response) -> {
          forwarder.forward(
              request, response, how.apply(Forward.of(endpoint, request)), ended::add);
          return true;
        },
        (_, _) -> {});
  }

  private Forwarded next() throws InterruptedException {
    return Optional.ofNullable(ended.poll(30, TimeUnit.SECONDS)).orElseThrow();
  }

  @Test
  void passesRequestsAndAnswersOn() throws Exception {
    try (var upstream = HttpServer.start(CLEAR, Handlers.ECHO);
        var forwarder = new Forwarder(ForwarderSettings.standard());
        var proxy = proxy(forwarder, h1(upstream), how -> how);
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int i = 0; i < 100; i++) {
        var body = "x".repeat(i * 1000);
        var request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + "/a?b=c"))
                .POST(BodyPublishers.ofString(body))
                .build();
        var answer = client.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(body);
        var how = next();
        assertThat(how.end()).isEqualTo(Forwarded.End.COMPLETE);
        assertThat(how.requestBytes()).isEqualTo(body.length());
        assertThat(how.responseBytes()).isEqualTo(body.length());
      }
      assertThat(upstream.counters().acceptedConnections()).isEqualTo(1);
    }
  }
}
