package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// `slipway serve` with models that scikit-learn and LightGBM wrote, asked as their users ask.
final class ServeJourneyTest {
  private static final int RELOADS = 60;
  private static final int CLIENTS = 8;
  private static final long GROWTH_KIB = 96 * 1024;

  private static Path directory = Path.of("");
  private static ServeProcess served = ServeProcess.none();
  private static JsonNode expected = Json.object();
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    directory = Files.createTempDirectory("slipway-serve");
    PythonKit.with("scikit-learn==1.9.1", "pandas==2.3.3", "lightgbm==4.7.0")
        .run(
            PythonKit.root().resolve("journeys/src/test/python/serve_models.py"),
            directory.toString());
    expected = Json.parse(Files.readAllBytes(directory.resolve("expected.json")));
    served =
        ServeProcess.start(
            "serve",
            "--port",
            "0",
            "iris=" + directory.resolve("iris.joblib"),
            "people=" + directory.resolve("people.joblib"),
            "boosted=" + directory.resolve("boosted.txt"));
  }

  @AfterAll
  static void end() throws IOException, InterruptedException {
    served.stop();
    LiveServer.deleteTree(directory);
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(served.url() + path));
    return client.send(
        request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(served.url() + path)).GET();
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void saysWhatItServes() {
    assertThat(served.output())
        .contains("NAME", "FORMAT", "ADDRESS")
        .containsPattern("iris +1 +sklearn +input-0 FP64\\[\\?,4]")
        .containsPattern("boosted +1 +lightgbm");
  }

  @Test
  void predictsWhatPythonPredicts() throws Exception {
    var rows = expected.path("iris").path("rows");
    var reply = post("/v1/models/iris:predict", "{\"instances\":" + rows + "}");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    assertThat(
            Json.parse(reply.body().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .path("predictions"))
        .isEqualTo(expected.path("iris").path("predict"));
  }

  @Test
  void givesProbabilitiesToWhoAsksForThem() throws Exception {
    var rows = expected.path("iris").path("rows");
    var body =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":["
            + rows.size()
            + ",4],\"datatype\":\"FP64\",\"data\":"
            + rows
            + "}],\"outputs\":[{\"name\":\"predict_proba\"}]}";
    var reply = post("/v2/models/iris/infer", body);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    var data =
        Json.parse(reply.body().getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .path("outputs")
            .get(0)
            .path("data");
    requireClose(data, expected.path("iris").path("proba"));
  }

  @Test
  void takesTablesByTheNamesOfTheirColumns() throws Exception {
    var records = expected.path("people").path("records");
    var reply = post("/v1/models/people:predict", "{\"instances\":" + records + "}");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    assertThat(
            Json.parse(reply.body().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .path("predictions"))
        .isEqualTo(expected.path("people").path("predict"));
  }

  @Test
  void computesBoostedTreesToTheLastBit() throws Exception {
    var rows = expected.path("boosted").path("rows");
    var reply = post("/v1/models/boosted:predict", "{\"instances\":" + rows + "}");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    assertThat(
            Json.parse(reply.body().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .path("predictions"))
        .isEqualTo(expected.path("boosted").path("predict"));
  }

  private static void requireClose(JsonNode found, JsonNode wanted) {
    assertThat(found.size()).isEqualTo(wanted.size());
    for (int i = 0; i < wanted.size(); i++) {
      double value = wanted.get(i).doubleValue();
      assertThat(found.get(i).doubleValue())
          .isCloseTo(value, org.assertj.core.data.Offset.offset(1e-9 * Math.max(1e-3, value)));
    }
  }

  @Test
  void refusesAHostileFileByNameAndServesTheOthers() throws Exception {
    var hostile = directory.resolve("hostile.pkl");
    var marker = directory.resolve("marker");
    Files.writeString(hostile, "cposix\nsystem\n(S'touch " + marker + "'\ntR.");
    var other =
        ServeProcess.start(
            "serve",
            "--port",
            "0",
            "hostile=" + hostile,
            "iris=" + directory.resolve("iris.joblib"));
    try {
      assertThat(other.output()).contains("posix.system").containsPattern("iris +1 +sklearn");
      assertThat(marker).doesNotExist();
    } finally {
      other.stop();
    }
  }

  @Test
  void reloadsUnderLoadWithoutAFailedRequestAndWithoutGrowing() throws Exception {
    var row = "{\"instances\":[[6.8,2.8,4.8,1.4]]}";
    var stop = new AtomicBoolean();
    var answered = new AtomicInteger();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < CLIENTS; i++) {
        running.add(CompletableFuture.runAsync(() -> ask(row, stop, answered), clients));
      }
      reload(RELOADS / 3);
      long before = served.residentKib();
      reload(RELOADS);
      assertThat(served.residentKib()).isLessThan(before + GROWTH_KIB);
      stop.set(true);
      running.forEach(CompletableFuture::join);
    }
    assertThat(answered.get()).isGreaterThan(RELOADS);
    assertThat(get("/v2/models/iris/ready").statusCode()).isEqualTo(200);
  }

  private void ask(String row, AtomicBoolean stop, AtomicInteger answered) {
    try {
      while (!stop.get()) {
        var reply = post("/v1/models/iris:predict", row);
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
        answered.incrementAndGet();
      }
    } catch (IOException problem) {
      throw new AssertionError(problem);
    } catch (InterruptedException problem) {
      Thread.currentThread().interrupt();
      throw new AssertionError(problem);
    }
  }

  private void reload(int times) throws IOException, InterruptedException {
    for (int i = 0; i < times; i++) {
      var reply = post("/v2/repository/models/iris/load", "");
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    }
  }

  /// One `slipway` process of this build.
  record ServeProcess(List<Process> process, Path log) {
    static ServeProcess none() {
      return new ServeProcess(List.of(), Path.of(""));
    }

    static ServeProcess start(String... arguments) throws IOException, InterruptedException {
      return start(Map.of(), "/v2/models/", arguments);
    }

    /// @param ready what it says when it is ready
    static ServeProcess start(Map<String, String> environment, String ready, String... arguments)
        throws IOException, InterruptedException {
      var log = Files.createTempFile("slipway-serve", ".log");
      var command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-Xmx256m",
                  "-Dslipway.engines=" + System.getProperty("slipway.engines", "engines"),
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "dev.slipway.app.Main"));
      command.addAll(List.of(arguments));
      var builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      // Not on the command line: a native library reads that, and dies of a long one.
      builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
      var started = builder.start();
      var served = new ServeProcess(List.of(started), log);
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
      while (!served.output().contains(ready)) {
        assertThat(started.isAlive()).as(served.output()).isTrue();
        assertThat(System.nanoTime()).as(served.output()).isLessThan(until);
        started.waitFor(20, TimeUnit.MILLISECONDS);
      }
      return served;
    }

    String output() {
      try {
        return Files.readString(log);
      } catch (IOException problem) {
        throw new AssertionError(problem);
      }
    }

    String url() {
      var line =
          output().lines().filter(each -> each.startsWith("Serving on ")).findFirst().orElseThrow();
      return line.split(" ", -1)[2];
    }

    long residentKib() throws IOException {
      var status = Path.of("/proc", Long.toString(process.getFirst().pid()), "status");
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }

    void stop() throws InterruptedException, IOException {
      for (var each : process) {
        each.destroy();
        assertThat(each.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Files.deleteIfExists(log);
      }
    }
  }
}
