package dev.slipway.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.base.Json;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What joins the registry to those who serve its models and those who train here.
final class RegistryTiesTest {
  @TempDir Path directory;
  private RegistryRoom room;
  private RegisteredVersions versions;
  private RegisteredRuns runs;

  @BeforeEach
  void open() {
    room = RegistryRoom.at(directory);
    versions = new RegisteredVersions(room);
    runs = new RegisteredRuns(room);
  }

  @AfterEach
  void close() {
    room.close();
  }

  private String registered(String run) {
    var registry = room.registry();
    var info =
        registry
            .call("GET", "runs/get", Json.object().put("run_id", run))
            .at("/run/info/artifact_uri")
            .asString();
    return registry
        .call(
            "POST",
            "model-versions/create",
            Json.object().put("name", "iris").put("source", info + "/model").put("run_id", run))
        .at("/model_version/version")
        .asString();
  }

  private String begun() {
    room.registry().call("POST", "registered-models/create", Json.object().put("name", "iris"));
    String run =
        runs.begin(runs.experiment("flowers"), "train", Map.of("slipway.object", "Job/ml/train"));
    assertThat(registered(run)).isEqualTo("1");
    assertThat(registered(run)).isEqualTo("2");
    room.registry()
        .call(
            "POST",
            "registered-models/alias",
            Json.object().put("name", "iris").put("alias", "champion").put("version", "1"));
    room.registry()
        .call(
            "POST",
            "model-versions/transition-stage",
            Json.object().put("name", "iris").put("version", "2").put("stage", "Production"));
    return run;
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "models:/iris@champion, 1",
    "models:/iris/Production, 2",
    "models:/iris/latest, 2",
    "models:/iris/1, 1",
    "models:/iris@loser, ",
    "models:/iris/Staging, ",
    "models:/iris/Nonsense, ",
    "models:/iris/7, ",
    "models:/rose/1, ",
    "models:/rose@champion, ",
    "models:/m-0123, "
  })
  void aNameMeansAVersion(String uri, String version) {
    String run = begun();
    var found = versions.resolve(uri);
    assertThat(found.map(it -> it.version()).orElse(null)).isEqualTo(version);
    assertThat(found.map(it -> it.run()).orElse(run)).isEqualTo(run);
  }

  @Test
  void whoListensHearsOfAMoveAndNotOfALook() {
    var heard = new AtomicInteger();
    versions.onChange(heard::incrementAndGet);
    begun();
    int before = heard.get();
    assertThat(before).isPositive();
    assertThat(versions.resolve("models:/iris/latest")).isPresent();
    assertThat(heard).hasValue(before);
  }

  @Test
  void aRunIsFoundByItsTagAndEnds() {
    String experiment = runs.experiment("flowers");
    assertThat(runs.experiment("flowers")).isEqualTo(experiment);
    String run = runs.begin(experiment, "train", Map.of("slipway.uid", "u-1"));
    assertThat(runs.find(experiment, "slipway.uid", "u-1")).contains(run);
    assertThat(runs.find(experiment, "slipway.uid", "u-2")).isEmpty();
    runs.parameters(run, Map.of("lr", "0.1"));
    runs.parameters(run, Map.of("lr", "0.1"));
    runs.metrics(run, Map.of("auc", 0.5), Instant.ofEpochMilli(5));
    runs.end(run, "FAILED", Instant.ofEpochMilli(9));
    var info =
        room.registry().call("GET", "runs/get", Json.object().put("run_id", run)).at("/run/info");
    assertThat(info.path("status").asString() + " " + info.path("end_time").asLong())
        .isEqualTo("FAILED 9");
  }

  @Test
  void aVersionTellsWhereItComesFromAndWhoServesIt() throws Exception {
    String run = begun();
    runs.parameters(run, Map.of("lr", "0.1"));
    versions.servedBy("iris", "1", "ml/flowers,ml/garden");
    try (var server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), room)) {
      var client = new RegistryClient("http://127.0.0.1:" + server.port() + "/");
      var found = client.lineage("models:/iris@champion");
      assertThat(found.path("model").asString()).isEqualTo("models:/iris/1");
      assertThat(found.path("servedBy").toString()).isEqualTo("[\"ml/flowers\",\"ml/garden\"]");
      assertThat(found.at("/run/id").asString()).isEqualTo(run);
      assertThat(found.at("/run/object").asString()).isEqualTo("Job/ml/train");
      assertThat(found.at("/run/experiment").asString()).isEqualTo("flowers");
      assertThat(found.at("/run/params").toString()).isEqualTo("[\"lr=0.1\"]");
      versions.servedBy("iris", "1", "");
      assertThat(client.lineage("models:/iris/1").path("servedBy")).isEmpty();
      assertThatThrownBy(() -> client.lineage("models:/rose/1"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("rose");
      assertThatThrownBy(() -> client.lineage("iris"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("expected models:/NAME/VERSION");
    }
  }
}
