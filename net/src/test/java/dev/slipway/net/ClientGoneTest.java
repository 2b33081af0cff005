package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Handlers that compute while their clients leave.
@Timeout(60)
class ClientGoneTest {
  private static final ServerSettings CLEAR = ServerSettings.of("127.0.0.1", 0);
  private static final String POST = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nbody";

  private final CountDownLatch computing = new CountDownLatch(1);
  private final CountDownLatch told = new CountDownLatch(1);
  private final AtomicInteger times = new AtomicInteger();

  /// Computes, with the body read, until it is told to stop.
  private final Handler compute =
      (request, response) -> {
        if (request.method().equals("HEAD")) {
          response.send(new byte[0]);
          return;
        }
        assertThat(request.body(10)).hasSize(4);
        response.onClose(
            () -> {
              times.incrementAndGet();
              told.countDown();
            });
        computing.countDown();
        while (!response.closed()) {
          Thread.onSpinWait();
        }
        told.await();
        response.send(Handlers.utf8("nobody reads this"));
      };

  private void awaitTold() throws InterruptedException {
    assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void areToldOfAReset() throws Exception {
    try (var server = HttpServer.start(CLEAR, compute);
        var client = new RawClient(server)) {
      client.send(POST);
      computing.await();
      client.reset();
      awaitTold();
    }
    assertThat(times).hasValue(1);
  }

  @Test
  void areToldOfAnOrderlyClose() throws Exception {
    try (var server = HttpServer.start(CLEAR, compute)) {
      try (var client = new RawClient(server)) {
        client.send(POST);
        computing.await();
      }
      awaitTold();
    }
    assertThat(times).hasValue(1);
  }

  @Test
  void areToldOfAHalfCloseAndMayStillAnswer() throws Exception {
    try (var server = HttpServer.start(CLEAR, compute);
        var client = new RawClient(server)) {
      client.send(POST);
      computing.await();
      client.closeSending();
      awaitTold();
      assertThat(client.read().body()).isEqualTo("nobody reads this");
    }
    assertThat(times).hasValue(1);
  }

  @Test
  void areToldOfAStreamReset() throws Exception {
    try (var server = HttpServer.start(CLEAR, compute);
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      var uri = URI.create("http://127.0.0.1:" + server.port() + "/");
      var request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("body")).build();
      // The first exchange of a clear-text connection upgrades; a stream of its own follows.
      var warm = HttpRequest.newBuilder(uri).method("HEAD", BodyPublishers.noBody()).build();
      client.send(warm, BodyHandlers.discarding());
      var answer = client.sendAsync(request, BodyHandlers.ofString());
      computing.await();
      answer.cancel(true);
      awaitTold();
      assertThat(server.counters().openConnections()).isEqualTo(1);
    }
    assertThat(times).hasValue(1);
  }
}
