package dev.slipway.controllers.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.LoopWorld;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// From a Job and the pods it has to what its controller makes of them.
///
/// Cases: `TestControllerSyncJob` in `pkg/controller/job/job_controller_test.go`, as of 1.34, where
/// pods on their way out are counted and terminal conditions wait for them.
final class JobTableTest {
  private static final String LONG_AGO = FakeClock.START.minusSeconds(3600).toString();

  /// Pods stay where they are until the test is over: nothing here ends them.
  private static final String STAYS = "test/stays";

  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
"""
# parallelism, completions, backoff limit, more | pods there | made | active, ready, terminating, succeeded, failed; condition | why
2 5 6              |                                   | 2    | 2 0 0 0 0 | job start
2 - 6              |                                   | 2    | 2 0 0 0 0 | work queue start
2 5 6              | 2 pending                         | 0    | 2 0 0 0 0 | pending pods
3 5 6              | 1 active, 2 ready                 | 0    | 3 2 0 0 0 | right number of pods
2 - 6              | 2 active                          | 0    | 2 0 0 0 0 | work queue, right number of pods
2 5 6              | 1 active, 1 succeeded             | 1    | 2 0 0 1 0 | too few active pods
1 - 6 Failed       | 1 active, 1 failed, 1 terminating | 0    | 1 0 1 0 1 | work queue: pods on their way out do not count as failed
1 1 6              | 1 active, 1 failed, 1 terminating | 0    | 1 0 1 0 2 | pods on their way out count as failed where no policy says otherwise
1 - 6              | 1 active, 1 failed, 1 terminating | 0    | 1 0 1 0 2 | the same for a work queue
1 1 6 Failed       | 2 active, 4 terminating           | 0    | 1 0 5 0 0 | more on their way out than parallelism
1 1 6 policy       | 2 active, 4 terminating           | 0    | 1 0 5 0 0 | the same where a failure policy implies Failed
2 - 6              | 1 active                          | 1    | 2 0 0 0 0 | too few active pods of a work queue
2 5 6              | 3 active                          | 0    | 2 0 1 0 0 | too many active pods
2 5 6              | 3 ready                           | 0    | 2 2 1 0 0 | ready pods when there are too many
2 5 6              | 1 active, 1 succeeded, 1 failed   | 1    | 2 0 0 1 1 | a success after the failure
2 5 6              | 1 active, 1 failed                | 1    | 2 0 0 0 1 | new failed pod
2 5 6              | 5 succeeded                       | 0    | 0 0 0 5 0 Complete CompletionsReached | job finish
2 - 6              | 1 active, 1 succeeded             | 0    | 1 0 0 1 0 | work queue finishing
2 - 6              | 2 succeeded                       | 0    | 0 0 0 2 0 Complete CompletionsReached | work queue all finished
2 - 6              | 1 succeeded, 1 failed             | 0    | 0 0 0 1 1 Complete CompletionsReached | work queue finished despite one failure
2 5 6              | 10 active                         | 0    | 2 0 8 0 0 | more active pods than parallelism
3 4 6              | 3 active, 2 succeeded             | 0    | 2 0 1 2 0 | more active pods than remaining completions
2 5 6              | 2 active, 2 succeeded             | 0    | 2 0 0 2 0 | status change
2 5 0              | 1 failed                          | 0    | 0 0 0 0 1 Failed BackoffLimitExceeded | too many failures
2 5 6 Indexed      |                                   | 0 1  | 2 0 0 0 0 | indexed job start
2 5 6 Indexed Failed | 1 terminating of 1              | 0    | 1 0 1 0 0 | indexed, a pod on its way out holds its place
2 5 6 Indexed      | 1 terminating                     | 0 1  | 2 0 1 0 0 | indexed, one without an index takes no place
2 3 6 Indexed      | 1 succeeded of 0, 1 failed of 1, 1 succeeded of 1, 1 succeeded of 2 | - | 0 0 0 3 1 0-2 Complete CompletionsReached | indexed job completed
2 3 0 Indexed      | 1 succeeded of 0, 1 failed of 1, 1 active of 2 | - | 0 0 1 1 2 0 FailureTarget BackoffLimitExceeded | indexed job failed waits for its pods
2 3 0              | 2 ready, 1 failed                 | 0    | 0 0 2 0 3 FailureTarget BackoffLimitExceeded | ready pods when a job fails
2 5 6 Indexed      | 1 succeeded of 0, 1 succeeded of 2, 1 active of 3 | 1 | 2 0 0 2 0 0,2 | indexed, the lowest index that is free
2 5 6 Indexed      | 1 active of 1, 1 active of 1      | 0    | 2 0 1 0 0 | indexed, a second pod of an index goes
2 3 6 Indexed      | 1 active of 0, 1 active of 7      | 1    | 2 0 1 0 0 | indexed, a pod of no wanted index goes
2 5 6 suspended    | 2 ready                           | 0    | 0 0 2 0 0 Suspended JobSuspended | suspending ends pods, which do not count as failed
1 0 6              |                                   | 0    | 0 0 0 0 0 Complete CompletionsReached | nothing to do
0 1 6              |                                   | 0    | 0 0 0 0 0 | no parallelism
""")
  void comesTo(String spec, String pods, String made, String status, String why) {
    try (var world = new LoopWorld(List.of(new JobReconciler(), new JobOrphans()))) {
      var job = world.cluster().create(Kinds.JOB, job(spec.split(" +", -1)));
      int number = 0;
      for (var group : pods == null ? new String[0] : pods.split(", *", -1)) {
        for (int i = 0; i < Integer.parseInt(group.substring(0, group.indexOf(' '))); i++) {
          put(world, job, group, number++);
        }
      }
      world.settle();
      assertThat(told(world)).as(why).isEqualTo(status);
      assertThat(made(world, spec.contains("Indexed"))).as(why).isEqualTo(made);
      world.mustBeSettled();
    }
  }

  private static ObjectNode job(String[] words) {
    var job =
        Json.parseObject(
            """
            {"metadata":{"name":"j","namespace":"default","uid":"u"},"spec":{
              "selector":{"matchLabels":{"batch.kubernetes.io/controller-uid":"u"}},
              "template":{"metadata":{"labels":{"batch.kubernetes.io/controller-uid":"u"}},
                "spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"run"}]}}}}
            """);
    var spec = Json.ensureObject(job, "spec");
    spec.put("parallelism", Integer.parseInt(words[0]));
    if (!words[1].equals("-")) {
      spec.put("completions", Integer.parseInt(words[1]));
    }
    spec.put("backoffLimit", Integer.parseInt(words[2]));
    for (int i = 3; i < words.length; i++) {
      switch (words[i]) {
        case "Indexed" -> spec.put("completionMode", "Indexed");
        case "suspended" -> spec.put("suspend", true);
        case "policy" -> spec.putObject("podFailurePolicy").putArray("rules");
        case String policy -> spec.put("podReplacementPolicy", policy);
      }
    }
    return job;
  }

  private static void put(LoopWorld world, Resource job, String group, int number) {
    var words = group.split(" ", -1);
    var pod = Json.object();
    var metadata = pod.putObject("metadata").put("name", "p" + number).put("namespace", "default");
    metadata.put("creationTimestamp", LONG_AGO);
    metadata.putArray("finalizers").add(STAYS).add(JobPods.TRACKING);
    metadata.putObject("labels").put("batch.kubernetes.io/controller-uid", "u");
    if (words.length > 2) {
      metadata.putObject("annotations").put(JobPods.INDEX, words[3]);
    }
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "batch/v1")
        .put("kind", "Job")
        .put("name", "j")
        .put("uid", job.uid())
        .put("controller", true);
    var made = world.cluster().create(Kinds.POD, pod);
    var status = Json.object();
    switch (words[1]) {
      case "succeeded" -> status.put("phase", "Succeeded");
      case "failed" -> status.put("phase", "Failed");
      case "pending" -> status.put("phase", "Pending");
      default -> status.put("phase", "Running");
    }
    if (words[1].equals("ready")) {
      status.putArray("conditions").addObject().put("type", "Ready").put("status", "True");
    }
    var patch = Json.object();
    patch.set("status", status);
    var _ = world.cluster().mergePatch(made.key(), "status", patch);
    if (words[1].equals("terminating")) {
      world.cluster().delete(made.key(), Json.object());
    }
  }

  private static String told(LoopWorld world) {
    var job = world.cluster().get(Kinds.JOB.key("default", "j")).orElseThrow();
    var text = new StringBuilder();
    for (var each : List.of("active", "ready", "terminating", "succeeded", "failed")) {
      text.append(text.isEmpty() ? "" : " ").append(job.status().path(each).asInt(0));
    }
    var indexes = job.text("status", "completedIndexes");
    text.append(indexes.isEmpty() ? "" : " " + indexes);
    var conditions = job.status().path("conditions");
    if (!conditions.isEmpty()) {
      var last = conditions.path(conditions.size() - 1);
      text.append(' ')
          .append(Json.text(last, "type"))
          .append(' ')
          .append(Json.text(last, "reason"));
    }
    assertThat(job.at("status", "uncountedTerminatedPods").isEmpty()).isTrue();
    return text.toString();
  }

  private static String made(LoopWorld world, boolean indexed) {
    var made =
        world.cluster().list(Kinds.POD, "default").stream()
            .filter(pod -> pod.name().startsWith("j-"))
            .toList();
    if (!indexed) {
      return Integer.toString(made.size());
    }
    var indexes = new TreeSet<Integer>();
    made.forEach(pod -> indexes.add(JobPods.index(pod).orElseThrow()));
    return indexes.isEmpty()
        ? "-"
        : indexes.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }
}
