package dev.slipway.app;

import dev.slipway.base.Json;
import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.codec.proto.ProtoWriter;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The calls of the demo, as small as they can be: one connection each, the host of the service in
/// the
/// head, so that no name need be resolved.
///
/// @param gateway where the platform answers
/// @param host of the service: `iris.default.localhost`
record DemoCalls(InetSocketAddress gateway, String host, String model) {
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /// The flowers asked about: one of each kind.
  static final double[][] FLOWERS = {
    {5.1, 3.5, 1.4, 0.2}, {5.0, 2.0, 3.5, 1.0}, {6.3, 3.3, 6.0, 2.5}
  };

  String body() {
    var request = Json.object();
    var input = request.putArray("inputs").addObject();
    input.put("name", "x").put("datatype", "FP64");
    input.putArray("shape").add(FLOWERS.length).add(FLOWERS[0].length);
    var data = input.putArray("data");
    for (var flower : FLOWERS) {
      for (double each : flower) {
        data.add(each);
      }
    }
    return request.toString();
  }

  /// One V2 request over HTTP/1.1 on its own connection.
  ///
  /// @return the classes
  /// @throws IOException if it is not answered with 200
  List<Long> http() throws IOException {
    try (var client = new Connection(connect())) {
      return client.predict();
    }
  }

  /// A connection that is kept: for the load.
  Connection open() throws IOException {
    return new Connection(connect());
  }

  private Socket connect() throws IOException {
    var socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(gateway, TIMEOUT_MILLIS);
    return socket;
  }

  /// One HTTP/1.1 connection.
  final class Connection implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final byte[] request;

    private Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      var body = body();
      this.request =
          ("POST /v2/models/"
                  + model
                  + "/infer HTTP/1.1\r\nHost: "
                  + host
                  + ":"
                  + gateway.getPort()
                  + "\r\nContent-Type: application/json\r\nContent-Length: "
                  + body.length()
                  + "\r\n\r\n"
                  + body)
              .getBytes(StandardCharsets.UTF_8);
    }

    List<Long> predict() throws IOException {
      socket.getOutputStream().write(request);
      var status = line();
      int length = 0;
      for (var header = line(); !header.isEmpty(); header = line()) {
        if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
          length = Integer.parseInt(header.substring("content-length:".length()).strip());
        }
      }
      var answer = in.readNBytes(length);
      if (!status.contains(" 200")) {
        throw new IOException(status + " " + new String(answer, StandardCharsets.UTF_8).strip());
      }
      var classes = new ArrayList<Long>();
      Json.parse(answer)
          .path("outputs")
          .path(0)
          .path("data")
          .forEach(each -> classes.add(each.asLong()));
      return classes;
    }

    private String line() throws IOException {
      var text = new ByteArrayOutputStream();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("the connection was closed");
        }
        if (c != '\r') {
          text.write(c);
        }
      }
      return text.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /// `GRPCInferenceService/ModelInfer` over HTTP/2 with prior knowledge (RFC 9113, 3.3).
  ///
  /// @return the classes
  List<Long> grpc() throws IOException {
    try (var socket = connect()) {
      var out = socket.getOutputStream();
      out.write(PREFACE);
      frame(out, SETTINGS, 0, 0, new byte[0]);
      frame(out, HEADERS, END_HEADERS, 1, head());
      frame(out, DATA, END_STREAM, 1, prefixed(message()));
      out.flush();
      return classes(answer(new DataInputStream(socket.getInputStream()), out));
    }
  }

  private byte[] message() {
    var writer = new ProtoWriter(256);
    writer.writeString(1, model);
    int input = writer.begin(5);
    writer.writeString(1, "x").writeString(2, "FP64");
    writer.writeLongs(3, FLOWERS.length, FLOWERS[0].length);
    int contents = writer.begin(5);
    writer.writeDoubles(7, Arrays.stream(FLOWERS).flatMapToDouble(Arrays::stream).toArray());
    writer.end(contents);
    writer.end(input);
    return writer.toBytes();
  }

  private static byte[] prefixed(byte[] message) {
    return ByteBuffer.allocate(message.length + 5)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }

  /// The request's head, each field a literal without indexing (RFC 7541, 6.2.2).
  private byte[] head() {
    var block = new ByteArrayOutputStream();
    field(block, ":method", "POST");
    field(block, ":scheme", "http");
    field(block, ":path", "/inference.GRPCInferenceService/ModelInfer");
    field(block, ":authority", host + ":" + gateway.getPort());
    field(block, "content-type", "application/grpc");
    field(block, "te", "trailers");
    return block.toByteArray();
  }

  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    for (var text : new String[] {name, value}) {
      block.write(text.length()); // below 127: one byte
      block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload)
      throws IOException {
    var head = ByteBuffer.allocate(9);
    head.put((byte) 0).putShort((short) payload.length).put((byte) type).put((byte) flags);
    head.putInt(stream);
    out.write(head.array());
    out.write(payload);
  }

  /// The first message of the answer.
  private static byte[] answer(DataInputStream in, OutputStream out) throws IOException {
    var data = new ByteArrayOutputStream();
    while (true) {
      int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      var payload = in.readNBytes(length);
      if (type == SETTINGS && (flags & 1) == 0) {
        frame(out, SETTINGS, 1, 0, new byte[0]);
        out.flush();
      }
      if (type == RESET || type == GOAWAY) {
        throw new IOException("the gRPC call was refused");
      }
      if (stream == 1 && type == DATA) {
        data.writeBytes(payload);
      }
      boolean ends = stream == 1 && (flags & END_STREAM) != 0 && (type == DATA || type == HEADERS);
      if (ends) {
        var bytes = data.toByteArray();
        if (bytes.length < 5) {
          throw new IOException("the gRPC call was answered with an error");
        }
        return Arrays.copyOfRange(bytes, 5, bytes.length);
      }
    }
  }

  /// `outputs[0].contents.int64_contents` of a `ModelInferResponse`.
  private static List<Long> classes(byte[] response) {
    var classes = new ArrayList<Long>();
    var reader = ProtoReader.of(response);
    while (reader.nextField()) {
      if (reader.field() != 5) {
        reader.skip();
        continue;
      }
      var output = reader.readMessage();
      while (output.nextField()) {
        if (output.field() != 5) {
          output.skip();
          continue;
        }
        var contents = output.readMessage();
        while (contents.nextField()) {
          if (contents.field() == 3) {
            contents.readLongs(classes::add);
          } else {
            contents.skip();
          }
        }
      }
    }
    return classes;
  }
}
