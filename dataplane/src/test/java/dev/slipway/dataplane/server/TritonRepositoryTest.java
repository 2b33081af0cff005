package dev.slipway.dataplane.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models in Triton's directories, through a running server. Each model multiplies by the number in
/// its file.
final class TritonRepositoryTest {
  private static final String ROW =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP64\",\"data\":[1.5,2]}]}";

  @TempDir private Path directory;
  private Running running;

  @BeforeEach
  void start() throws IOException {
    running = new Running(Files.createDirectory(directory.resolve("plain")));
  }

  @AfterEach
  void end() {
    running.close();
  }

  private void serve(String name, double factor, String config) throws IOException {
    var version = Files.createDirectories(directory.resolve(name).resolve("1"));
    Files.writeString(version.resolve("model.onnx"), Double.toString(factor));
    Files.writeString(directory.resolve(name).resolve("config.pbtxt"), config);
    running.load(ModelSettings.of(name, directory.resolve(name).toString()));
  }

  private static String multiplier(String more) {
    return """
    backend: "onnxruntime"
    max_batch_size: 8
    input { name: "x" data_type: TYPE_FP64 dims: 2 }
    output { name: "y" data_type: TYPE_FP64 dims: 2 }
    """
        + more;
  }

  @Test
  void anEnsembleFeedsOneModelToTheNext() throws IOException {
    var ensemble =
        """
        platform: "ensemble"
        max_batch_size: 8
        input { name: "in" data_type: TYPE_FP64 dims: 2 }
        output { name: "out" data_type: TYPE_FP64 dims: 2 }
        ensemble_scheduling { step [
          { model_name: "thrice" model_version: -1
            input_map { key: "x" value: "between" } output_map { key: "y" value: "out" } },
          { model_name: "twice" model_version: -1
            input_map { key: "x" value: "in" } output_map { key: "y" value: "between" } } ] }
        """;
    Files.createDirectories(directory.resolve("both/1"));
    Files.writeString(directory.resolve("both/config.pbtxt"), ensemble);
    running.load(ModelSettings.of("both", directory.resolve("both").toString()));
    var early = running.post("/v2/models/both/infer", ROW.replace("\"x\"", "\"in\""));
    assertThat(early.status()).as(early.text()).isIn(400, 404, 503);
    serve("twice", 2, multiplier(""));
    serve("thrice", 3, multiplier(""));
    var reply = running.post("/v2/models/both/infer", ROW.replace("\"x\"", "\"in\""));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.text()).contains("\"name\":\"out\"").contains("[9.0,12.0]");
    assertThat(running.get("/v2/models/both").text())
        .contains("\"platform\":\"ensemble\"")
        .contains("\"name\":\"in\",\"datatype\":\"FP64\",\"shape\":[-1,2]");
    var negative =
        running.post("/v2/models/both/infer", ROW.replace("\"x\"", "\"in\"").replace("1.5", "-1"));
    assertThat(negative.status()).as(negative.text()).isEqualTo(400);
  }

  @Test
  void joinsRequestsAsTheConfigurationAsks() throws Exception {
    serve(
        "joined",
        2,
        multiplier(
            "dynamic_batching { preferred_batch_size: [ 4 ] max_queue_delay_microseconds: 5000000 }"
                + " instance_group [ { count: 1 } ]"));
    running.onnx.calls.clear(); // of the warm-up
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var replies = new ArrayList<CompletableFuture<Running.Reply>>();
      for (int i = 0; i < 4; i++) {
        replies.add(
            CompletableFuture.supplyAsync(
                () -> running.post("/v2/models/joined/infer", ROW), clients));
      }
      for (var each : replies) {
        assertThat(each.join().text()).contains("[3.0,4.0]");
      }
    }
    assertThat(running.onnx.calls).containsExactly(4);
    var stats = running.get("/v2/models/joined/stats").json().path("model_stats").get(0);
    assertThat(stats.path("inference_count").asInt(0)).isEqualTo(4);
    assertThat(stats.path("execution_count").asInt(0)).isEqualTo(1);
    var config = running.get("/v2/models/joined/config").json();
    assertThat(config.path("dynamic_batching").path("preferred_batch_size").get(0).asInt(0))
        .isEqualTo(4);
  }

  @Test
  void loadsUnderAConfigurationThatComesWithTheRequest() throws IOException {
    serve("m3", 3, multiplier(""));
    var config = "{'backend':'onnxruntime','max_batch_size':4,'response_cache':{'enable':true}}";
    var body = Json.object();
    body.putObject("parameters").put("config", config.replace('\'', '"'));
    var loaded = running.post("/v2/repository/models/m3/load", body.toString());
    assertThat(loaded.status()).as(loaded.text()).isEqualTo(200);
    var shown = running.get("/v2/models/m3/config").json();
    assertThat(shown.path("max_batch_size").asInt(0)).isEqualTo(4);
    assertThat(shown.path("response_cache").path("enable").asBoolean(false)).isTrue();
    var wrong =
        running.post(
            "/v2/repository/models/m3/load",
            "{\"parameters\":{\"config\":\"{\\\"backend\\\":\\\"fortran\\\"}\"}}");
    assertThat(wrong.status()).isIn(400, 503);
    assertThat(wrong.text()).contains("fortran");
    assertThat(running.post("/v2/models/m3/infer", ROW).text()).contains("[4.5,6.0]");
    assertThat(running.post("/v2/repository/models/m3/load", "").status()).isEqualTo(200);
    assertThat(running.get("/v2/models/m3/config").json().path("max_batch_size").asInt(0))
        .isEqualTo(8);
  }
}
