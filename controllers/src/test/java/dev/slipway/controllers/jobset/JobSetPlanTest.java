package dev.slipway.controllers.jobset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.Planned;
import dev.slipway.control.fake.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// One plan at a time. Cases follow `pkg/controllers/jobset_controller_test.go` and
/// `failure_policy_test.go` of kubernetes-sigs/jobset.
final class JobSetPlanTest {
  private static final String SET =
      """
      {"metadata":{"name":"js","uid":"u1","annotations":{}},
       "spec":{"replicatedJobs":[
           {"name":"driver","groupName":"default","replicas":1,"template":{"spec":{
              "completions":1,"completionMode":"Indexed",
              "template":{"spec":{"containers":[{"name":"c","image":"i"}]}}}}},
           {"name":"worker","groupName":"workers","replicas":2,
            "template":{"metadata":{"labels":{"mine":"yes"}},"spec":{
              "parallelism":3,"completions":3,"completionMode":"Indexed",
              "template":{"spec":{"containers":[{"name":"c","image":"i"}]}}}}}],
         "network":{"enableDNSHostnames":true,"publishNotReadyAddresses":true},
         "successPolicy":{"operator":"All"},"startupPolicy":{"startupPolicyOrder":"AnyOrder"}}}
      """;

  private static World world() {
    return World.of(JobSetReconciler.JOB_SET, SET);
  }

  private static Planned plan(World world) {
    return world.plan(new JobSetReconciler());
  }

  /// @param state `active`, `ready`, `complete`, `waits` or `Reason: message` of its failure
  private static ObjectNode job(String name, String state, int restarts) {
    var entry = name.split("-", -1)[1];
    var job =
        Json.parseObject(
            """
            {"metadata":{"name":"%s","labels":{"jobset.sigs.k8s.io/replicatedjob-name":"%s",
              "jobset.sigs.k8s.io/restart-attempt":"%d"}},
             "spec":{"parallelism":1,"suspend":%b},"status":{}}
            """
                .formatted(name, entry, restarts, state.equals("waits")));
    var status = Json.ensureObject(job, "status");
    switch (state) {
      case "active" -> status.put("active", 1);
      case "ready" -> status.put("active", 1).put("ready", 1);
      case "waits" -> {}
      case "complete" ->
          status.withArray("conditions").addObject().put("type", "Complete").put("status", "True");
      default ->
          status
              .withArray("conditions")
              .addObject()
              .put("type", "Failed")
              .put("status", "True")
              .put("reason", state.split(": ", -1)[0])
              .put("message", state.split(": ", -1)[1])
              .put(
                  "lastTransitionTime",
                  "2026-01-01T00:00:0" + name.charAt(name.length() - 1) + "Z");
    }
    return job;
  }

  private static World with(World world, String name, String state) {
    return world.child(Kinds.JOB, job(name, state, 0));
  }

  @Test
  void aNewSetGetsItsJobsAndAServiceThatNamesTheirPods() {
    var planned = plan(world());
    assertThat(planned.names(Kinds.JOB))
        .containsExactly("js-driver-0", "js-worker-0", "js-worker-1");
    var service = planned.only(Kinds.SERVICE);
    assertThat(service.name()).isEqualTo("js");
    assertThat(service.text("spec", "clusterIP")).isEqualTo("None");
    assertThat(service.at("spec", "selector", "jobset.sigs.k8s.io/jobset-name").asString())
        .isEqualTo("js");
    assertThat(service.at("spec", "publishNotReadyAddresses").asBoolean()).isTrue();
    assertThat(planned.status().path("restarts").asInt(-1)).isZero();
    assertThat(planned.events()).isEmpty();
  }

