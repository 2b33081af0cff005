package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The machine's wrk, posting one body over and over until it is closed. Every answer must be 200.
final class Wrk implements AutoCloseable {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
  private static final int PATIENCE_SECONDS = 60;

  private final Path script;
  private final Process process;

  private Wrk(Path script, Process process) {
    this.script = script;
    this.process = process;
  }

  private static String program() {
    var found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(directory -> Path.of(directory, "wrk"))
            .filter(Files::isExecutable)
            .findFirst();
    assertThat(found).as("wrk is needed on PATH (Debian's package wrk)").isPresent();
    return found.orElseThrow().toString();
  }

  /// @param connections each with one request at a time
  static Wrk post(InetSocketAddress gateway, String host, String path, String body, int connections)
      throws IOException {
    var script = Files.createTempFile("slipway-load", ".lua");
    Files.writeString(
        script,
        """
        wrk.method = "POST"
        wrk.headers["Host"] = "%s"
        wrk.headers["Content-Type"] = "application/json"
        wrk.body = [==[%s]==]
        """
            .formatted(host, body));
    var command =
        List.of(
            program(),
            "--threads=1",
            "--connections=" + connections,
            "--duration=1h",
            "--timeout=90s",
            "--script=" + script,
            "http://127.0.0.1:" + gateway.getPort() + path);
    return new Wrk(script, Commands.start(command, Map.of("LC_ALL", "C")));
  }

  /// Ends the load and judges it: not one request may have failed.
  void stop() throws IOException, InterruptedException {
    assertThat(process.isAlive()).as("wrk still runs").isTrue();
    Commands.run(List.of("kill", "-INT", Long.toString(process.pid())), Map.of(), "");
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("wrk ends").isTrue();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).doesNotContain("Non-2xx").doesNotContain("Socket errors");
    var requests = REQUESTS.matcher(said);
    assertThat(requests.find()).as(said).isTrue();
    assertThat(Long.parseLong(requests.group(1))).as("requests").isPositive();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(script);
  }
}
