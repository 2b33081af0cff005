package dev.slipway.controllers.training;

import static dev.slipway.controllers.training.JobWorld.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.training.TrainingKind;
import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Training jobs and a kubelet, from a manifest to what became of it.
final class TrainingLoopTest {
  private static String tf(String policy, String... replicas) {
    return "{%s tfReplicaSpecs: {%s}}".formatted(policy, String.join(", ", replicas));
  }

  private static String torch(String policy, String... replicas) {
    return "{%s pytorchReplicaSpecs: {%s}}".formatted(policy, String.join(", ", replicas));
  }

  private static String tfReplica(String type, int count, String more) {
    return replica(TrainingKind.TF_JOB, type, count, more);
  }

  private static String torchReplica(String type, int count, String more) {
    return replica(TrainingKind.PYTORCH_JOB, type, count, more);
  }

  private static final String EXIT_CODE = "restartPolicy: ExitCode,";

  @Test
  void aJobIsCreatedRunsAndSucceeds() {
    var spec = tf("", tfReplica("PS", 1, ""), tfReplica("Worker", 2, ""));
    try (var it = new JobWorld(TrainingKind.TF_JOB, spec)) {
      assertThat(it.pods()).containsExactly("job-ps-0", "job-worker-0", "job-worker-1");
      assertThat(it.names(Kinds.SERVICE)).isEqualTo(it.pods());
      assertThat(it.conditions()).containsExactly("Created TFJobCreated");
      assertThat(it.message("Created")).isEqualTo("TFJob job is created.");
      assertThat(it.job().text("status", "startTime")).isNotEmpty();

      it.run();
      assertThat(it.conditions()).containsExactly("Created TFJobCreated", "Running TFJobRunning");
      assertThat(it.message("Running")).isEqualTo("TFJob default/job is running.");
      assertThat(it.counts("Worker")).isEqualTo("active=2");
      assertThat(it.job().at("status", "replicaStatuses", "Worker").path("selector").asString(""))
          .isEqualTo(
              "training.kubeflow.org/job-name=job,"
                  + "training.kubeflow.org/operator-name=tfjob-controller,"
                  + "training.kubeflow.org/replica-type=worker");

      it.exit("job-worker-1", 0);
      assertThat(it.counts("Worker")).isEqualTo("active=1 succeeded=1");
      it.exit("job-worker-0", 0);
      assertThat(it.conditions())
          .containsExactly(
              "Created TFJobCreated", "-Running TFJobRunning", "Succeeded TFJobSucceeded");
      assertThat(it.message("Succeeded")).isEqualTo("TFJob default/job successfully completed.");
      assertThat(it.job().text("status", "completionTime")).isNotEmpty();
      assertThat(it.counts("PS")).as("counted as through").isEqualTo("succeeded=1");
      assertThat(it.pods()).as("None keeps all").hasSize(3);
      assertThat(it.events())
          .contains(
              "Normal SuccessfulCreatePod Created pod: job-ps-0",
              "Normal SuccessfulCreateService Created service: job-worker-1",
              "Normal TFJobSucceeded TFJob default/job successfully completed.");
      it.world.mustBeSettled();
    }
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # policy | leader | ends         | why
                   |        | job-worker-0 | the first worker decides
          all      |        | both         | AllWorkers waits for all
                   | Chief  | job-chief-0  | a chief decides
                   | Master | job-master-0 | a master is a chief
          """)
  void whoDecidesWhenATfJobIsThrough(String policy, String leader, String ends, String why) {
    var worker = tfReplica("Worker", 2, "");
    var success = policy == null ? "" : "successPolicy: AllWorkers,";
    var spec = leader == null ? tf(success, worker) : tf(success, worker, tfReplica(leader, 1, ""));
    try (var it = new JobWorld(TrainingKind.TF_JOB, spec)) {
      it.run();
      if (ends.equals("both")) {
        it.exit("job-worker-0", 0);
        assertThat(it.job().isTrue("Succeeded")).as(why).isFalse();
        it.exit("job-worker-1", 0);
      } else {
        if (leader != null) {
          it.exit("job-worker-0", 0);
          assertThat(it.job().isTrue("Succeeded")).as(why).isFalse();
        }
        it.exit(ends, 0);
      }
      assertThat(it.job().isTrue("Succeeded")).as(why).isTrue();
    }
  }

  @Test
  void aFailedWorkerFailsAJobThatNeverRestarts() {
    try (var it = new JobWorld(TrainingKind.TF_JOB, tf("", tfReplica("Worker", 2, "")))) {
      it.run();
      it.exit("job-worker-1", 3);
      assertThat(it.conditions())
          .containsExactly("Created TFJobCreated", "-Running TFJobRunning", "Failed TFJobFailed");
      assertThat(it.message("Failed"))
          .isEqualTo("TFJob default/job has failed because 1 Worker replica(s) failed.");
      assertThat(it.events())
          .contains(
              "Normal ExitedWithCode Pod: default.job-worker-1 exited with code 3",
              "Normal TFJobFailed TFJob default/job has failed because 1 Worker replica(s)"
                  + " failed.");
      it.world.mustBeSettled();
    }
  }

  @Test
  void aDynamicWorkersFailureIsItsOwn() {
    var spec = tf("enableDynamicWorker: true,", tfReplica("Worker", 2, ""));
    try (var it = new JobWorld(TrainingKind.TF_JOB, spec)) {
      it.run();
      it.exit("job-worker-1", 1);
      assertThat(it.job().isTrue("Failed")).isFalse();
      it.exit("job-worker-0", 0);
      assertThat(it.job().isTrue("Succeeded")).isTrue();
    }
  }

  @Test
  void aWorkerEndedByASignalIsMadeAnew() {
    var spec = torch("", torchReplica("Master", 1, ""), torchReplica("Worker", 1, EXIT_CODE));
    try (var it = new JobWorld(TrainingKind.PYTORCH_JOB, spec)) {
      it.run();
      var before = it.pod("job-worker-0").uid();
      it.exit("job-worker-0", 137);
      assertThat(it.pod("job-worker-0").uid()).isNotEqualTo(before);
      assertThat(it.counts("Worker")).isEqualTo("restarts=1");
      assertThat(it.events())
          .contains(
              "Warning PyTorchJobRestarting job job is restarting because Worker replica(s)"
                  + " failed.",
              "Normal SuccessfulDeletePod Deleted pod: job-worker-0");
      it.run();
      assertThat(it.conditions())
          .containsExactly("Created PyTorchJobCreated", "Running PyTorchJobRunning");
      it.exit("job-master-0", 0);
      assertThat(it.message("Succeeded")).isEqualTo("PyTorchJob job is successfully completed.");
      it.world.mustBeSettled();
    }
  }

  @Test
  void aWorkerThatEndsWithAnErrorOfItsOwnIsNot() {
    var spec = torch("", torchReplica("Worker", 2, EXIT_CODE));
    try (var it = new JobWorld(TrainingKind.PYTORCH_JOB, spec)) {
      it.run();
      it.exit("job-worker-0", 127);
      assertThat(it.message("Failed"))
          .isEqualTo("job \"job\" is failing because \"Worker\" replica(s) failed.");
      assertThat(it.job().text("status", "completionTime")).isNotEmpty();
    }
  }

  @Test
  void aWorkerThatFailsAgainAndAgainIsMadeAnewEverLater() {
    var spec = torch("", torchReplica("Worker", 2, EXIT_CODE));
    try (var it = new JobWorld(TrainingKind.PYTORCH_JOB, spec)) {
      for (int times = 0; times < 3; times++) {
        it.run();
        it.exit("job-worker-0", 139);
        it.world.pass(Duration.ofSeconds(4));
      }
      assertThat(it.counts("Worker")).isEqualTo("active=1 restarts=3");
      it.run();
      var last = it.pod("job-worker-0").uid();
      it.exit("job-worker-0", 139);
      it.world.pass(Duration.ofSeconds(3));
      assertThat(it.pod("job-worker-0").uid()).isEqualTo(last);
      assertThat(it.job().isTrue("Restarting")).isTrue();
      it.world.pass(Duration.ofSeconds(2));
      assertThat(it.pod("job-worker-0").uid()).isNotEqualTo(last);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(ints = {0, 1, 3})
  void podsMadeAnewCountAgainstTheBackoffLimit(int limit) {
    var spec =
        torch(
            "runPolicy: {backoffLimit: %d},".formatted(limit),
            torchReplica("Worker", 2, EXIT_CODE));
    try (var it = new JobWorld(TrainingKind.PYTORCH_JOB, spec)) {
      for (int times = 0; times < limit; times++) {
        it.run();
        it.exit("job-worker-0", 137);
        it.world.pass(Duration.ofSeconds(10));
        assertThat(it.job().isTrue("Failed")).isFalse();
      }
      it.run();
      it.exit("job-worker-0", 137);
      assertThat(it.message("Failed"))
          .isEqualTo("Job job has failed because it has reached the specified backoff limit");
      assertThat(it.pods())
          .as("what ran is ended, what ended is kept")
          .containsExactly("job-worker-0");
      it.world.mustBeSettled();
    }
  }

  @Test
  void containersRestartedInPlaceCountAgainstTheBackoffLimit() {
    var spec = torch("runPolicy: {backoffLimit: 2},", torchReplica("Worker", 2, ""));
    try (var it = new JobWorld(TrainingKind.PYTORCH_JOB, spec)) {
      it.run();
      it.restarted("job-worker-0", 1);
      assertThat(it.job().isTrue("Failed")).isFalse();
      it.restarted("job-worker-1", 1);
      assertThat(it.job().isTrue("Failed")).isTrue();
    }
  }

  @Test
  void aJobPastItsDeadlineFails() {
    var spec = tf("runPolicy: {activeDeadlineSeconds: 30},", tfReplica("Worker", 1, ""));
    try (var it = new JobWorld(TrainingKind.TF_JOB, spec)) {
      it.run();
      it.world.pass(Duration.ofSeconds(29));
      assertThat(it.job().isTrue("Failed")).isFalse();
      it.world.pass(Duration.ofSeconds(2));
      assertThat(it.message("Failed"))
          .isEqualTo("Job job has failed because it was active longer than specified deadline");
      assertThat(it.pods()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          None    | job-ps-0,job-worker-0,job-worker-1
          Running | job-worker-0
          All     | ''
          """)
  void aFinishedJobIsCleanedUpAsItsPolicySays(String policy, String left) {
    var spec =
        tf(
            "runPolicy: {cleanPodPolicy: %s},".formatted(policy),
            tfReplica("PS", 1, ""),
            tfReplica("Worker", 2, ""));
    try (var it = new JobWorld(TrainingKind.TF_JOB, spec)) {
      it.run();
      it.exit("job-worker-0", 0);
      assertThat(String.join(",", it.pods())).isEqualTo(left);
      assertThat(it.names(Kinds.SERVICE)).isEqualTo(it.pods());
      it.world.mustBeSettled();
    }
  }

