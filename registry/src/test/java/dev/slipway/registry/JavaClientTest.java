package dev.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;

/// MLflow's own Java client, unmodified, against a registry that listens.
@ParameterizedClass
@EnumSource
final class JavaClientTest {
  @TempDir Path directory;
  @Parameter TestDatabase database = TestDatabase.SQLITE;
  private RegistryServer server;
  private MlflowClient client;

  @BeforeEach
  void start() {
    server = new RegistryServer(database.settings(directory));
    client = new MlflowClient(server.url());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void anExperimentIsMadeRenamedDeletedAndRestored() {
    String id = client.createExperiment("churn");
    client.setExperimentTag(id, "team", "growth");
    client.renameExperiment(id, "churn-2");
    assertThat(client.getExperimentByName("churn")).isEmpty();
    assertThat(client.getExperiment(id).getName()).isEqualTo("churn-2");
    assertThat(client.getExperiment(id).getTags(0).getValue()).isEqualTo("growth");
    client.deleteExperiment(id);
    assertThat(client.getExperiment(id).getLifecycleStage()).isEqualTo("deleted");
    assertThat(client.searchExperiments().getItems()).hasSize(1);
    client.restoreExperiment(id);
    assertThat(client.searchExperiments("name LIKE 'churn%'").getItems()).hasSize(1);
  }

  @Test
  void aNameTakenIsRefusedByItsCode() {
    client.createExperiment("twice");
    assertThatThrownBy(() -> client.createExperiment("twice"))
        .isInstanceOf(MlflowClientException.class)
        .hasMessageContaining("RESOURCE_ALREADY_EXISTS");
  }

  @Test
  void whatARunLogsIsReadBack() {
    RunInfo run = client.createRun("0");
    String id = run.getRunId();
    client.logParam(id, "depth", "5");
    client.logMetric(id, "loss", 0.9, 1000, 0);
    client.logMetric(id, "loss", 0.5, 2000, 1);
    client.logMetric(id, "gap", Double.NaN, 2000, 1);
    client.setTag(id, "stage", "dev");
    client.setTag(id, "gone", "soon");
    client.deleteTag(id, "gone");
    client.setTerminated(id, RunStatus.FINISHED);
    var read = client.getRun(id);
    assertThat(read.getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
    assertThat(read.getInfo().getEndTime()).isPositive();
    assertThat(read.getData().getParamsList())
        .containsExactly(Param.newBuilder().setKey("depth").setValue("5").build());
    assertThat(read.getData().getMetricsList())
        .extracting(Metric::getKey, Metric::getValue)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("gap", Double.NaN),
            org.assertj.core.groups.Tuple.tuple("loss", 0.5));
    assertThat(read.getData().getTagsList())
        .extracting(RunTag::getKey)
        .containsExactly("mlflow.runName", "stage");
    assertThat(client.getMetricHistory(id, "loss"))
        .extracting(Metric::getStep, Metric::getValue)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(0L, 0.9),
            org.assertj.core.groups.Tuple.tuple(1L, 0.5));
  }

  @Test
  void aBatchIsKeptWhole() {
    String id = client.createRun("0").getRunId();
    client.logBatch(
        id,
        List.of(
            Metric.newBuilder().setKey("a").setValue(1).setTimestamp(1).setStep(0).build(),
            Metric.newBuilder().setKey("b").setValue(2).setTimestamp(1).setStep(0).build()),
        List.of(Param.newBuilder().setKey("p").setValue("v").build()),
        List.of(RunTag.newBuilder().setKey("t").setValue("w").build()));
    var data = client.getRun(id).getData();
    assertThat(data.getMetricsCount()).isEqualTo(2);
    assertThat(data.getParamsCount()).isEqualTo(1);
    assertThat(data.getTagsCount()).isEqualTo(2);
  }

  @Test
  void runsAreFoundByFilterOrderAndPage() {
    for (int i = 0; i < 5; i++) {
      String id = client.createRun("0").getRunId();
      client.logMetric(id, "auc", i / 10.0, 1, 0);
      client.logParam(id, "model", i % 2 == 0 ? "tree" : "linear");
    }
    assertThat(found("params.model = 'tree' AND metrics.auc > 0.1")).isEqualTo(2);
    var page =
        client.searchRuns(List.of("0"), "", ViewType.ACTIVE_ONLY, 2, List.of("metrics.auc DESC"));
    assertThat(page.getItems()).hasSize(2);
    assertThat(page.getItems().getFirst().getData().getMetrics(0).getValue()).isEqualTo(0.4);
    int seen = page.getItems().size();
    var next = page;
    while (next.hasNextPage()) {
      next = (org.mlflow.tracking.RunsPage) next.getNextPage();
      seen += next.getItems().size();
    }
    assertThat(seen).isEqualTo(5);
  }

  @Test
  void aDeletedRunIsHiddenAndRejectsWritesUntilRestored() {
    String id = client.createRun("0").getRunId();
    client.deleteRun(id);
    assertThat(found("")).isZero();
    assertThatThrownBy(() -> client.logParam(id, "a", "b"))
        .hasMessageContaining("INVALID_PARAMETER_VALUE");
    client.restoreRun(id);
    client.logParam(id, "a", "b");
    assertThat(found("")).isEqualTo(1);
  }

  private int found(String filter) {
    return client.searchRuns(List.of("0"), filter, ViewType.ACTIVE_ONLY, 100).getItems().size();
  }
}
