package dev.slipway.journeys;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `slipway up` in a process of its own, from the repository's directory.
final class LivePlatform implements AutoCloseable {
  private final Path data;
  private final ServeJourneyTest.ServeProcess process;
  // Over HTTP/2 the JDK's client names the address instead of the host asked for.
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI gateway;

  private LivePlatform(Path data, ServeJourneyTest.ServeProcess process) {
    this.data = data;
    this.process = process;
    this.gateway = URI.create(field(process.output(), "gateway"));
  }

  static LivePlatform start(Path data, String... more) throws IOException, InterruptedException {
    return start(data, Map.of(), more);
  }

  static LivePlatform start(Path data, Map<String, String> environment, String... more)
      throws IOException, InterruptedException {
    return start(data, environment, 0, 0, more);
  }

  private static LivePlatform start(
      Path data, Map<String, String> environment, int port, int apiPort, String... more)
      throws IOException, InterruptedException {
    var words = new ArrayList<String>();
    words.addAll(List.of("up", "--data", data.toString()));
    words.addAll(List.of("--port", "" + port, "--api-port", "" + apiPort));
    words.addAll(List.of(more));
    return new LivePlatform(
        data,
        ServeJourneyTest.ServeProcess.start(
            environment, "export KUBECONFIG", words.toArray(String[]::new)));
  }

  /// Starts again with the data and the ports of one that was killed.
  LivePlatform again() throws IOException, InterruptedException {
    int api = URI.create(field(process.output(), "Kubernetes API")).getPort();
    return start(data, Map.of(), gateway.getPort(), api);
  }

  private static String field(String output, String name) {
    return output
        .lines()
        .map(String::strip)
        .filter(each -> each.startsWith(name))
        .map(each -> each.substring(name.length()).strip())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " in: " + output));
  }

  Kubectl kubectl() {
    return new Kubectl(data.resolve("kubeconfig"), data, "");
  }

  InetSocketAddress gateway() {
    return new InetSocketAddress("127.0.0.1", gateway.getPort());
  }

  /// Sends to a host behind the gateway.
  HttpResponse<String> post(String host, String path, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.getPort() + path))
            .header("host", host)
            .header("content-type", "application/json")
            .timeout(Duration.ofSeconds(60))
            .POST(BodyPublishers.ofString(body));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String host, String path) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.getPort() + path))
            .header("host", host)
            .timeout(Duration.ofSeconds(60));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  /// Memory that its own process has.
  long residentKib() throws IOException {
    return process.residentKib();
  }

  /// As a crash would end it.
  void kill() throws InterruptedException {
    for (var each : process.process()) {
      each.destroyForcibly();
      each.waitFor();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      process.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while slipway up was ending", e);
    }
  }
}