  @Test
  void jobsAndTheirPodsSayWhereTheyBelong() {
    var job = plan(world()).object(Kinds.JOB, "js-worker-1");
    // printf default/js-worker-1 | sha1sum
    var marks =
        Json.strings(
            Json.parseObject(
                """
                {"jobset.sigs.k8s.io/global-replicas":"3",
                 "jobset.sigs.k8s.io/group-name":"workers",
                 "jobset.sigs.k8s.io/group-replicas":"2",
                 "jobset.sigs.k8s.io/job-global-index":"2",
                 "jobset.sigs.k8s.io/job-group-index":"1",
                 "jobset.sigs.k8s.io/job-index":"1",
                 "jobset.sigs.k8s.io/job-key":"c2e69e19b2f944493d9a28c6ca65487bfdcf838f",
                 "jobset.sigs.k8s.io/jobset-name":"js",
                 "jobset.sigs.k8s.io/jobset-uid":"u1",
                 "jobset.sigs.k8s.io/replicatedjob-name":"worker",
                 "jobset.sigs.k8s.io/replicatedjob-replicas":"2",
                 "jobset.sigs.k8s.io/restart-attempt":"0"}
                """));
    assertThat(job.labels()).containsAllEntriesOf(marks).containsEntry("mine", "yes");
    assertThat(job.annotations()).containsExactlyInAnyOrderEntriesOf(marks);
    assertThat(Json.strings(job.at("spec", "template", "metadata", "labels")))
        .containsExactlyInAnyOrderEntriesOf(marks);
    assertThat(job.text("spec", "template", "spec", "subdomain")).isEqualTo("js");
    assertThat(job.at("spec", "suspend").asBoolean(true)).isFalse();
  }

  @Test
  void theCoordinatorsAddressIsToldToAll() {
    var planned =
        plan(
            world()
                .with("/spec/coordinator", "replicatedJob", "worker")
                .with("/spec/coordinator", "jobIndex", 1)
                .with("/spec/network", "subdomain", "net"));
    assertThat(planned.object(Kinds.JOB, "js-driver-0").label("jobset.sigs.k8s.io/coordinator"))
        .isEqualTo("js-worker-1-0.net");
    assertThat(planned.only(Kinds.SERVICE).name()).isEqualTo("net");
  }

  @ParameterizedTest(name = "{5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # operator | targets | driver-0 | worker-0 | worker-1 | condition
          All | | complete | complete | complete | True AllJobsCompleted: jobset completed successfully
          All | | complete | complete | active | ''
          All | worker | active | complete | complete | True AllJobsCompleted: jobset completed successfully
          All | driver | complete | active | active | True AllJobsCompleted: jobset completed successfully
          Any | | active | complete | active | True AllJobsCompleted: jobset completed successfully
          Any | driver | active | complete | complete | ''
          """)
  void succeedsByItsPolicy(
      String operator, String targets, String d0, String w0, String w1, String condition) {
    var world = world().with("/spec/successPolicy", "operator", operator);
    if (targets != null) {
      world = world.with("/spec/successPolicy", "targetReplicatedJobs", List.of(targets));
    }
    world = with(with(with(world, "js-driver-0", d0), "js-worker-0", w0), "js-worker-1", w1);
    var planned = plan(world);
    assertThat(planned.condition("Completed")).isEqualTo(condition);
    assertThat(planned.status().path("terminalState").asString(""))
        .isEqualTo(condition.isEmpty() ? "" : "Completed");
  }

  @Test
  void withoutAPolicyTheFirstFailureFailsTheSet() {
    var world =
        with(
            with(world(), "js-worker-1", "BackoffLimitExceeded: late"),
            "js-worker-0",
            "DeadlineExceeded: early");
    var planned = plan(world);
    assertThat(planned.condition("Failed"))
        .isEqualTo(
            "True FailedJobs: jobset failed due to one or more job failures (first failed job:"
                + " js-worker-0)");
    assertThat(planned.status().path("terminalState").asString("")).isEqualTo("Failed");
    assertThat(planned.events()).hasSize(1).first().asString().startsWith("Warning FailedJobs");
  }

  @ParameterizedTest(name = "{6}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # rule | restarts so far | counted | failed reason | restarts after | counted after | failed condition's reason
          {"action":"FailJobSet"} | 0 | 0 | DeadlineExceeded | 0 | 0 | FailJobSetFailurePolicyAction
          {"action":"FailJobSet","onJobFailureReasons":["PodFailurePolicy"]} | 0 | 0 | DeadlineExceeded | 1 | 1 | ''
          {"action":"RestartJobSet"} | 2 | 2 | DeadlineExceeded | 2 | 2 | ReachedMaxRestarts
          {"action":"RestartJobSetAndIgnoreMaxRestarts"} | 2 | 2 | DeadlineExceeded | 3 | 2 | ''
          {"action":"FailJobSet","targetReplicatedJobs":["driver"]} | 1 | 1 | DeadlineExceeded | 2 | 2 | ''
          {"action":"FailJobSet","onJobFailureMessagePatterns":["^exit .*42$"]} | 0 | 0 | DeadlineExceeded | 0 | 0 | FailJobSetFailurePolicyAction
          {"action":"FailJobSet","onJobFailureMessagePatterns":["nothing"]} | 5 | 0 | DeadlineExceeded | 6 | 1 | ''
          """)
  void aRuleSaysWhatAFailureMeans(
      String rule,
      int before,
      int counted,
      String reason,
      int after,
      int countedAfter,
      String end) {
    var world =
        world()
            .with("/spec/failurePolicy", "maxRestarts", 2)
            .with("/spec/failurePolicy", "rules", List.of(Json.parseObject(rule).put("name", "r")))
            .with("/status", "restarts", before)
            .with("/status", "restartsCountTowardsMax", counted)
            .child(Kinds.JOB, job("js-worker-0", reason + ": exit code 42", before));
    var planned = plan(world);
    assertThat(planned.status().path("restarts").asInt()).isEqualTo(after);
    assertThat(planned.status().path("restartsCountTowardsMax").asInt(0)).isEqualTo(countedAfter);
    assertThat(planned.condition("Failed")).contains(end);
    if (end.isEmpty()) {
      assertThat(planned.condition("Failed")).isEmpty();
      assertThat(planned.condition("RestartingJobSet")).startsWith("True ");
    }
  }

