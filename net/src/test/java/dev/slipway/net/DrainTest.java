package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A server that says goodbye, and clients that take their time.
@Timeout(60)
class DrainTest {
  private static final ServerSettings CLEAR = ServerSettings.of("127.0.0.1", 0);
  private static final String ASK = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

  private static CompletableFuture<Boolean> draining(HttpServer server, Duration bound) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return server.drain(bound);
          } catch (InterruptedException problem) {
            throw new IllegalStateException(problem);
          }
        });
  }

  private static void awaitRefusal(HttpServer server) {
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> new RawClient(server).close())
                    .isInstanceOf(IOException.class));
  }

  @Test
  void answersOldConnectionsUntilTheirClientsLeave() throws Exception {
    var begun = new CountDownLatch(1);
    var finish = new CountDownLatch(1);
    Handler slow =
        (request, response) -> {
          if (request.rawPath().equals("/slow")) {
            begun.countDown();
            finish.await();
          }
          response.send(Handlers.utf8("done"));
        };
    try (var server = HttpServer.start(CLEAR, slow);
        var busy = new RawClient(server);
        var idle = new RawClient(server)) {
      idle.send(ASK);
      assertThat(idle.read().header("connection")).isEmpty();
      busy.send("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
      begun.await();
      var drained = draining(server, Duration.ofSeconds(30));
      awaitRefusal(server);
      idle.send(ASK);
      var last = idle.read();
      assertThat(last.body()).isEqualTo("done");
      assertThat(last.header("connection")).isEqualTo("close");
      assertThat(idle.ended()).isTrue();
      assertThat(drained.isDone()).isFalse();
      finish.countDown();
      var answer = busy.read();
      assertThat(answer.body()).isEqualTo("done");
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void closesQuietConnections() throws Exception {
    try (var server = HttpServer.start(CLEAR, Handlers.TELL);
        var silent = new RawClient(server);
        var idle = new RawClient(server)) {
      idle.send(ASK);
      assertThat(idle.read().status()).isEqualTo(200);
      assertThat(server.drain(Duration.ofSeconds(30))).isTrue();
      assertThat(idle.ended()).isTrue();
      assertThat(silent.ended()).isTrue();
    }
  }

  @Test
  void saysIfSomeDidNotEnd() throws Exception {
    BlockingQueue<String> events = new ArrayBlockingQueue<>(2);
    Handler stuck =
        (request, response) -> {
          var left = new CountDownLatch(1);
          response.onClose(left::countDown);
          events.add("begun");
          left.await();
        };
    try (var server = HttpServer.start(CLEAR, stuck);
        var client = new RawClient(server)) {
      client.send(ASK);
      assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("begun");
      assertThat(server.drain(Duration.ofMillis(10))).isFalse();
      server.close(Duration.ZERO);
      assertThat(client.ended()).isTrue();
    }
  }
}
