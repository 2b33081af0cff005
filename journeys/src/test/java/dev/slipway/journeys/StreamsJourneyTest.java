package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What flows through the gateway to a program in a pod and back, in both directions at once.
final class StreamsJourneyTest {
  private static final GatewayStage STAGE = GatewayStage.get();
  private static final String HOST = "streams.example.com";
  private static final long FLOOD = 96L << 20;

  @BeforeAll
  static void route() {
    STAGE.programsNamespace().apply(GatewayStage.ingress("streams", HOST, "two"));
    STAGE.awaitStatus(200, STAGE.to(HOST, "/name"));
  }

  @Test
  void aWebSocketCarriesMessagesBothWays() throws Exception {
    var received = new LinkedBlockingQueue<String>();
    var socket =
        STAGE
            .http()
            .newWebSocketBuilder()
            .header("host", HOST)
            .buildAsync(STAGE.uri("ws", "/ws"), new Listener(received))
            .join();
    for (var message : new String[] {"one", "x".repeat(50_000), "three"}) {
      socket.sendText(message, true).join();
      assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo(message);
    }
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("closed 1000");
  }

  private static final class Listener implements WebSocket.Listener {
    private final LinkedBlockingQueue<String> received;
    private final StringBuilder message = new StringBuilder();

    Listener(LinkedBlockingQueue<String> received) {
      this.received = received;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        received.add(message.toString());
        message.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      received.add("closed " + status);
      return CompletableFuture.completedStage(null);
    }
  }

  /// The program sends the next event only when the test has read the one before.
  @Test
  void eventsArriveOneByOne() throws Exception {
    var request = STAGE.to(HOST, "/events/next").build();
    var reply = STAGE.http().send(request, BodyHandlers.ofInputStream());
    assertThat(reply.headers().firstValue("content-type")).contains("text/event-stream");
    try (var lines =
        new BufferedReader(new InputStreamReader(reply.body(), StandardCharsets.UTF_8))) {
      for (int event = 0; event < 3; event++) {
        assertThat(lines.readLine()).isEqualTo("data: " + event);
        assertThat(lines.readLine()).isEmpty();
        STAGE.gate().letOne("next");
      }
      assertThat(lines.readLine()).isNull();
    }
  }

  /// Each part of the request is answered before the next is sent.
  @Test
  void aRequestAndItsAnswerFlowAtTheSameTime() throws Exception {
    try (var socket = new Socket()) {
      socket.connect(STAGE.address());
      send(
          socket,
          "POST /lines HTTP/1.1\r\nhost: " + HOST + "\r\ntransfer-encoding: chunked\r\n\r\n");
      var in = new DataInputStream(socket.getInputStream());
      send(socket, "5\r\nfirst\r\n");
      assertThat(line(in)).isEqualTo("HTTP/1.1 200 OK");
      while (!line(in).isEmpty()) {}
      assertThat(chunk(in)).isEqualTo("first");
      for (var part : new String[] {"second", "third"}) {
        send(socket, Integer.toHexString(part.length()) + "\r\n" + part + "\r\n");
        assertThat(chunk(in)).isEqualTo(part);
      }
      send(socket, "0\r\n\r\n");
      assertThat(chunk(in)).isEmpty();
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }

  private static String chunk(DataInputStream in) throws IOException {
    var data = new byte[Integer.parseInt(line(in), 16)];
    in.readFully(data);
    line(in);
    return new String(data, StandardCharsets.US_ASCII);
  }

  /// Who does not read stops the program that writes to it, long before everything is sent; nobody
  /// else notices, and what is read at last is whole.
  @Test
  void aClientThatStallsStopsItsSenderAlone() throws Exception {
    try (var socket = new Socket()) {
      socket.setReceiveBufferSize(64 * 1024);
      socket.connect(STAGE.address());
      send(socket, "GET /flood HTTP/1.1\r\nhost: " + HOST + "\r\nconnection: close\r\n\r\n");
      var in = socket.getInputStream();
      assertThat(line(in)).isEqualTo("HTTP/1.1 200 OK");
      var before = new AtomicLong(-1);
      await()
          .pollInterval(Duration.ofSeconds(1))
          .atMost(GatewayStage.PATIENCE)
          .until(
              () -> {
                long now = flooded();
                return now == before.getAndSet(now);
              });
      assertThat(flooded()).as("taken from the program").isLessThan(FLOOD * 2 / 3);

      assertThat(STAGE.send(STAGE.to(HOST, "/name")).statusCode()).isEqualTo(200);
      while (!line(in).isEmpty()) {}
      assertThat(in.transferTo(java.io.OutputStream.nullOutputStream())).isEqualTo(FLOOD);
    }
  }

  private static long flooded() throws IOException, InterruptedException {
    return Long.parseLong(STAGE.send(STAGE.to(HOST, "/flooded")).body());
  }
}
