package dev.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// A registry that is killed while many write: what it has acknowledged is there.
@ParameterizedClass
@EnumSource
final class KilledWriterTest {
  private static final int WRITERS = 4;
  private static final int ENOUGH = 200;

  @TempDir Path directory;
  @Parameter TestDatabase database = TestDatabase.SQLITE;

  @Test
  void whatWasAcknowledgedIsThereAfterTheKill() throws IOException, InterruptedException {
    RegistrySettings settings = database.settings(directory);
    var acknowledged = new ArrayList<String>();
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                KilledWriterTest.class.getName(),
                settings.database(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        acknowledged.add(line);
        if (acknowledged.size() == ENOUGH) {
          var _ = writer.toHandle().destroyForcibly(); // what it said can still be read
        }
      }
    }
    writer.waitFor();
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ENOUGH);
    List<String> kept = steps(settings, acknowledged.removeFirst());
    acknowledged.removeLast(); // may be cut off
    assertThat(kept).containsAll(acknowledged);
  }

  private static List<String> steps(RegistrySettings settings, String run) {
    try (var registry = Registry.open(settings, InstantSource.system())) {
      return registry
          .call(
              "GET", "metrics/get-history", Json.object().put("run_id", run).put("metric_key", "m"))
          .path("metrics")
          .valueStream()
          .map(each -> each.path("step").asString())
          .toList();
    }
  }

  /// The process that is killed: says the run, then each step when it is acknowledged.
  public static void main(String[] args) {
    var settings = RegistrySettings.at(Path.of(args[1])).withDatabase(args[0]);
    try (var registry = Registry.open(settings, InstantSource.system());
        var threads = Executors.newFixedThreadPool(WRITERS)) {
      String run =
          registry
              .call("POST", "runs/create", Json.object().put("experiment_id", "0"))
              .at("/run/info/run_id")
              .asString();
      say(run);
      for (int writer = 0; writer < WRITERS; writer++) {
        int first = writer;
        var _ = threads.submit(() -> write(registry, run, first));
      }
    }
  }

  private static boolean write(Registry registry, String run, int first) {
    for (int step = first; step < 1_000_000; step += WRITERS) {
      var metric = Json.object().put("run_id", run).put("key", "m").put("step", step);
      var _ = registry.call("POST", "runs/log-metric", metric.put("value", 1).put("timestamp", 1));
      say(Integer.toString(step));
    }
    return true;
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
