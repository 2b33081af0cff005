package dev.slipway.bench;

import dev.slipway.dataplane.model.Caller;
import dev.slipway.dataplane.model.Engines;
import dev.slipway.dataplane.model.ModelOpener;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.server.ModelServer;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.RequestIds;
import dev.slipway.inference.artifact.ArtifactSettings;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.inference.codec.oip.OipInfer;
import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.codec.v2.V2Response;
import dev.slipway.inference.engine.Engine;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import dev.slipway.net.grpc.GrpcHandler;
import dev.slipway.net.grpc.GrpcMethods;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/// What a gRPC prediction of one row costs the model server beside a bare gRPC method of the same
/// process that answers as many bytes: calls in turn, 8 connections of 16 streams.
///
/// ```text
/// bench/run GrpcCost MODEL [SECONDS] [ROUNDS]        # MODEL takes four numbers; needs h2load
/// ```
public final class GrpcCost {
  private static final String ECHO = "/bench.Echo/Echo";
  private static final String INFER = "/inference.GRPCInferenceService/ModelInfer";
  private static final String NAME = "model";
  private static final double[] ROW = {6.8, 2.8, 4.8, 1.4};
  private static final int WARM_UP_ROUNDS = 2;
  private static final Pattern COUNT = Pattern.compile("(\\d+) succeeded, 0 failed");
  private static final Pattern RATE = Pattern.compile("finished in [^,]+, ([\\d.]+) req/s");

  private final Path directory = Files.createTempDirectory("slipway-bench");
  private final int seconds;
  private final int rounds;

  private GrpcCost(int seconds, int rounds) throws IOException {
    this.seconds = seconds;
    this.rounds = rounds;
  }

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
    new GrpcCost(seconds, rounds).run(arguments[0]);
  }

  private void run(String model) throws Exception {
    var engines = new ArrayList<Engine>();
    ServiceLoader.load(Engine.class).forEach(engines::add);
    var artifacts = new Artifacts(ArtifactSettings.at(directory.resolve("cache")));
    try (var models =
        new Models(new ModelOpener(new Engines(engines), artifacts), Long.MAX_VALUE)) {
      models.load(ModelSettings.of(NAME, model)).join();
      var serving = ModelServer.handler(ModelServerSettings.of("127.0.0.1", 0), models);
      var message = new byte[answerBytes(models)];
      var echo = new GrpcHandler(GrpcMethods.none().unary(ECHO, (_, _) -> message), 1 << 20);
      try (var server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), serving);
          var bare = HttpServer.start(ServerSettings.of("127.0.0.1", 0), echo)) {
        System.out.println("answers of " + message.length + " bytes");
        measure(
            "http://127.0.0.1:" + bare.port() + ECHO, "http://127.0.0.1:" + server.port() + INFER);
      }
    }
  }

  private static int answerBytes(Models models) {
    var asked = OipInfer.read(request()).request();
    var servable = models.serving(NAME, "");
    var outputs = servable.infer(asked.invocation(""), Caller.patient());
    var response = V2Response.of(NAME, servable.version(), RequestIds.next(), outputs);
    return OipInfer.write(response, asked).stream().mapToInt(ByteBuffer::remaining).sum();
  }

  private static byte[] request() {
    var writer = new ProtoWriter(128).writeString(1, NAME);
    int input = writer.begin(5);
    writer.writeString(1, "x").writeString(2, "FP64").writeLongs(3, new long[] {1, ROW.length});
    int contents = writer.begin(5);
    writer.writeDoubles(7, ROW).end(contents);
    writer.end(input);
    return writer.toBytes();
  }

  private void measure(String bare, String infer) throws IOException, InterruptedException {
    var request = request();
    var frame = ByteBuffer.allocate(5 + request.length).put((byte) 0).putInt(request.length);
    var file = Files.write(directory.resolve("frame.bin"), frame.put(request).array());
    System.out.println(
        "| round | bare, calls/s | CPU µs | bytes | ModelInfer, calls/s | CPU µs | bytes | share"
            + " |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
    for (int round = 1 - WARM_UP_ROUNDS; round <= rounds; round++) {
      var least = load(bare, file);
      var ours = load(infer, file);
      System.out.printf(
          Locale.ROOT,
          "| %s | %.0f | %.1f | %.0f | %.0f | %.1f | %.0f | %.2f |%n",
          round < 1 ? "warm-up" : round,
          least.rate(),
          least.cpuMicros(),
          least.bytes(),
          ours.rate(),
          ours.cpuMicros(),
          ours.bytes(),
          ours.rate() / least.rate());
    }
  }

  private record Load(double rate, double cpuMicros, double bytes) {}

  private Load load(String url, Path frame) throws IOException, InterruptedException {
    var command =
        List.of(
            "h2load",
            "-t1",
            "-c8",
            "-m16",
            "-D" + seconds,
            "-Hcontent-type: application/grpc",
            "-Hte: trailers",
            "-d" + frame,
            url);
    var before = ProcessCost.now();
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    var after = ProcessCost.now();
    var count = COUNT.matcher(told);
    var rate = RATE.matcher(told);
    if (process.waitFor() != 0 || !count.find() || !rate.find()) {
      throw new IllegalStateException(url + ": " + told);
    }
    double calls = Double.parseDouble(count.group(1));
    return new Load(
        Double.parseDouble(rate.group(1)),
        (after.cpuMicros() - before.cpuMicros()) / calls,
        (after.allocatedBytes() - before.allocatedBytes()) / calls);
  }
}
