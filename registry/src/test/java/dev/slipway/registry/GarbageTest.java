package dev.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.registry.Garbage.Wanted;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
final class GarbageTest {
  private static final Wanted ALL = new Wanted(Duration.ZERO, List.of(), List.of(), List.of());

  @TempDir Path directory;
  @Parameter TestDatabase database = TestDatabase.SQLITE;
  private RegistryServer server;

  @BeforeEach
  void start() {
    server = new RegistryServer(database.settings(directory));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void upload(String path) {
    server.send(
        HttpRequest.newBuilder(
                URI.create(server.url() + "/api/2.0/mlflow-artifacts/artifacts/" + path))
            .PUT(BodyPublishers.ofString("x"))
            .build());
  }

  private int status(String path) {
    return server.get(path).status();
  }

  @Test
  void aDeletedRunGoesWithItsFilesAndTheOthersStay() {
    String gone = server.run();
    String kept = server.run();
    upload("0/" + gone + "/artifacts/a");
    upload("0/" + kept + "/artifacts/a");
    server.post("runs/delete", "{\"run_id\":\"" + gone + "\"}");
    var removed = server.registry().collect(ALL);
    assertThat(removed.runs()).containsExactly(gone);
    assertThat(status("runs/get?run_id=" + gone)).isEqualTo(404);
    assertThat(status("runs/get?run_id=" + kept)).isEqualTo(200);
    assertThat(directory.resolve("artifacts/0/" + gone))
        .satisfies(path -> assertThat(path.resolve("artifacts/a")).doesNotExist());
    assertThat(directory.resolve("artifacts/0/" + kept + "/artifacts/a")).exists();
    assertThat(server.registry().collect(ALL).runs()).isEmpty();
  }

  @Test
  void theNameOfAnExperimentIsFreeAgain() {
    String id =
        server
            .post("experiments/create", "{\"name\":\"churn\"}")
            .body()
            .path("experiment_id")
            .stringValue();
    String run =
        server
            .post("runs/create", "{\"experiment_id\":\"" + id + "\"}")
            .body()
            .at("/run/info/run_id")
            .stringValue();
    server.post(
        "runs/log-metric",
        "{\"run_id\":\"%s\",\"key\":\"m\",\"value\":1,\"timestamp\":1}".formatted(run));
    server.post("logged-models", "{\"experiment_id\":\"" + id + "\"}");
    upload(id + "/" + run + "/artifacts/a");
    server.post("experiments/delete", "{\"experiment_id\":\"" + id + "\"}");
    assertThat(server.post("experiments/create", "{\"name\":\"churn\"}").status()).isEqualTo(400);
    var removed =
        server.registry().collect(new Wanted(Duration.ZERO, List.of(), List.of(id), List.of()));
    assertThat(removed.experiments()).containsExactly(id);
    assertThat(server.post("experiments/create", "{\"name\":\"churn\"}").status()).isEqualTo(200);
    assertThat(status("runs/get?run_id=" + run)).isEqualTo(404);
    assertThat(directory.resolve("artifacts/" + id)).doesNotExist();
  }

  @Test
  void whatIsNotDeletedOrNotForLongEnoughStays() {
    String run = server.run();
    var named = new Wanted(Duration.ZERO, List.of(run), List.of(), List.of());
    assertThatThrownBy(() -> server.registry().collect(named))
        .hasMessageContaining("Run " + run + " is not deleted");
    server.post("runs/delete", "{\"run_id\":\"" + run + "\"}");
    var old = new Wanted(Duration.ofDays(1), List.of(), List.of(), List.of());
    assertThat(server.registry().collect(old).runs()).isEmpty();
    server.post("runs/restore", "{\"run_id\":\"" + run + "\"}");
    assertThat(server.registry().collect(ALL).runs()).isEmpty();
    assertThat(status("runs/get?run_id=" + run)).isEqualTo(200);
  }

  @Test
  void aDeletedModelGoesWithItsFiles() {
    String id =
        server
            .post("logged-models", "{\"experiment_id\":\"0\"}")
            .body()
            .at("/model/info/model_id")
            .stringValue();
    upload("0/models/" + id + "/artifacts/MLmodel");
    server.call("DELETE", "/api/2.0/mlflow/logged-models/" + id, "");
    var removed =
        server.registry().collect(new Wanted(Duration.ZERO, List.of(), List.of(), List.of(id)));
    assertThat(removed.models()).containsExactly(id);
    assertThat(directory.resolve("artifacts/0/models/" + id + "/artifacts/MLmodel")).doesNotExist();
  }
}