  @Test
  void jobsOfAnEarlierStartGoAndAreMadeAnewOnceGone() {
    var world =
        world()
            .with("/status", "restarts", 1)
            .child(Kinds.JOB, job("js-worker-0", "active", 0))
            .child(Kinds.JOB, job("js-driver-0", "active", 1));
    var planned = plan(world);
    assertThat(planned.deleted()).containsExactly("jobs.batch/js-worker-0");
    assertThat(planned.names(Kinds.JOB)).containsExactly("js-worker-1");
    assertThat(planned.object(Kinds.JOB, "js-worker-1").label("jobset.sigs.k8s.io/restart-attempt"))
        .isEqualTo("1");
  }

  @Test
  void blockingRecreationWaitsUntilAllOldJobsAreGone() {
    var world =
        world()
            .with("/spec/failurePolicy", "restartStrategy", "BlockingRecreate")
            .with("/status", "restarts", 1)
            .child(Kinds.JOB, job("js-worker-0", "active", 0));
    assertThat(plan(world).names(Kinds.JOB)).isEmpty();
  }

  @ParameterizedTest(name = "{2} {0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # driver | workers made | asked for
          active   | 0 | Ready
          ready    | 2 | Ready
          ready    | 0 | Complete
          complete | 2 | Complete
          complete | 2 | Ready
          """)
  void jobsWaitForWhatTheyDependOn(String driver, int made, String asked) {
    var set = Json.parseObject(SET);
    ((ObjectNode) set.at("/spec/replicatedJobs/1"))
        .withArray("dependsOn")
        .addObject()
        .put("name", "driver")
        .put("status", asked);
    var planned = plan(with(World.of(JobSetReconciler.JOB_SET, set), "js-driver-0", driver));
    assertThat(planned.names(Kinds.JOB)).hasSize(made);
  }

  @Test
  void inOrderTheNextEntryWaitsUntilTheOneBeforeIsReady() {
    var world = world().with("/spec/startupPolicy", "startupPolicyOrder", "InOrder");
    var first = plan(world);
    assertThat(first.names(Kinds.JOB)).containsExactly("js-driver-0");
    assertThat(first.condition("StartupPolicyInProgress"))
        .isEqualTo("True InOrderStartupPolicyInProgress: in order startup policy is in progress");
    var second = plan(with(world, "js-driver-0", "ready"));
    assertThat(second.names(Kinds.JOB)).containsExactly("js-worker-0", "js-worker-1");
    var third =
        plan(
            with(
                with(with(world, "js-driver-0", "complete"), "js-worker-0", "ready"),
                "js-worker-1",
                "ready"));
    assertThat(third.condition("StartupPolicyCompleted")).startsWith("True ");
  }

  @Test
  void aSuspendedSetSuspendsItsJobs() {
    var world = with(world().with("/spec", "suspend", true), "js-driver-0", "active");
    var planned = plan(world);
    assertThat(planned.changed())
        .containsExactly("jobs.batch/js-driver-0 {\"spec\":{\"suspend\":true}}");
    assertThat(planned.object(Kinds.JOB, "js-worker-0").at("spec", "suspend").asBoolean()).isTrue();
    assertThat(planned.condition("Suspended")).isEqualTo("True SuspendedJobs: jobset is suspended");
    assertThat(planned.events()).containsExactly("Normal SuspendedJobs jobset is suspended");
  }

  @Test
  void aResumedSetLetsItsJobsGoOn() {
    var suspended =
        List.of(
            Json.parseObject(
                """
                {"type":"Suspended","status":"True","reason":"SuspendedJobs",
                 "message":"jobset is suspended","lastTransitionTime":"2026-01-01T00:00:00Z"}
                """));
    var world = with(world(), "js-driver-0", "waits").with("/status", "conditions", suspended);
    var planned = plan(world);
    assertThat(planned.changed())
        .containsExactly("jobs.batch/js-driver-0 {\"spec\":{\"suspend\":false}}");
    assertThat(planned.condition("Suspended")).isEqualTo("False ResumeJobs: jobset is resumed");
  }

  @Test
  void whatAQueueDecidedReachesAJobThatRanBeforeInTwoSteps() {
    var set = Json.parseObject(SET);
    Json.ensureObject((ObjectNode) set.at("/spec/replicatedJobs/0/template/spec/template/spec"))
        .putObject("nodeSelector")
        .put("pool", "a");
    var ran = job("js-driver-0", "waits", 0);
    Json.ensureObject(ran, "status").put("startTime", "2026-01-01T00:00:00Z");
    var world = World.of(JobSetReconciler.JOB_SET, set);
    assertThat(plan(world.child(Kinds.JOB, ran)).changed())
        .containsExactly("jobs.batch/js-driver-0 status {\"status\":{\"startTime\":null}}");
    assertThat(plan(world.child(Kinds.JOB, job("js-driver-0", "waits", 0))).changed())
        .containsExactly(
            "jobs.batch/js-driver-0 {\"spec\":{\"suspend\":false,\"template\":{\"spec\":"
                + "{\"nodeSelector\":{\"pool\":\"a\"}}}}}");
  }

  @Test
  void aFinishedSetEndsWhatStillRunsAndGoesAfterItsTime() {
    var completed =
        List.of(
            Json.parseObject(
                """
                {"type":"Completed","status":"True","reason":"AllJobsCompleted","message":"m",
                 "lastTransitionTime":"%s"}
                """
                    .formatted(FakeClock.START)));
    var world =
        with(world(), "js-worker-0", "active")
            .with("/status", "conditions", completed)
            .with("/spec", "ttlSecondsAfterFinished", 30);
    var planned = plan(world);
    assertThat(planned.deleted()).containsExactly("jobs.batch/js-worker-0");
    assertThat(planned.again()).contains(Duration.ofSeconds(30));
    assertThat(plan(world.at(FakeClock.START.plusSeconds(30))).deleted())
        .contains("jobsets.jobset.x-k8s.io/js");
  }

  @Test
  void aSetOfAnotherControllerIsLeftAlone() {
    var planned = plan(world().with("/spec", "managedBy", "acme.io/other"));
    assertThat(planned.names(Kinds.JOB)).isEmpty();
    assertThat(planned.status().isEmpty()).isTrue();
  }

  @Test
  void jobsShareAClaimThatTheyMount() {
    var set = Json.parseObject(SET);
    Json.ensureObject(set, "spec")
        .set(
            "volumeClaimPolicies",
            Json.MAPPER.readTree(
                """
                [{"templates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"]}}],
                  "retentionPolicy":{"whenDeleted":"Delete"}}]
                """));
    ((ObjectNode) set.at("/spec/replicatedJobs/0/template/spec/template/spec/containers/0"))
        .withArray("volumeMounts")
        .addObject()
        .put("name", "data")
        .put("mountPath", "/d");
    var planned = plan(World.of(JobSetReconciler.JOB_SET, set));
    assertThat(planned.only(Kinds.CLAIM).name()).isEqualTo("data-js");
    var pod = planned.object(Kinds.JOB, "js-driver-0").at("spec", "template", "spec");
    assertThat(pod.at("/volumes/0/persistentVolumeClaim/claimName").asString())
        .isEqualTo("data-js");
    assertThat(planned.object(Kinds.JOB, "js-worker-0").at("spec", "template", "spec", "volumes"))
        .isEmpty();
  }
}
