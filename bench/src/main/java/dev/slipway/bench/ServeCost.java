package dev.slipway.bench;

import dev.slipway.dataplane.model.Engines;
import dev.slipway.dataplane.model.ModelOpener;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.server.ModelServer;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.inference.artifact.ArtifactSettings;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.inference.engine.Engine;
import dev.slipway.net.Handler;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/// What a request costs the whole model server, in bytes allocated and processor time, beside a
/// handler of the same process that reads as many bytes and answers as many: V2 with one row in
/// JSON, and with a tensor of 1 MB in binary form that comes back as it is.
///
/// ```text
/// bench/run ServeCost MODEL [SECONDS]        # MODEL takes four numbers; needs wrk
/// ```
public final class ServeCost {
  private static final int MOST_BYTES = 64 << 20;
  private static final int TENSOR_BYTES = 1 << 20;
  private static final Pattern COUNT = Pattern.compile("(\\d+) requests in");
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
  private static final String ROW =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,4],\"datatype\":\"FP64\",\"data\":[6.8,2.8,4.8,1.4]}]}";

  private final Path directory = Files.createTempDirectory("slipway-bench");
  private final byte[] small = new byte[165];
  private final byte[] large = new byte[TENSOR_BYTES + 150];

  private ServeCost() throws IOException {}

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
    new ServeCost().run(arguments[0], seconds);
  }

  private void run(String model, int seconds) throws Exception {
    var engines = new ArrayList<Engine>(List.of(new IdentityEngine()));
    ServiceLoader.load(Engine.class).forEach(engines::add);
    var artifacts = new Artifacts(ArtifactSettings.at(directory.resolve("cache")));
    var identity = Files.createFile(directory.resolve("model.identity"));
    try (var models =
        new Models(new ModelOpener(new Engines(engines), artifacts), Long.MAX_VALUE)) {
      models.load(ModelSettings.of("model", model)).join();
      models.load(ModelSettings.of("same", identity.toString())).join();
      var serving = ModelServer.handler(ModelServerSettings.of("127.0.0.1", 0), models);
      try (var server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), beside(serving))) {
        measure("http://127.0.0.1:" + server.port(), seconds);
      }
    }
  }

  private Handler beside(Handler serving) {
    return (request, response) -> {
      var answer =
          switch (request.rawPath()) {
            case "/small" -> small;
            case "/large" -> large;
            default -> new byte[0];
          };
      if (answer.length == 0) {
        serving.handle(request, response);
        return;
      }
      var _ = request.body(MOST_BYTES);
      response.header("content-type", "application/octet-stream").send(answer);
    };
  }

  private void measure(String base, int seconds) throws IOException, InterruptedException {
    var row = script("row", ROW.getBytes(StandardCharsets.UTF_8), "");
    var head =
        ("{\"inputs\":[{\"name\":\"x\",\"shape\":[1,%d],\"datatype\":\"FP32\","
                + "\"parameters\":{\"binary_data_size\":%d}}],"
                + "\"parameters\":{\"binary_data_output\":true}}")
            .formatted(TENSOR_BYTES / 4, TENSOR_BYTES)
            .getBytes(StandardCharsets.UTF_8);
    var tensor = ByteBuffer.allocate(head.length + TENSOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    var binary =
        script(
            "binary",
            tensor.put(head).array(),
            "wrk.headers['Inference-Header-Content-Length']='" + head.length + "'\n");
    System.out.println("| request | per s | bytes allocated | CPU µs |");
    System.out.println("|---|---:|---:|---:|");
    for (int round = 0; round < 3; round++) {
      row("bare, one row", base + "/small", row, 50, seconds, round);
      row("V2, one row", base + "/v2/models/model/infer", row, 50, seconds, round);
      row("bare, 1 MB", base + "/large", binary, 4, seconds, round);
      row("V2, 1 MB binary", base + "/v2/models/same/infer", binary, 4, seconds, round);
    }
  }

  private Path script(String name, byte[] body, String more) throws IOException {
    var file = Files.write(directory.resolve(name + ".bin"), body);
    return Files.writeString(
        directory.resolve(name + ".lua"),
        "local file=io.open('"
            + file
            + "','rb')\nwrk.method='POST'\nwrk.body=file:read('*a')\n"
            + "wrk.headers['content-type']='application/json'\n"
            + more);
  }

  /// The first round warms up and is not told.
  private static void row(
      String what, String url, Path script, int connections, int seconds, int round)
      throws IOException, InterruptedException {
    var before = ProcessCost.now();
    var wrk =
        new ProcessBuilder(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "-s",
                script.toString(),
                url)
            .redirectErrorStream(true)
            .start();
    var told = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    var after = ProcessCost.now();
    var count = COUNT.matcher(told);
    var rate = RATE.matcher(told);
    if (wrk.waitFor() != 0 || !count.find() || !rate.find() || told.contains("Non-2xx")) {
      throw new IllegalStateException(what + ": " + told);
    }
    if (round > 0) {
      double requests = Double.parseDouble(count.group(1));
      System.out.printf(
          Locale.ROOT,
          "| %s | %.0f | %.0f | %.1f |%n",
          what,
          Double.parseDouble(rate.group(1)),
          (after.allocatedBytes() - before.allocatedBytes()) / requests,
          (after.cpuMicros() - before.cpuMicros()) / requests);
    }
  }
}
