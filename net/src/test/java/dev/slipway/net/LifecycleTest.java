package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that are slow, leave, or never speak; servers that close.
@Timeout(60)
class LifecycleTest {
  private static final ServerSettings CLEAR = ServerSettings.of("127.0.0.1", 0);

  /// Far above what sockets and windows hold, far below what is sent.
  private static final long HELD_BYTES = 96L * 1024 * 1024;

  private static final long SENT_BYTES = 1024L * 1024 * 1024;

  private final BlockingQueue<String> events = new ArrayBlockingQueue<>(100);

  private String nextEvent() throws InterruptedException {
    return Optional.ofNullable(events.poll(30, TimeUnit.SECONDS)).orElse("nothing happened");
  }

  private static HttpRequest get(HttpServer server, boolean tls) {
    var scheme = tls ? "https" : "http";
    return HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + server.port() + "/"))
        .build();
  }

  private Handler endless(AtomicLong written) {
    return (request, response) -> {
      var piece = new byte[100_000];
      response.onClose(() -> events.add("closed"));
      try {
        while (written.get() < SENT_BYTES) {
          response.write(piece);
          written.addAndGet(piece.length);
        }
      } catch (Response.ClientGoneException gone) {
        events.add("gone");
        throw gone;
      }
    };
  }

  private static void awaitStandstill(AtomicLong count) {
    var before = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(30))
        .until(() -> count.get() > 0 && before.getAndSet(count.get()) == count.get());
  }

  @Test
  void holdsLittleForAClientThatDoesNotRead() throws Exception {
    var written = new AtomicLong();
    try (var server = HttpServer.start(CLEAR, endless(written))) {
      try (var client = new RawClient(server)) {
        client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
        awaitStandstill(written);
        assertThat(written.get()).isLessThan(HELD_BYTES);
        client.reset();
      }
      assertThat(List.of(nextEvent(), nextEvent())).containsExactlyInAnyOrder("closed", "gone");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void holdsLittleForAnHttp2ClientThatDoesNotRead(boolean tls) throws Exception {
    var authority = new TestAuthority("test");
    var written = new AtomicLong();
    var settings = tls ? CLEAR.withTls(authority.server("")) : CLEAR;
    try (var server = HttpServer.start(settings, endless(written))) {
      var client = HttpClient.newBuilder().sslContext(authority.client(Optional.empty())).build();
      var answer = client.send(get(server, tls), BodyHandlers.ofInputStream());
      awaitStandstill(written);
      assertThat(written.get()).isLessThan(HELD_BYTES);
      answer.body().close(); // resets the stream
      assertThat(List.of(nextEvent(), nextEvent())).containsExactlyInAnyOrder("closed", "gone");
      client.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
  void streamsBodiesLargerThanAnyBuffer(HttpClient.Version version) throws Exception {
    Handler counting =
        (request, response) -> {
          long total = 0;
          var piece = new byte[64 * 1024];
          var body = request.bodyStream();
          for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
            total += count;
          }
          response.send(Handlers.utf8(Long.toString(total)));
        };
    try (var server = HttpServer.start(CLEAR, counting);
        var client = HttpClient.newBuilder().version(version).build()) {
      int pieces = 1000;
      var piece = new byte[100_000];
      var request =
          HttpRequest.newBuilder(get(server, false).uri())
              .POST(BodyPublishers.ofByteArrays(Collections.nCopies(pieces, piece)));
      var answer = client.send(request.build(), BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo(Long.toString((long) pieces * piece.length));
    }
  }

  @Test
  void stopsReadingABodyNobodyReads() throws Exception {
    var finish = new CountDownLatch(1);
    Handler idle =
        (request, response) -> {
          finish.await();
          response.send(new byte[0]);
        };
    try (var server = HttpServer.start(CLEAR, idle);
        var client = new RawClient(server)) {
      client.send("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: " + Long.MAX_VALUE + "\r\n\r\n");
      var sent = new AtomicLong();
      Thread.startVirtualThread(
          () -> {
            var piece = new byte[100_000];
            try {
              while (true) {
                client.send(piece);
                sent.addAndGet(piece.length);
              }
            } catch (IOException _) {
              events.add("cut");
            }
          });
      awaitStandstill(sent);
      assertThat(sent.get()).isLessThan(HELD_BYTES);
      finish.countDown();
      assertThat(nextEvent()).isEqualTo("cut");
    }
  }

  @Test
  void wakesABlockedBodyReaderWhenTheClientLeaves() throws Exception {
    Handler reading =
        (request, response) -> {
          try {
            request.body(100_000);
          } catch (Response.ClientGoneException gone) {
            events.add("gone");
            throw gone;
          }
        };
    Handler streaming =
        (request, response) -> {
          try {
            request.bodyStream().readAllBytes();
          } catch (IOException problem) {
            events.add(String.valueOf(problem.getMessage()));
            throw problem;
          }
        };
    for (var handler : new Handler[] {reading, streaming}) {
      try (var server = HttpServer.start(CLEAR, handler)) {
        for (boolean reset : new boolean[] {true, false}) {
          try (var client = new RawClient(server)) {
            client.send("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\nhalf");
            if (reset) {
              client.reset();
            }
          }
          assertThat(nextEvent()).contains("gone");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
  void tellsAWaitingHandlerAtOnceThatTheClientLeft(HttpClient.Version version) throws Exception {
    var authority = new TestAuthority("test");
    Handler waiting =
        (request, response) -> {
          var left = new CountDownLatch(1);
          response.onClose(left::countDown);
          response.flush();
          left.await();
          events.add("left");
          assertThat(response.closed()).isTrue();
          assertThatThrownBy(() -> response.write(new byte[1]))
              .isInstanceOf(Response.ClientGoneException.class);
          events.add("checked");
        };
    try (var server = HttpServer.start(CLEAR.withTls(authority.server("")), waiting)) {
      var client =
          HttpClient.newBuilder()
              .version(version)
              .sslContext(authority.client(Optional.empty()))
              .build();
      var answer = client.send(get(server, true), BodyHandlers.ofInputStream());
      answer.body().close();
      assertThat(nextEvent()).isEqualTo("left");
      assertThat(nextEvent()).isEqualTo("checked");
      client.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
  void finishesWhatIsUnderWayWhenItCloses(HttpClient.Version version) throws Exception {
    var finish = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    Handler slow =
        (request, response) -> {
          begun.countDown();
          finish.await();
          response.send(Handlers.utf8("done"));
        };
    var client = HttpClient.newBuilder().version(version).build();
    var server = HttpServer.start(CLEAR, slow);
    var answer = client.sendAsync(get(server, false), BodyHandlers.ofString());
    begun.await();
    try (var idle = new RawClient(server)) {
      await().until(() -> server.counters().openConnections() == 2);
      var closing = CompletableFuture.runAsync(() -> server.close(Duration.ofSeconds(30)));
      assertThat(idle.ended()).isTrue();
      assertThatThrownBy(() -> new RawClient(server).close()).isInstanceOf(IOException.class);
      assertThat(closing.isDone()).isFalse();
      finish.countDown();
      assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("done");
      closing.get(20, TimeUnit.SECONDS);
    }
    client.shutdownNow();
  }

  @Test
  void cutsWhatDoesNotFinishInTime() throws Exception {
    Handler stuck =
        (request, response) -> {
          var left = new CountDownLatch(1);
          response.onClose(left::countDown);
          events.add("begun");
          left.await();
          events.add("cut");
        };
    var server = HttpServer.start(CLEAR, stuck);
    try (var client = new RawClient(server)) {
      client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(nextEvent()).isEqualTo("begun");
      server.close(Duration.ofMillis(100));
      assertThat(nextEvent()).isEqualTo("cut");
      assertThat(client.ended()).isTrue();
    }
  }

  private static ServerLimits withTimes(Duration head, Duration body) {
    var limits = ServerLimits.standard();
    return new ServerLimits(
        head,
        body,
        limits.writeTime(),
        limits.lingerTime(),
        limits.maxStreams(),
        limits.maxDiscardBytes(),
        limits.maxMessageBytes());
  }

  private static ServerSettings withIdleTime(Duration idle, int connections) {
    return new ServerSettings("127.0.0.1", 0, Optional.empty(), 8192, idle, connections);
  }

  @Test
  void closesIdleConnectionsButNotBusyOnes() throws Exception {
    Handler slow =
        (request, response) -> {
          if (request.rawPath().equals("/slow")) {
            events.poll(600, TimeUnit.MILLISECONDS);
          }
          response.send(Handlers.utf8("ok"));
        };
    try (var server = HttpServer.start(withIdleTime(Duration.ofMillis(200), 10), slow);
        var client = new RawClient(server)) {
      client.send("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(client.read().body()).isEqualTo("ok");
      assertThat(client.ended()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "P", "GET / HT", "GET / HTTP/1.1\r\nhost: x\r\nslow:"})
  void closesConnectionsThatNeverFinishAHead(String begun) throws Exception {
    var limits = withTimes(Duration.ofMillis(300), Duration.ofSeconds(30));
    var settings = withIdleTime(Duration.ofMillis(200), 10);
    try (var server = HttpServer.start(settings, limits, Handlers.TELL);
        var client = new RawClient(server)) {
      client.send(begun);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void limitsTheHeadOfALaterRequestToo() throws Exception {
    var limits = withTimes(Duration.ofMillis(300), Duration.ofSeconds(30));
    // The sweep comes often because the idle time is short; a begun head outlives the idle time.
    var settings = withIdleTime(Duration.ofMillis(200), 10);
    try (var server = HttpServer.start(settings, limits, Handlers.TELL);
        var client = new RawClient(server)) {
      client.send("GET /a HTTP/1.1\r\nhost: x\r\n\r\nGET /b HT");
      assertThat(client.read().body()).isEqualTo("GET /a");
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void givesUpOnABodyThatStalls() throws Exception {
    var limits = withTimes(Duration.ofSeconds(30), Duration.ofMillis(200));
    try (var server = HttpServer.start(CLEAR, limits, Handlers.ECHO);
        var client = new RawClient(server)) {
      client.send("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf");
      assertThat(client.read().status()).isEqualTo(408);
    }
  }

  @Test
  void startsTheHandlerOfASmallBodyWhenItIsWhole() throws Exception {
    Handler noting =
        (request, response) -> {
          events.add("begun");
          response.send(request.body(100));
        };
    try (var server = HttpServer.start(CLEAR, noting);
        var client = new RawClient(server)) {
      client.send("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 8\r\n\r\nhalf");
      client.send("full");
      assertThat(client.read().body()).isEqualTo("halffull");
      client.send("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 8\r\n\r\nhalf");
      client.closeSending();
      assertThat(client.ended()).isTrue();
      assertThat(events).hasSize(1);
    }
  }

  @Test
  void refusesConnectionsAboveTheLimit() throws Exception {
    var clients = new ArrayList<RawClient>();
    try (var server = HttpServer.start(withIdleTime(Duration.ofMinutes(1), 3), Handlers.TELL)) {
      for (int i = 0; i < 3; i++) {
        clients.add(new RawClient(server));
      }
      try (var fourth = new RawClient(server)) {
        assertThat(fourth.ended()).isTrue();
      }
      assertThat(server.counters().refusedConnections()).isEqualTo(1);
      clients.removeFirst().close();
      await().until(() -> server.counters().openConnections() == 2);
      try (var next = new RawClient(server)) {
        next.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
        assertThat(next.read().status()).isEqualTo(200);
      }
      for (var client : clients) {
        client.close();
      }
    }
  }
}