  @Test
  void aFinishedJobGoesWhenItsTimeIsUp() {
    var spec = tf("runPolicy: {ttlSecondsAfterFinished: 60},", tfReplica("Worker", 1, ""));
    try (var it = new JobWorld(TrainingKind.TF_JOB, spec)) {
      it.run();
      it.exit("job-worker-0", 0);
      it.world.pass(Duration.ofSeconds(59));
      assertThat(it.isThere()).isTrue();
      it.world.pass(Duration.ofSeconds(2));
      assertThat(it.isThere()).isFalse();
    }
  }

  @Test
  void aSuspendedJobHasNoPodsUntilItIsResumed() {
    var spec = torch("runPolicy: {suspend: true},", torchReplica("Worker", 2, ""));
    try (var it = new JobWorld(TrainingKind.PYTORCH_JOB, spec)) {
      assertThat(it.pods()).isEmpty();
      assertThat(it.conditions())
          .containsExactly("Created PyTorchJobCreated", "Suspended PyTorchJobSuspended");
      assertThat(it.job().text("status", "startTime")).isEmpty();

      it.change("{spec: {runPolicy: {suspend: false}}}");
      it.run();
      assertThat(it.conditions())
          .containsExactly(
              "Created PyTorchJobCreated",
              "-Suspended PyTorchJobResumed",
              "Running PyTorchJobRunning");
      var started = it.job().text("status", "startTime");

      it.world.pass(Duration.ofSeconds(10));
      it.change("{spec: {runPolicy: {suspend: true}}}");
      assertThat(it.pods()).isEmpty();
      assertThat(it.names(Kinds.SERVICE)).isEmpty();
      assertThat(it.conditions())
          .containsExactly(
              "Created PyTorchJobCreated",
              "-Running PyTorchJobSuspended",
              "Suspended PyTorchJobSuspended");
      assertThat(it.counts("Worker")).isEmpty();

      it.world.pass(Duration.ofSeconds(10));
      it.change("{spec: {runPolicy: {suspend: false}}}");
      assertThat(it.pods()).hasSize(2);
      assertThat(it.job().text("status", "startTime")).isGreaterThan(started);
      it.world.mustBeSettled();
    }
  }

