package dev.slipway.controllers.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.FakeCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

final class RunsTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String ADDRESS = "http://registry.slipway-system.svc.cluster.local";

  private final FakeClock clock = new FakeClock();
  private final FakeCluster cluster = new FakeCluster(clock);
  private final MemoryLedger ledger = new MemoryLedger();
  private RunKeeper keeper = new RunKeeper(cluster, ledger, ADDRESS);

  private Resource make(Kind kind, String name, String more, Resource... owner) {
    ObjectNode object = (ObjectNode) YAML.readTree("metadata: {name: " + name + ", namespace: ml}");
    object.setAll((ObjectNode) YAML.readTree(more.isEmpty() ? "{}" : more));
    ObjectNode metadata = (ObjectNode) object.path("metadata");
    metadata.put("name", name).put("namespace", "ml");
    for (Resource each : owner) {
      metadata
          .putArray("ownerReferences")
          .addObject()
          .put("apiVersion", apiVersion(each.kind()))
          .put("kind", each.kind().kind())
          .put("name", each.name())
          .put("uid", each.uid())
          .put("controller", true);
    }
    cluster.serve(kind);
    return cluster.create(kind, object);
  }

  private static String apiVersion(Kind kind) {
    return kind.group().isEmpty() ? kind.version() : kind.group() + "/" + kind.version();
  }

  private static String asking(String experiment) {
    return "metadata: {annotations: {slipway.dev/mlflow-experiment: " + experiment + "}}";
  }

  private void tell(Resource object, boolean gone) {
    try (var follower = new RunFollower(cluster, keeper, clock)) {
      follower.tell(object, gone);
    }
  }

  private static Resource ended(Resource object, String condition) {
    ObjectNode tree = object.copy();
    tree.set("status", YAML.readTree("conditions: [{type: " + condition + ", status: 'True'}]"));
    return Resource.of(object.kind(), tree);
  }

  @Test
  void thePodsOfAJobThatAsksFindItsRun() {
    Resource job = make(Kinds.JOB, "train", asking("flowers"));
    Resource pod = make(Kinds.POD, "train-x", "", job);
    assertThat(keeper.variables(pod))
        .containsExactly(
            java.util.Map.entry("MLFLOW_EXPERIMENT_ID", "id of flowers"),
            java.util.Map.entry("MLFLOW_EXPERIMENT_NAME", "flowers"),
            java.util.Map.entry("MLFLOW_RUN_ID", "run-1"),
            java.util.Map.entry("MLFLOW_TRACKING_URI", ADDRESS));
    assertThat(cluster.get(job.key()).orElseThrow().annotation("slipway.dev/mlflow-run-id"))
        .isEqualTo("run-1");
    assertThat(ledger.tags.get("run-1"))
        .containsEntry("slipway.object", "Job/ml/train")
        .containsEntry("slipway.uid", job.uid());
  }

  @Test
  void nobodyElseFindsAnything() {
    Resource job = make(Kinds.JOB, "train", "metadata: {annotations: {slipway.dev/mlflow: 'no'}}");
    assertThat(keeper.variables(make(Kinds.POD, "train-x", "", job))).isEmpty();
    assertThat(keeper.variables(make(Kinds.POD, "alone", asking("flowers")))).isEmpty();
    tell(job, false);
    assertThat(ledger.written).isEmpty();
  }

  @Test
  void aRunIsBegunOnceHoweverOftenPodsAndProgramsStart() {
    Resource job = make(Kinds.JOB, "train", asking("flowers"));
    Resource pod = make(Kinds.POD, "train-x", "", job);
    keeper.variables(pod);
    keeper.variables(make(Kinds.POD, "train-y", "", job));
    keeper = new RunKeeper(cluster, ledger, ADDRESS);
    tell(job, false);
    assertThat(keeper.variables(pod)).containsEntry("MLFLOW_RUN_ID", "run-1");
    assertThat(ledger.written).containsExactly("begin run-1 train in id of flowers");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "Complete, FINISHED",
    "Succeeded, FINISHED",
    "EarlyStopped, FINISHED",
    "Failed, FAILED",
    "MetricsUnavailable, FAILED",
    "Killed, KILLED"
  })
  void aRunEndsAsItsJob(String condition, String status) {
    Resource job = make(Kinds.JOB, "train", asking("flowers"));
    tell(job, false);
    tell(ended(job, condition), false);
    assertThat(ledger.written)
        .containsExactly("begin run-1 train in id of flowers", "end run-1 " + status);
  }

  @Test
  void aJobThatIsDeletedBeforeItsEndWasKilled() {
    Resource job = make(Kinds.JOB, "train", asking("flowers"));
    tell(job, true);
    assertThat(ledger.written).endsWith("end run-1 KILLED");
  }

  @Test
  void theOutermostOwnerThatAsksHasTheRun() {
    Kind kind = Kind.namespaced("trainer.kubeflow.org", "v1alpha1", "TrainJob", "trainjobs");
    Kind set = Kind.namespaced("jobset.x-k8s.io", "v1alpha2", "JobSet", "jobsets");
    Resource train = make(kind, "tune", asking("flowers"));
    Resource jobs = make(set, "tune", asking("flowers"), train);
    Resource job = make(Kinds.JOB, "tune-node-0", asking("flowers"), jobs);
    Resource pod = make(Kinds.POD, "tune-node-0-x", "", job);
    keeper.variables(pod);
    tell(ended(job, "Complete"), false);
    tell(jobs, false);
    tell(ended(train, "Complete"), false);
    assertThat(ledger.written)
        .containsExactly("begin run-1 tune in id of flowers", "end run-1 FINISHED");
  }

  @Test
  void aTrialIsAChildOfItsExperimentWithItsParametersAndMetrics() {
    Resource experiment =
        make(
            Tracked.KATIB_EXPERIMENT,
            "search",
            "metadata: {annotations: {slipway.dev/mlflow: 'true'}}");
    Resource trial =
        make(
            Tracked.TRIAL,
            "search-a",
            """
            spec:
              parameterAssignments: [{name: lr, value: "0.1"}, {name: depth, value: "3"}]
            """,
            experiment);
    Resource job = make(Kinds.JOB, "search-a", "", trial);
    assertThat(keeper.variables(make(Kinds.POD, "search-a-x", "", job)))
        .containsEntry("MLFLOW_EXPERIMENT_NAME", "search")
        .containsEntry("MLFLOW_RUN_ID", "run-2");
    assertThat(ledger.tags.get("run-2")).containsEntry("mlflow.parentRunId", "run-1");
    ObjectNode tree = trial.copy();
    tree.set(
        "status",
        YAML.readTree(
            """
            completionTime: "2026-01-02T03:00:00Z"
            conditions: [{type: Succeeded, status: "True"}]
            observation:
              metrics: [{name: auc, latest: "0.9", min: "0.1", max: "0.9"}, {name: loss, latest: unavailable}]
            """));
    tell(Resource.of(Tracked.TRIAL, tree), false);
    assertThat(ledger.written)
        .containsExactly(
            "begin run-1 search in id of search",
            "begin run-2 search-a in id of search",
            "parameters run-2 {lr=0.1, depth=3}",
            "metrics run-2 {auc=0.9} at 2026-01-02T03:00:00Z",
            "end run-2 FINISHED");
  }

  @Test
  void whileTheTrackerIsAwayJobsRunOn() {
    Resource job = make(Kinds.JOB, "train", asking("flowers"));
    Resource pod = make(Kinds.POD, "train-x", "", job);
    ledger.away = true;
    assertThat(keeper.variables(pod)).containsOnlyKeys("MLFLOW_TRACKING_URI");
    ledger.away = false;
    assertThat(keeper.variables(pod)).containsEntry("MLFLOW_RUN_ID", "run-1");
  }
}
