package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A WebSocket on a stream of HTTP/2 (RFC 8441), forwarded to a server of HTTP/1.1; frames are
/// written and read by hand (RFC 9113, 4.1; RFC 7541, 6.2.2).
@Timeout(60)
final class H2WebSocketTest {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int ENABLE_CONNECT_PROTOCOL = 8;
  private static final int INDEXED_STATUS_200 = 0x88;

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Frame(int type, int flags, int stream, byte[] payload) {}

  /// Forwards everything, WebSockets over HTTP/2 too.
  private record Front(Forwarder forwarder, Endpoint endpoint, CompletableFuture<Forwarded> ended)
      implements LoopHandler {
    @Override
    public boolean tryHandle(Request request, Response response) {
      forwarder.forward(request, response, Forward.of(endpoint, request), ended::complete);
      return true;
    }

    @Override
    public boolean forwardsWebSockets() {
      return true;
    }
  }

  private static final Handler ECHO =
      (request, _) -> {
        try (var socket = request.acceptWebSocket("")) {
          var message = socket.receive();
          while (message.isPresent()) {
            socket.sendText(message.get().payload());
            message = socket.receive();
          }
        }
      };

  @Test
  void isATunnelToAServerOfHttp1() throws Exception {
    var ended = new CompletableFuture<Forwarded>();
    try (var elsewhere = HttpServer.start(ServerSettings.of("127.0.0.1", 0), ECHO);
        var forwarder = new Forwarder(ForwarderSettings.standard());
        var server =
            HttpServer.start(
                ServerSettings.of("127.0.0.1", 0), front(forwarder, elsewhere, ended), ECHO);
        var socket = new Socket("127.0.0.1", server.port())) {
      var in = new DataInputStream(socket.getInputStream());
      var out = new ByteArrayOutputStream();
      out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      frame(out, SETTINGS, 0, 0, new byte[0]);
      frame(out, HEADERS, END_HEADERS, 1, connect());
      socket.getOutputStream().write(out.toByteArray());
      assertThat(setting(next(in, SETTINGS), ENABLE_CONNECT_PROTOCOL)).contains(1);
      var answer = next(in, HEADERS);
      assertThat(answer.payload()[0] & 0xff).isEqualTo(INDEXED_STATUS_200);
      assertThat(answer.flags() & END_STREAM).as("the stream stays open").isZero();
      send(socket, text("hello"));
      assertThat(next(in, DATA).payload())
          .as("an unmasked text frame")
          .isEqualTo(new byte[] {(byte) 0x81, 5, 'h', 'e', 'l', 'l', 'o'});
      out.reset();
      frame(out, DATA, END_STREAM, 1, new byte[0]);
      socket.getOutputStream().write(out.toByteArray());
      assertThat(ended.get(30, TimeUnit.SECONDS).end()).isEqualTo(Forwarded.End.COMPLETE);
    }
  }

  /// Leaves everything to the handler, WebSockets over HTTP/2 too.
  private record Announcing() implements LoopHandler {
    @Override
    public boolean tryHandle(Request request, Response response) {
      return false;
    }

    @Override
    public boolean forwardsWebSockets() {
      return true;
    }
  }