  @Test
  void aJobThatAnotherManagesIsLeftAlone() {
    var policy = "runPolicy: {managedBy: kueue.x-k8s.io/multikueue},";
    try (var it = new JobWorld(TrainingKind.TF_JOB, tf(policy, tfReplica("Worker", 1, "")))) {
      assertThat(it.pods()).isEmpty();
      assertThat(it.job().status().isMissingNode()).isTrue();
    }
  }

  @Test
  void aJobScaledInLosesItsLastWorkersAndTheirServices() {
    try (var it =
        new JobWorld(TrainingKind.PYTORCH_JOB, torch("", torchReplica("Worker", 3, "")))) {
      it.run();
      it.change("{spec: {pytorchReplicaSpecs: {Worker: {replicas: 1}}}}");
      assertThat(it.pods()).containsExactly("job-worker-0");
      assertThat(it.names(Kinds.SERVICE)).containsExactly("job-worker-0");
      it.change("{spec: {pytorchReplicaSpecs: {Worker: {replicas: 2}}}}");
      assertThat(it.pods()).containsExactly("job-worker-0", "job-worker-1");
      it.world.mustBeSettled();
    }
  }

  @Test
  void anElasticJobIsThroughWithItsFirstWorkerAndScaledByItsMetrics() {
    var policy =
        "elasticPolicy: {minReplicas: 1, maxReplicas: 4, metrics: [{type: Resource, resource:"
            + " {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]},";
    try (var it =
        new JobWorld(TrainingKind.PYTORCH_JOB, torch(policy, torchReplica("Worker", 2, "")))) {
      var scaler =
          it.world
              .cluster()
              .get(Kinds.HORIZONTAL_POD_AUTOSCALER.key("default", "job"))
              .orElseThrow();
      assertThat(scaler.spec().path("minReplicas").asInt()).isEqualTo(1);
      assertThat(scaler.spec().path("maxReplicas").asInt()).isEqualTo(4);
      assertThat(scaler.text("spec", "scaleTargetRef", "kind")).isEqualTo("PyTorchJob");
      it.run();
      it.exit("job-worker-1", 0);
      assertThat(it.job().isTrue("Succeeded")).isTrue();
      assertThat(it.names(Kinds.HORIZONTAL_POD_AUTOSCALER)).as("nothing left to scale").isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          XGBOOST_JOB | Master | XGBoostJob job is successfully completed.
          PADDLE_JOB  | Master | PaddleJob job is successfully completed.
          PADDLE_JOB  | Worker | PaddleJob default/job successfully completed.
          JAX_JOB     | Worker | JAXJob default/job successfully completed.
          PYTORCH_JOB | Worker | PyTorchJob default/job successfully completed.
          """)
  void everyKindSaysItsOwnWords(TrainingKind kind, String type, String message) {
    var spec = "{%s: {%s}}".formatted(kind.replicas().field(), replica(kind, type, 1, ""));
    try (var it = new JobWorld(kind, spec)) {
      it.run();
      assertThat(it.job().isTrue("Running")).isTrue();
      it.exit("job-" + type.toLowerCase(Locale.ROOT) + "-0", 0);
      assertThat(it.message("Succeeded")).isEqualTo(message);
    }
  }

  @Test
  void aServiceThatIsGoneIsMadeAgainAndAPodsTemplateIsKept() {
    var worker =
        """
        Worker: {template: {metadata: {labels: {team: blue}, annotations: {note: x}},
          spec: {restartPolicy: Always, priorityClassName: high,
            containers: [{name: tensorflow, image: i}]}}}
        """;
    try (var it = new JobWorld(TrainingKind.TF_JOB, tf("", worker))) {
      it.world.cluster().delete(Kinds.SERVICE.key("default", "job-worker-0"), Json.object());
      it.world.settle();
      assertThat(it.names(Kinds.SERVICE)).containsExactly("job-worker-0");
      var pod = it.pod("job-worker-0");
      assertThat(pod.label("team")).isEqualTo("blue");
      assertThat(pod.annotation("note")).isEqualTo("x");
      assertThat(pod.label("training.kubeflow.org/job-role")).isEqualTo("master");
      assertThat(pod.label("training.kubeflow.org/replica-index")).isEqualTo("0");
      assertThat(pod.text("spec", "restartPolicy")).isEqualTo("Never");
      assertThat(it.events())
          .contains(
              "Warning SetPodTemplateRestartPolicy Restart policy in pod template will be"
                  + " overwritten by restart policy in replica spec");
    }
  }
}
