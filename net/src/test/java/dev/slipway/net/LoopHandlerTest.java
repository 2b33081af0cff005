package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Requests that are answered on the event loop.
@Timeout(60)
class LoopHandlerTest {
  private static final ServerSettings CLEAR = ServerSettings.of("127.0.0.1", 0);
  private static final LoopHandler PROBES =
      (request, response) ->
          switch (request.rawPath()) {
            case "/ready" -> {
              response.header("content-type", "text/plain").send(Handlers.utf8("ready"));
              yield true;
            }
            case "/reads" -> {
              response.send(request.body(10));
              yield true;
            }
            case "/large" -> {
              response.send(new byte[3_000_000]);
              yield true;
            }
            default -> false;
          };

  private static String ask(HttpServer server, HttpClient.Version version, String path, String body)
      throws Exception {
    try (var client = HttpClient.newBuilder().version(version).build()) {
      var uri = URI.create("http://127.0.0.1:" + server.port() + path);
      var request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body)).build();
      var answer = client.send(request, BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void answersWhileEveryOtherThreadIsBusy(HttpClient.Version version) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    var busy = new CountDownLatch(cores);
    var stop = new CountDownLatch(1);
    Handler computing =
        (request, response) -> {
          busy.countDown();
          while (stop.getCount() > 0) { // a virtual thread that never gives its carrier back
            Thread.onSpinWait();
          }
          response.send(Handlers.utf8("done"));
        };
    try (var server = HttpServer.start(CLEAR, PROBES, computing)) {
      var workers = new RawClient[cores];
      for (int i = 0; i < cores; i++) {
        workers[i] = new RawClient(server).send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
      }
      busy.await();
      assertThat(ask(server, version, "/ready", "ignored")).isEqualTo("200 ready");
      stop.countDown();
      for (var worker : workers) {
        assertThat(worker.read().body()).isEqualTo("done");
        worker.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void leavesTheRestToTheHandler(HttpClient.Version version) throws Exception {
    try (var server = HttpServer.start(CLEAR, PROBES, Handlers.ECHO)) {
      assertThat(ask(server, version, "/echo", "body")).isEqualTo("200 body");
      assertThat(ask(server, version, "/large", "x")).hasSize(3_000_004);
      assertThat(ask(server, version, "/reads", "x")).isEqualTo("500 internal server error\n");
    }
  }

  @Test
  void goesOnWithTheConnection() throws Exception {
    try (var server = HttpServer.start(CLEAR, PROBES, Handlers.ECHO);
        var client = new RawClient(server)) {
      var probe = "POST /ready HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nbody";
      var echo = "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nbody";
      client.send((probe + echo).repeat(500));
      for (int i = 0; i < 500; i++) {
        assertThat(client.read().body()).isEqualTo("ready");
        assertThat(client.read().body()).isEqualTo("body");
      }
      assertThat(server.counters().openConnections()).isEqualTo(1);
    }
  }

  @Test
  void countsAsARequestServed() throws Exception {
    var server = HttpServer.start(CLEAR, PROBES, Handlers.ECHO);
    try (var client = new RawClient(server)) {
      client.send("GET /ready HTTP/1.1\r\nhost: x\r\n\r\n");
      client.read();
    }
    server.close();
    assertThat(server.counters().requestsServed()).isEqualTo(1);
    assertThat(server.counters().requestsInFlight()).isZero();
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void mayAnswerLaterFromElsewhere(HttpClient.Version version) throws Exception {
    LoopHandler later =
        (_, response) -> {
          response.defer();
          Thread.startVirtualThread(() -> response.status(202).send(Handlers.utf8("later")));
          return true;
        };
    try (var server = HttpServer.start(CLEAR, later, Handlers.ECHO)) {
      for (int i = 0; i < 20; i++) {
        assertThat(ask(server, version, "/", "ignored")).isEqualTo("202 later");
      }
      assertThat(server.counters().requestsInFlight()).isZero();
    }
  }
}
