package dev.slipway.bench;

import dev.slipway.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A platform in a process of its own, spoken to as a user's clients do: the API over TLS with the
/// token of its kubeconfig, models through the gateway by host.
final class LivePlatform implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final String SERVICES =
      "/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices";
  private static final Pattern HEAP = Pattern.compile("used (\\d+)K");

  private final Process process;
  private final String api;
  private final String token;
  private final HttpClient client;
  private final int gatewayPort;

  /// What the operating system says of the server process.
  ///
  /// @param residentBytes memory it occupies
  /// @param heapBytes of objects in use, after a collection
  record Memory(long residentBytes, long heapBytes) {}

  private LivePlatform(Process process, Path data) throws Exception {
    this.process = process;
    var run = Json.parseObject(Files.readAllBytes(data.resolve("run.json")));
    this.gatewayPort = URI.create(Json.text(run, "front")).getPort();
    var config = Kubeconfig.read(data.resolve("kubeconfig"));
    this.token = config.token();
    this.api = config.server();
    this.client =
        HttpClient.newBuilder().sslContext(config.tls()).version(HttpClient.Version.HTTP_2).build();
  }

  /// Starts one on a fresh directory.
  ///
  /// @param command of the program, without `up`
  /// @param more options of `up`
  static LivePlatform start(String command, String... more) throws Exception {
    Path data = Files.createTempDirectory("slipway-bench");
    var words = new ArrayList<>(List.of(command.split(" ", -1)));
    words.addAll(List.of("up", "--data", data.toString(), "--port", "0", "--api-port", "0"));
    words.addAll(List.of(more));
    var process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(data.resolve("output").toFile())
            .start();
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(data.resolve("run.json"))) {
      if (!process.isAlive() || System.nanoTime() > until) {
        throw new IllegalStateException(
            "the platform did not start:\n" + Files.readString(data.resolve("output")));
      }
      Thread.sleep(20);
    }
    return new LivePlatform(process, data);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(api + path))
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json");
  }

  /// Has an object hold what is given.
  void apply(String path, ObjectNode object) throws Exception {
    var body = HttpRequest.BodyPublishers.ofByteArray(Json.bytes(object));
    send(
        request(path + "?fieldManager=bench&force=true")
            .method("PATCH", body)
            .setHeader("Content-Type", "application/apply-patch+yaml"));
  }

  /// Creates an InferenceService.
  void createService(ObjectNode service) throws Exception {
    send(request(SERVICES).POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(service))));
  }

  private void send(HttpRequest.Builder request) throws Exception {
    var answer = client.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
  }

  void deleteService(String name) throws Exception {
    client.send(request(SERVICES + "/" + name).DELETE().build(), BodyHandlers.discarding());
  }

  void delete(String path) throws Exception {
    client.send(request(path).DELETE().build(), BodyHandlers.discarding());
  }

  /// What a path answers, as text.
  String text(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString()).body();
  }

  JsonNode read(String path) throws Exception {
    var answer = client.send(request(path).build(), BodyHandlers.ofByteArray());
    return Json.parseObject(answer.body());
  }

  /// Tells of each InferenceService's every version, on a thread of its own, until this is closed.
  void followServices(Consumer<ObjectNode> heard) throws Exception {
    var stream = client.send(request(SERVICES + "?watch=1").build(), BodyHandlers.ofLines());
    Thread.ofPlatform().daemon().start(() -> follow(stream.body(), heard));
  }

  private static void follow(Stream<String> lines, Consumer<ObjectNode> heard) {
    try {
      lines.filter(line -> !line.isBlank()).forEach(line -> heard.accept(Json.parseObject(line)));
    } catch (UncheckedIOException _) {
      // the server has ended
    }
  }

  /// Asks a service for the class of one flower, on a connection of its own.
  ///
  /// @return the status code
  int predict(String name) throws IOException {
    return Flower.ask(gatewayPort, name + ".default.localhost", name);
  }

  Memory memory() throws Exception {
    command("GC.run");
    long used =
        command("GC.heap_info")
            .lines()
            .takeWhile(line -> !line.contains("Metaspace"))
            .map(HEAP::matcher)
            .filter(Matcher::find)
            .mapToLong(found -> Long.parseLong(found.group(1)) * 1024)
            .sum();
    return new Memory(status("VmRSS"), used);
  }

  private String command(String verb) throws Exception {
    var jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                verb)
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    jcmd.waitFor();
    return said;
  }

  private long status(String field) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", "" + process.pid(), "status"))) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    return 0;
  }

  /// Processor time the server has used.
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d", bytes >> 20);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    client.shutdownNow();
  }
}
