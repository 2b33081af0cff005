package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Jobs, CronJobs, DaemonSets and evictions, as a user of kubectl meets them.
final class BatchJourneyTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String WAIT = "--timeout=120s";

  private static Path data = Path.of("");
  private static LivePlatform platform;

  @BeforeAll
  static void start() throws Exception {
    data = Files.createTempDirectory("slipway-data");
    platform = LivePlatform.start(data);
  }

  @AfterAll
  static void end() throws Exception {
    platform.close();
    LiveServer.deleteTree(data);
  }

  /// @param spec fields of the Job's spec, as YAML in one line each, indented by two
  private static String job(String name, String spec, String command) {
    return """
    apiVersion: batch/v1
    kind: Job
    metadata: {name: %s}
    spec:
    %s
      template:
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers:
            - {name: c, image: busybox, command: [sh, -c, "%s"]}
    """
        .formatted(name, spec, command);
  }

  @Test
  void eachIndexRunsOnceAndKnowsItsNumber() {
    var in = platform.kubectl().fresh("indexed");
    in.apply(
        job(
            "numbers",
            "  completions: 4\n  parallelism: 2\n  completionMode: Indexed",
            "echo index=$JOB_COMPLETION_INDEX"));
    in.ok("wait", "--for=condition=Complete", "job/numbers", WAIT);
    assertThat(in.field(".status.completedIndexes", "job", "numbers")).isEqualTo("0-3");
    assertThat(in.field(".status.succeeded", "job", "numbers")).isEqualTo("4");
    for (int index = 0; index < 4; index++) {
      var label = "batch.kubernetes.io/job-completion-index=" + index;
      assertThat(in.ok("logs", "-l", label).strip()).isEqualTo("index=" + index);
    }
    assertThat(in.ok("describe", "job", "numbers"))
        .contains("SuccessfulCreate", "Created pod: numbers-0-", "Completed", "Job completed");
    in.ok("delete", "job", "numbers");
    await().atMost(PATIENCE).until(() -> in.ok("get", "pods", "-o", "name").isBlank());
  }

  @Test
  void aJobThatFailsForeverEndsAtItsLimitAndSaysSo() {
    var in = platform.kubectl().fresh("failing");
    in.apply(job("broken", "  backoffLimit: 0", "exit 3"));
    in.ok("wait", "--for=condition=Failed", "job/broken", WAIT);
    assertThat(in.field(".status.failed", "job", "broken")).isEqualTo("1");
    assertThat(in.ok("describe", "job", "broken"))
        .contains("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  }

  @Test
  void aSuspendedJobWaitsAndGoesOn() {
    var in = platform.kubectl().fresh("suspended");
    in.apply(job("later", "  suspend: true", "echo done"));
    in.ok("wait", "--for=condition=Suspended", "job/later", WAIT);
    assertThat(in.ok("get", "pods", "-o", "name")).isBlank();
    in.ok("patch", "job", "later", "--type=merge", "-p", "{\"spec\":{\"suspend\":false}}");
    in.ok("wait", "--for=condition=Complete", "job/later", WAIT);
    assertThat(in.ok("describe", "job", "later")).contains("Suspended", "Resumed", "Completed");
  }

  @Test
  void aCronJobsJobCanBeRunByHand() {
    var in = platform.kubectl().fresh("cron");
    in.apply(
        """
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: tick}
        spec:
          schedule: "0 0 29 2 *"
          jobTemplate:
            spec:
              template:
                spec:
                  restartPolicy: OnFailure
                  containers: [{name: c, image: busybox, command: [sh, -c, "echo tick"]}]
        """);
    in.ok("create", "job", "now", "--from=cronjob/tick");
    in.ok("wait", "--for=condition=Complete", "job/now", WAIT);
    assertThat(in.ok("logs", "job/now").strip()).isEqualTo("tick");
    await()
        .atMost(PATIENCE)
        .until(() -> !in.field(".status.lastSuccessfulTime", "cronjob", "tick").isEmpty());
    var refused =
        in.refused("create", "cronjob", "bad", "--image=busybox", "--schedule=TZ=UTC 0 * * * *");
    assertThat(refused)
        .contains("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
  }

  @Test
  void aDaemonRunsOnEveryNodeAndItsUpdateCanBeUndone() {
    var in = platform.kubectl().fresh("daemon");
    var daemon =
        """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: agent}
        spec:
          selector: {matchLabels: {app: agent}}
          template:
            metadata: {labels: {app: agent}}
            spec:
              terminationGracePeriodSeconds: 1
              containers: [{name: c, image: busybox, command: [sleep, "%s"]}]
        """;
    in.apply(daemon.formatted("10001"));
    in.ok("rollout", "status", "daemonset/agent", WAIT);
    in.apply(daemon.formatted("10002"));
    in.ok("rollout", "status", "daemonset/agent", WAIT);
    in.ok("rollout", "undo", "daemonset/agent");
    in.ok("rollout", "status", "daemonset/agent", WAIT);
    var command = ".spec.template.spec.containers[0].command[1]";
    assertThat(in.field(command, "daemonset", "agent")).isEqualTo("10001");
    assertThat(in.field(".status.numberAvailable", "daemonset", "agent")).isEqualTo("1");
  }

  @Test
  void aBudgetKeepsPodsOnANodeThatIsDrained() {
    var in = platform.kubectl().fresh("budget");
    in.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 1
              containers: [{name: c, image: busybox, command: [sleep, "10000"]}]
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web}
        spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
        """);
    in.ok("rollout", "status", "deployment/web", WAIT);
    await()
        .atMost(PATIENCE)
        .until(() -> in.field(".status.currentHealthy", "pdb", "web").equals("2"));
    var pod = in.ok("get", "pods", "-o", "jsonpath={.items[0].metadata.name}");
    var eviction =
        "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"%s\"}}"
            .formatted(pod);
    var path = "/api/v1/namespaces/budget/pods/" + pod + "/eviction";
    var refused = in.fed(eviction, "create", "--raw", path, "-f", "-");
    assertThat(refused.ok()).isFalse();
    assertThat(refused.err())
        .contains("Cannot evict pod as it would violate the pod's disruption budget.");
    in.ok("patch", "pdb", "web", "--type=merge", "-p", "{\"spec\":{\"minAvailable\":1}}");
    await().atMost(PATIENCE).until(() -> in.fed(eviction, "create", "--raw", path, "-f", "-").ok());
    await().atMost(PATIENCE).until(() -> in.run("get", "pod", pod).err().contains("not found"));
    in.ok("rollout", "status", "deployment/web", WAIT);
  }

  @Test
  void jobsAreCountedExactlyThoughThePlatformIsKilled() throws Exception {
    var dir = Files.createTempDirectory("slipway-data");
    try (var first = LivePlatform.start(dir)) {
      var in = first.kubectl().fresh("kill");
      in.apply(
          job("many", "  completions: 6\n  parallelism: 2\n  completionMode: Indexed", "sleep 1"));
      in.apply(job("queue", "  completions: 6\n  parallelism: 2", "sleep 1"));
      await()
          .atMost(PATIENCE)
          .until(() -> !in.field(".status.succeeded", "job", "queue").isEmpty());
      first.kill();
      try (var again = first.again()) {
        var then = again.kubectl().in("kill");
        then.ok("wait", "--for=condition=Complete", "job/many", "job/queue", "--timeout=240s");
        assertThat(then.field(".status.completedIndexes", "job", "many")).isEqualTo("0-5");
        assertThat(then.field(".status.succeeded", "job", "many")).isEqualTo("6");
        assertThat(then.field(".status.succeeded", "job", "queue")).isEqualTo("6");
        assertThat(then.field(".status.uncountedTerminatedPods", "job", "queue")).isEqualTo("{}");
      }
    } finally {
      LiveServer.deleteTree(dir);
    }
  }
}
