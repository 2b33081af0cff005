package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketTest {
  private static final ServerSettings CLEAR = ServerSettings.of("127.0.0.1", 0);
  private static final int MESSAGE_BYTES = 1_000_000;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FINAL = 0x80;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Frame(int opcode, boolean last, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    int closeCode() {
      return ByteBuffer.wrap(payload).getShort();
    }
  }

  private final BlockingQueue<String> ends = new ArrayBlockingQueue<>(10);
  private final HttpServer server =
      HttpServer.start(
          CLEAR,
          new ServerLimits(
              Duration.ofSeconds(30),
              Duration.ofSeconds(30),
              Duration.ofSeconds(30),
              Duration.ofSeconds(2),
              250,
              256 * 1024,
              MESSAGE_BYTES),
          this::echo);

  @AfterEach
  void stop() {
    server.close();
  }

  private void echo(Request request, Response response) throws Exception {
    if (!request.isWebSocket()) {
      response.status(400).send(Handlers.utf8("no WebSocket\n"));
      return;
    }
    var offered = request.webSocketProtocols();
    try (var socket = request.acceptWebSocket(offered.isEmpty() ? "" : offered.getLast())) {
      socket.onClose(() -> ends.add("closed"));
      for (var message = socket.receive(); message.isPresent(); message = socket.receive()) {
        var payload = message.get().payload();
        if (message.get().text()) {
          socket.sendText(payload);
        } else {
          socket.sendBinary(payload, new byte[0]);
        }
      }
      ends.add("received everything");
    }
  }

  private RawClient open() throws Exception {
    var client = new RawClient(server);
    client.send(
        "GET /ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: keep-alive, Upgrade\r\n"
            + "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "sec-websocket-protocol: a, b\r\n\r\n");
    var answer = client.readHead();
    assertThat(answer.status()).isEqualTo(101);
    // The example of RFC 6455, 1.3.
    assertThat(answer.header("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assertThat(answer.header("sec-websocket-protocol")).isEqualTo("b");
    return client;
  }

  private static byte[] frame(int first, byte[] payload) {
    var mask = new byte[] {1, 2, 3, 4};
    var out = new ByteArrayOutputStream();
    out.write(first);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else {
      out.write(0x80 | 127);
      out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
    }
    out.writeBytes(mask);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ mask[i % 4]);
    }
    return out.toByteArray();
  }

  private static byte[] frame(int first, String text) {
    return frame(first, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Frame read(RawClient client) throws Exception {
    var head = client.bytes(2);
    long length = head[1] & 0x7f;
    if (length == 126) {
      length = ByteBuffer.wrap(client.bytes(2)).getShort() & 0xffff;
    } else if (length == 127) {
      length = ByteBuffer.wrap(client.bytes(8)).getLong();
    }
    return new Frame(head[0] & 0xf, (head[0] & FINAL) != 0, client.bytes((int) length));
  }

  @Test
  void echoesMessagesCutAnywhere() throws Exception {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(frame(TEXT, "he"));
    bytes.writeBytes(frame(FINAL | PING, "are you there"));
    bytes.writeBytes(frame(0, "l"));
    bytes.writeBytes(frame(FINAL, "lo"));
    bytes.writeBytes(frame(FINAL | BINARY, new byte[] {0, -1}));
    var all = bytes.toByteArray();
    try (var client = open()) {
      for (int cut = 1; cut < all.length; cut++) {
        client.send(Arrays.copyOf(all, cut));
        client.send(Arrays.copyOfRange(all, cut, all.length));
        var pong = read(client);
        assertThat(pong.opcode()).isEqualTo(PONG);
        assertThat(pong.text()).isEqualTo("are you there");
        assertThat(read(client).text()).isEqualTo("hello");
        assertThat(read(client).payload()).containsExactly(0, -1);
      }
    }
  }

  @Test
  void answersACloseInKindAndEnds() throws Exception {
    try (var client = open()) {
      client.send(frame(FINAL | TEXT, "bye"));
      assertThat(read(client).text()).isEqualTo("bye");
      client.send(frame(FINAL | CLOSE, new byte[] {0x03, (byte) 0xe9}));
      var close = read(client);
      assertThat(close.opcode()).isEqualTo(CLOSE);
      assertThat(close.closeCode()).isEqualTo(1001);
      assertThat(client.ended()).isTrue();
      assertThat(ends.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(ends.poll(10, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void refusesMessagesThatAreTooBig(int fragmented) throws Exception {
    try (var client = open()) {
      if (fragmented == 1) {
        client.send(frame(BINARY, new byte[MESSAGE_BYTES / 2]));
        client.send(frame(0, new byte[MESSAGE_BYTES]));
      } else {
        client.send(frame(FINAL | BINARY, new byte[MESSAGE_BYTES + 1]));
      }
      assertThat(read(client).closeCode()).isEqualTo(1009);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void closesOnFramesAgainstTheRules() throws Exception {
    var unmasked = new byte[] {(byte) (FINAL | TEXT), 1, 'x'};
    var wrongs = new byte[][] {unmasked, frame(FINAL, "no start"), frame(FINAL | 3, "reserved")};
    for (var wrong : wrongs) {
      try (var client = open()) {
        assertThat(read(client.send(wrong)).closeCode()).isEqualTo(1002);
      }
    }
    try (var client = open()) {
      var broken = new byte[] {(byte) 0xc3, (byte) 0x28};
      assertThat(read(client.send(frame(FINAL | TEXT, broken))).closeCode()).isEqualTo(1007);
    }
  }

  @Test
  void wakesTheHandlerWhenThePeerVanishes() throws Exception {
    try (var client = open()) {
      client.reset();
    }
    assertThat(ends.poll(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(ends.poll(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void saysGoingAwayWhenTheServerCloses() throws Exception {
    try (var client = open()) {
      client.send(frame(FINAL | TEXT, "x"));
      assertThat(read(client).text()).isEqualTo("x");
      var closing = new Thread(() -> server.close());
      closing.start();
      assertThat(read(client).closeCode()).isEqualTo(1001);
      client.send(frame(FINAL | CLOSE, new byte[] {0x03, (byte) 0xe9}));
      closing.join();
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void stopsReadingFromAPeerThatDoesNotReadItsEchoes() throws Exception {
    var message = frame(FINAL | BINARY, new byte[900_000]);
    try (var client = open()) {
      var sent = new CountDownLatch(200);
      var sender =
          Thread.startVirtualThread(
              () -> {
                try {
                  while (sent.getCount() > 0) {
                    client.send(message);
                    sent.countDown();
                  }
                } catch (IOException _) {
                  // the test has ended
                }
              });
      assertThat(sent.await(1500, TimeUnit.MILLISECONDS)).isFalse();
      client.reset();
      sender.join();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void talksWithTheJdksClient(boolean tls) throws Exception {
    var authority = new TestAuthority("test");
    var settings = tls ? CLEAR.withTls(authority.server("")) : CLEAR;
    try (var other = HttpServer.start(settings, this::echo);
        var client =
            HttpClient.newBuilder().sslContext(authority.client(Optional.empty())).build()) {
      var listener = new Listener();
      var uri = URI.create((tls ? "wss" : "ws") + "://127.0.0.1:" + other.port() + "/ws");
      var socket = client.newWebSocketBuilder().buildAsync(uri, listener).join();
      var text = "x".repeat(700_000);
      socket.sendText(text, true).join();
      assertThat(listener.whole.get(20, TimeUnit.SECONDS)).isEqualTo(text);
      socket.sendClose(1000, "").join();
      assertThat(listener.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1000);
    }
  }

  @Test
  void answersAPlainRequestPlainly() throws Exception {
    try (var client = new RawClient(server)) {
      client.send("GET /ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(400);
    }
  }

  private static final class Listener implements java.net.http.WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    final CompletableFuture<String> whole = new CompletableFuture<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onText(
        java.net.http.WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        whole.complete(text.toString());
      }
      socket.request(1);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(
        java.net.http.WebSocket socket, int statusCode, String reason) {
      closed.complete(statusCode);
      return CompletableFuture.completedStage(null);
    }
  }
}
