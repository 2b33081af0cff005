package dev.slipway.inference.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Other processes: one that dies in the middle, and several that fetch the same.
final class CrashTest {
  @TempDir Path temp;

  /// Fetches in a process of its own: the cache, the URI.
  static final class Fetcher {
    private Fetcher() {}

    public static void main(String[] arguments) throws Exception {
      try (Artifact artifact =
          new Artifacts(ArtifactSettings.at(Path.of(arguments[0])))
              .fetch(arguments[1], Credentials.none(), Progress.Listener.none())) {
        System.out.println(artifact.cached() + " " + Files.size(artifact.path()));
      }
    }
  }

  private Process start(Object uri) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Fetcher.class.getName(),
            temp.resolve("cache").toString(),
            uri.toString())
        .redirectErrorStream(true)
        .start();
  }

  private static byte[] content() {
    var bytes = new byte[400_000];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  @Test
  void whatAKilledProcessLeftIsCarriedOn() throws Exception {
    byte[] content = content();
    var halfSent = new CountDownLatch(1);
    var killed = new CountDownLatch(1);
    try (Scripted server =
        new Scripted(
            exchange -> {
              exchange.getResponseHeaders().set("ETag", "\"one\"");
              exchange.sendResponseHeaders(200, content.length);
              exchange.getResponseBody().write(content, 0, 300_000);
              exchange.getResponseBody().flush();
              halfSent.countDown();
              await(killed);
            })) {
      Process process = start(server.at("/m.bin"));
      assertThat(halfSent.await(60, TimeUnit.SECONDS)).isTrue();
      awaitBytes(process, 200_000);
      process.destroyForcibly().waitFor();
      killed.countDown();
      server.now(Scripted.file(content, "\"one\"", content.length));
      var events = new ArrayList<Progress>();
      try (Artifact artifact =
          new Artifacts(ArtifactSettings.at(temp.resolve("cache")))
              .fetch(server.at("/m.bin").toString(), Credentials.none(), events::add)) {
        assertThat(artifact.path()).hasBinaryContent(content);
      }
      assertThat(events.getLast().resumedBytes()).isBetween(200_000L, 300_000L);
      assertThat(server.asked.getLast()).startsWith("/m.bin bytes=");
    }
  }

  private static void await(CountDownLatch latch) throws java.io.IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new java.io.IOException(e);
    }
  }

  private void awaitBytes(Process process, long least) throws Exception {
    while (process.isAlive()
        && SafePaths.bytes(Files.createDirectories(temp.resolve("cache"))) < least) {
      Thread.onSpinWait();
    }
  }

  @Test
  void processesShareOneDownload() throws Exception {
    byte[] content = content();
    try (Scripted server = new Scripted(Scripted.file(content, "\"one\"", content.length))) {
      List<Process> all = List.of(start(server.at("/m.bin")), start(server.at("/m.bin")));
      var said = new ArrayList<String>();
      for (Process each : all) {
        said.add(new String(each.getInputStream().readAllBytes(), UTF_8).strip());
      }
      assertThat(said).containsExactlyInAnyOrder("false 400000", "true 400000");
    }
  }
}
