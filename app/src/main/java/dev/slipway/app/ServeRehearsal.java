package dev.slipway.app;

import dev.slipway.dataplane.server.ModelServer;
import dev.slipway.dataplane.server.ModelServerSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The life of a model server under a short load, for the start-up cache: a model that scikit-learn
/// wrote, asked over V1, V2 and gRPC.
final class ServeRehearsal {
  private static final String MODEL = "rehearsal.joblib";
  private static final byte[] V1 =
      "{\"instances\":[[6.8,2.8,4.8,1.4]]}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] V2 =
      """
      {"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64","data":[6.8,2.8,4.8,1.4]}]}\
      """
          .getBytes(StandardCharsets.UTF_8);

  /// A `ModelReadyRequest` of the name `iris`, framed.
  private static final byte[] READY = {0, 0, 0, 0, 6, 10, 4, 'i', 'r', 'i', 's'};

  /// A `ModelInferRequest`: its name, one input of four doubles in raw form.
  private static final byte[] INFER = infer();

  private final int rounds;

  ServeRehearsal(int rounds) {
    this.rounds = rounds;
  }

  /// @param directory for the model's file and what is fetched
  /// @return the model's file
  Path run(Path directory) throws IOException, InterruptedException {
    var file = directory.resolve(MODEL);
    try (var in = ServeRehearsal.class.getResourceAsStream(MODEL)) {
      if (in == null) {
        throw new IOException(MODEL + " is missing from this program");
      }
      Files.write(file, in.readAllBytes());
    }
    Main.commandLine().parseArgs("serve", "--port", "0", "iris=" + file);
    var options = new ServeOptions();
    var wanted = options.models(List.of("iris=" + file));
    try (var server = ModelServer.start(ModelServerSettings.of("127.0.0.1", 0), options.room())) {
      var loaded = wanted.stream().map(each -> server.models().load(each).join()).toList();
      var base = "http://127.0.0.1:" + server.port();
      TextTable.print(ServedTable.rows(loaded, base), new PrintWriter(Writer.nullWriter()));
      ask(base);
    }
    return file;
  }

  private void ask(String base) throws IOException, InterruptedException {
    try (var plain = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var second = HttpClient.newHttpClient()) {
      send(plain, base + "/v2/models/iris", new byte[0], "application/json");
      send(second, base + "/v2/health/ready", new byte[0], "application/json");
      for (int i = 0; i < rounds; i++) {
        send(plain, base + "/v1/models/iris:predict", V1, "application/json");
        send(plain, base + "/v2/models/iris/infer", V2, "application/json");
        send(second, base + "/v2/models/iris/infer", V2, "application/json");
        send(
            second, base + "/inference.GRPCInferenceService/ModelReady", READY, "application/grpc");
        send(
            second, base + "/inference.GRPCInferenceService/ModelInfer", INFER, "application/grpc");
      }
      send(plain, base + "/metrics", new byte[0], "text/plain");
    }
  }

  private static byte[] infer() {
    var input = "\n\1x\22\4FP64\32\2\1\4".getBytes(StandardCharsets.ISO_8859_1);
    var message =
        ByteBuffer.allocate(64)
            .put("\n\4iris".getBytes(StandardCharsets.ISO_8859_1))
            .put((byte) 42)
            .put((byte) input.length)
            .put(input)
            .put((byte) 58)
            .put((byte) 32)
            .put(new byte[32])
            .flip();
    return ByteBuffer.allocate(5 + message.remaining())
        .put((byte) 0)
        .putInt(message.remaining())
        .put(message)
        .array();
  }

  private static void send(HttpClient client, String url, byte[] body, String type)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(url)).header("content-type", type);
    if (body.length > 0) {
      request.POST(BodyPublishers.ofByteArray(body));
    }
    var reply = client.send(request.build(), BodyHandlers.ofByteArray());
    if (reply.statusCode() != 200) {
      throw new IOException(
          url + ": " + reply.statusCode() + " " + new String(reply.body(), StandardCharsets.UTF_8));
    }
  }
}