  @Test
  void isAcceptedByAHandlerOfThisProcess() throws Exception {
    try (var server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), new Announcing(), ECHO);
        var socket = new Socket("127.0.0.1", server.port())) {
      var in = new DataInputStream(socket.getInputStream());
      opened(socket, in);
      for (var each : new String[] {"hello", "again"}) {
        send(socket, text(each));
        var frame = new ByteArrayOutputStream();
        frame.write(0x81);
        frame.write(each.length());
        frame.writeBytes(each.getBytes(StandardCharsets.US_ASCII));
        assertThat(next(in, DATA).payload()).as("unmasked").isEqualTo(frame.toByteArray());
      }
      send(socket, new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 3, (byte) 0xe8});
      assertThat(next(in, DATA).payload())
          .as("a close frame of the same code")
          .isEqualTo(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8});
      assertThat(flagsOfEnd(in) & END_STREAM).as("the stream ends").isEqualTo(END_STREAM);
    }
  }

  @Test
  void endsWithTheHandlerThatAcceptedIt() throws Exception {
    Handler farewell =
        (request, _) -> {
          try (var socket = request.acceptWebSocket("")) {
            socket.sendText("bye".getBytes(StandardCharsets.US_ASCII));
          }
        };
    try (var server =
            HttpServer.start(ServerSettings.of("127.0.0.1", 0), new Announcing(), farewell);
        var socket = new Socket("127.0.0.1", server.port())) {
      var in = new DataInputStream(socket.getInputStream());
      opened(socket, in);
      var told = new ByteArrayOutputStream();
      while (told.size() < 9) {
        told.writeBytes(next(in, DATA).payload());
      }
      assertThat(told.toByteArray())
          .isEqualTo(new byte[] {(byte) 0x81, 3, 'b', 'y', 'e', (byte) 0x88, 2, 3, (byte) 0xe8});
    }
  }

  private static void opened(Socket socket, DataInputStream in) throws IOException {
    var out = new ByteArrayOutputStream();
    out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(out, SETTINGS, 0, 0, new byte[0]);
    frame(out, HEADERS, END_HEADERS, 1, connect());
    socket.getOutputStream().write(out.toByteArray());
    assertThat(setting(next(in, SETTINGS), ENABLE_CONNECT_PROTOCOL)).contains(1);
    assertThat(next(in, HEADERS).payload()[0] & 0xff).isEqualTo(INDEXED_STATUS_200);
  }

  /// Of the frame of data without bytes that ends the stream.
  private static int flagsOfEnd(DataInputStream in) throws IOException {
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      in.skipNBytes(4 + length);
      if (type == DATA) {
        return flags;
      }
    }
  }

  private static Front front(
      Forwarder forwarder, HttpServer elsewhere, CompletableFuture<Forwarded> ended) {
    return new Front(forwarder, Endpoint.http1(Relay.local(elsewhere.port())), ended);
  }

  @Test
  void isNotAnnouncedWhereNothingIsForwarded() throws Exception {
    try (var server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), ECHO);
        var socket = new Socket("127.0.0.1", server.port())) {
      var out = new ByteArrayOutputStream();
      out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      frame(out, SETTINGS, 0, 0, new byte[0]);
      socket.getOutputStream().write(out.toByteArray());
      var in = new DataInputStream(socket.getInputStream());
      assertThat(setting(next(in, SETTINGS), ENABLE_CONNECT_PROTOCOL)).isEmpty();
    }
  }

  private static byte[] connect() {
    var block = new ByteArrayOutputStream();
    field(block, ":method", "CONNECT");
    field(block, ":protocol", "websocket");
    field(block, ":scheme", "http");
    field(block, ":path", "/chat");
    field(block, ":authority", "example.com");
    field(block, "sec-websocket-version", "13");
    return block.toByteArray();
  }

  /// A literal without indexing, its name written out.
  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    for (var each : new String[] {name, value}) {
      block.write(each.length());
      block.writeBytes(each.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /// A masked text frame with a mask of zeros (RFC 6455, 5.2).
  private static byte[] text(String text) {
    var frame = new ByteArrayOutputStream();
    frame.write(0x81);
    frame.write(0x80 | text.length());
    frame.writeBytes(new byte[4]);
    frame.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    return frame.toByteArray();
  }

  private static void send(Socket socket, byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    frame(out, DATA, 0, 1, bytes);
    socket.getOutputStream().write(out.toByteArray());
  }

  private static void frame(
      ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
    out.write(payload.length >> 16);
    out.write(payload.length >> 8);
    out.write(payload.length);
    out.write(type);
    out.write(flags);
    out.writeBytes(new byte[] {0, 0, 0, (byte) stream});
    out.writeBytes(payload);
  }

  /// The next frame of a type that has something in it; others are passed over.
  private static Frame next(DataInputStream in, int type) throws IOException {
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int found = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      var payload = in.readNBytes(length);
      if (found == type && length > 0) {
        return new Frame(found, flags, stream, payload);
      }
    }
  }

  private static Optional<Integer> setting(Frame settings, int wanted) {
    var bytes = settings.payload();
    for (int i = 0; i + 6 <= bytes.length; i += 6) {
      if (bytes[i + 1] == wanted) {
        return Optional.of((int) bytes[i + 5]);
      }
    }
    return Optional.empty();
  }
}
