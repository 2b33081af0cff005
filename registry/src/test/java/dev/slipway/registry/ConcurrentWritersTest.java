package dev.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
final class ConcurrentWritersTest {
  private static final int WRITERS = 8;
  private static final int EACH = 25;

  @TempDir Path directory;
  @Parameter TestDatabase database = TestDatabase.SQLITE;

  @Test
  void manyWritersOfOneRunLoseNothingAndAWrongOneHarmsNobody() {
    try (var server = new RegistryServer(database.settings(directory))) {
      String run = server.run();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int writer = 0; writer < WRITERS; writer++) {
          int number = writer;
          var _ = threads.submit(() -> log(server, run, number));
        }
      }
      String history = "metrics/get-history?run_id=" + run + "&metric_key=m";
      assertThat(server.get(history).body().path("metrics")).hasSize(WRITERS * EACH);
      var params = server.get("runs/get?run_id=" + run).body().at("/run/data/params");
      assertThat(params).hasSize(WRITERS);
    }
  }

  private static void log(RegistryServer server, String run, int writer) {
    String param = "{\"run_id\":\"%s\",\"key\":\"p%d\",\"value\":\"%s\"}";
    server.post("runs/log-parameter", param.formatted(run, writer, "kept"));
    for (int i = 0; i < EACH; i++) {
      int step = writer * EACH + i;
      server.post(
          "runs/log-metric",
          "{\"run_id\":\"%s\",\"key\":\"m\",\"value\":1,\"timestamp\":1,\"step\":%d}"
              .formatted(run, step));
      server.post("runs/log-parameter", param.formatted(run, writer, "other"));
    }
  }
}
