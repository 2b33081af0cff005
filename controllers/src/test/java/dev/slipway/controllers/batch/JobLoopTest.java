package dev.slipway.controllers.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.ManualLoop;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.LoopWorld;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Jobs and a kubelet, from a manifest to the end.
final class JobLoopTest {
  private static final Duration LONG = Duration.ofHours(2);

  private static List<Reconciler> all() {
    var all = new ArrayList<>(BatchControllers.all(ZoneOffset.UTC));
    all.add(new JobKubelet());
    return all;
  }

  /// @param spec fields of it, as JSON without braces
  private static ObjectNode job(String image, String spec) {
    return Json.parseObject(
        """
        {"metadata":{"name":"j","namespace":"default","uid":"u"},"spec":{%s
          "selector":{"matchLabels":{"batch.kubernetes.io/controller-uid":"u"}},
          "template":{"metadata":{"labels":{"batch.kubernetes.io/controller-uid":"u"}},
            "spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"%s"}]}}}}
        """
            .formatted(spec, image));
  }

  private static Resource j(LoopWorld world) {
    return world.cluster().get(Kinds.JOB.key("default", "j")).orElseThrow();
  }

  private static List<Resource> pods(LoopWorld world) {
    return world.cluster().list(Kinds.POD, "default");
  }

  /// `succeeded failed completedIndexes failedIndexes LastCondition Reason`.
  private static String end(LoopWorld world) {
    var status = j(world).status();
    var last = status.path("conditions").path(status.path("conditions").size() - 1);
    return String.join(
            " ",
            status.path("succeeded").asString("0"),
            status.path("failed").asString("0"),
            Json.text(status, "completedIndexes"),
            Json.text(status, "failedIndexes"),
            Json.text(last, "type"),
            Json.text(last, "reason"))
        .replaceAll(" +", " ");
  }

  private static String events(LoopWorld world) {
    var told = new ArrayList<String>();
    for (var each : world.cluster().list(Kinds.EVENT, "default")) {
      if (Json.text(each.tree(), "involvedObject", "kind").equals("Job")) {
        told.add(each.text("reason"));
      }
    }
    return String.join(" ", told.stream().distinct().sorted().toList());
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
"""
ok 1      | "completions":3,"parallelism":2, | 3 0 Complete CompletionsReached | completions
ok 1      | "parallelism":2, | 2 0 Complete CompletionsReached | a work queue is done once nobody works
fail 1 3  | "completions":1,"parallelism":1,"backoffLimit":2, | 0 3 Failed BackoffLimitExceeded | backoff limit
ok 1      | "completions":4,"parallelism":4,"completionMode":"Indexed", | 4 0 0-3 Complete CompletionsReached | indexed
ok-from 2 | "completions":4,"parallelism":4,"completionMode":"Indexed","backoffLimit":100,"backoffLimitPerIndex":1, | 2 4 2,3 0,1 Failed FailedIndexes | each index has its own limit
ok-from 2 | "completions":4,"parallelism":1,"completionMode":"Indexed","backoffLimit":100,"backoffLimitPerIndex":0,"maxFailedIndexes":1, | 0 2 0,1 Failed MaxFailedIndexesExceeded | too many failed indexes
ok 1      | "completions":4,"parallelism":1,"completionMode":"Indexed","successPolicy":{"rules":[{"succeededIndexes":"1-3","succeededCount":1}]}, | 2 0 0,1 Complete SuccessPolicy | enough indexes have succeeded
run       | "completions":1,"parallelism":1,"activeDeadlineSeconds":60, | 0 1 Failed DeadlineExceeded | deadline
fail 1 42 | "completions":1,"parallelism":1,"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[42]}}]}, | 0 1 Failed PodFailurePolicy | an exit code that nothing can mend
fail 1 41 | "completions":1,"parallelism":1,"backoffLimit":0,"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[42]}}]}, | 0 1 Failed BackoffLimitExceeded | an exit code that no rule names
ok-from 9 | "completions":2,"parallelism":2,"completionMode":"Indexed","backoffLimit":9,"backoffLimitPerIndex":3,"podFailurePolicy":{"rules":[{"action":"FailIndex","onExitCodes":{"containerName":"c","operator":"NotIn","values":[8]}}]}, | 0 2 0,1 Failed FailedIndexes | an index that nothing can mend
""")
  void endsAs(String image, String spec, String end, String why) {
    var expected = end;
    try (var world = new LoopWorld(all())) {
      world.cluster().create(Kinds.JOB, job(image, spec));
      world.pass(LONG);
      assertThat(end(world)).as(why).isEqualTo(expected);
      assertThat(pods(world)).noneMatch(JobPods::tracked);
      world.mustBeSettled();
    }
    for (long seed = 1; seed <= 5; seed++) {
      try (var world = LoopWorld.shuffled(all(), seed)) {
        world.cluster().create(Kinds.JOB, job(image, spec));
        world.pass(LONG);
        assertThat(end(world)).as("%s, seed %s", why, seed).isEqualTo(expected);
        assertThat(pods(world)).noneMatch(JobPods::tracked);
      }
    }
  }

  /// Runs a Job of many pods under controllers that are replaced again and again, each with no
  /// memory
  /// of the one before.
  @ParameterizedTest
  @CsvSource({"3", "7", "19", "40"})
  void countsExactlyHoweverOftenTheControllerEnds(int every) {
    try (var world = new LoopWorld(List.of(new JobKubelet()))) {
      var spec = "\"completions\":20,\"parallelism\":6,\"backoffLimit\":50,";
      world.cluster().create(Kinds.JOB, job("ok 1", spec));
      var counts = new ArrayList<Integer>();
      for (int life = 0; life < 400 && j(world).conditionNode("Complete").isMissingNode(); life++) {
        int steps = every;
        try (var controller =
            new ManualLoop(
                world.cluster(),
                List.of(new JobReconciler()),
                world.clock(),
                world.clock()::nanos)) {
          while (steps-- > 0 && controller.step()) {
            // ends wherever it is then
          }
        }
        world.pass(Duration.ofSeconds(1));
        counts.add(j(world).status().path("succeeded").asInt(0));
      }
      assertThat(end(world)).isEqualTo("20 0 Complete CompletionsReached");
      assertThat(counts).isSorted();
    }
  }

  @Test
  void aFailureIsFollowedByEverLongerWaits() {
    try (var world = new LoopWorld(all())) {
      world.cluster().create(Kinds.JOB, job("fail 0 1", "\"completions\":1,\"parallelism\":1,"));
      var made = new ArrayList<Integer>();
      for (int second = 0; second <= 75; second += 5) {
        made.add(pods(world).size());
        world.pass(Duration.ofSeconds(5));
      }
      // One at the start, then after 10, 20 and 40 seconds.
      assertThat(made).containsExactly(0, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4);
    }
  }

  @Test
  void aSuspendedJobHasNoPodsAndStartsAnewWhenResumed() {
    try (var world = new LoopWorld(all())) {
      world.cluster().create(Kinds.JOB, job("run", "\"completions\":2,\"parallelism\":2,"));
      world.pass(Duration.ofSeconds(5));
      assertThat(pods(world)).hasSize(2);
      var started = j(world).text("status", "startTime");
      suspend(world, true);
      assertThat(pods(world)).isEmpty();
      assertThat(j(world).isTrue("Suspended")).isTrue();
      assertThat(j(world).status().path("failed").asInt(0)).isZero();
      suspend(world, false);
      assertThat(pods(world)).hasSize(2);
      assertThat(j(world).condition("Suspended")).isEqualTo("False");
      assertThat(j(world).text("status", "startTime")).isGreaterThan(started);
      assertThat(events(world)).isEqualTo("Resumed SuccessfulCreate SuccessfulDelete Suspended");
      world.mustBeSettled();
    }
  }

  private static void suspend(LoopWorld world, boolean suspend) {
    world.pass(Duration.ofSeconds(5));
    var patch = Json.object();
    patch.putObject("spec").put("suspend", suspend);
    var _ = world.cluster().mergePatch(Kinds.JOB.key("default", "j"), "", patch);
    world.settle();
  }

  @Test
  void aJobThatEndedGoesAfterItsTime() {
    try (var world = new LoopWorld(all())) {
      var spec = "\"completions\":1,\"parallelism\":1,\"ttlSecondsAfterFinished\":30,";
      world.cluster().create(Kinds.JOB, job("ok 1", spec));
      world.pass(Duration.ofSeconds(25));
      assertThat(j(world).isTrue("Complete")).isTrue();
      world.pass(Duration.ofSeconds(10));
      assertThat(world.cluster().get(Kinds.JOB.key("default", "j"))).isEmpty();
      assertThat(pods(world)).isEmpty();
    }
  }

  @Test
  void somebodyElsesJobIsLeftAlone() {
    try (var world = new LoopWorld(all())) {
      world
          .cluster()
          .create(Kinds.JOB, job("ok 1", "\"parallelism\":1,\"managedBy\":\"acme.io/queue\","));
      world.pass(LONG);
      assertThat(pods(world)).isEmpty();
      assertThat(j(world).status().isMissingNode()).isTrue();
    }
  }

  @Test
  void podsOfADeletedJobGoWithIt() {
    try (var world = new LoopWorld(all())) {
      world.cluster().create(Kinds.JOB, job("run", "\"completions\":3,\"parallelism\":3,"));
      world.pass(Duration.ofSeconds(5));
      world.cluster().delete(Kinds.JOB.key("default", "j"), Json.object());
      world.pass(Duration.ofSeconds(5));
      assertThat(pods(world)).isEmpty();
    }
  }

  @Test
  void anOrphanThatIsSelectedIsAdoptedAndCounted() {
    try (var world = new LoopWorld(all())) {
      var pod =
          Json.parseObject(
              """
              {"metadata":{"name":"p","namespace":"default",
                "labels":{"batch.kubernetes.io/controller-uid":"u"}},
               "spec":{"containers":[{"name":"c","image":"ok 1"}]}}
              """);
      world.cluster().create(Kinds.POD, pod);
      world.cluster().create(Kinds.JOB, job("run", "\"completions\":1,\"parallelism\":1,"));
      world.pass(Duration.ofSeconds(10));
      assertThat(pods(world)).hasSize(1);
      assertThat(end(world)).isEqualTo("1 0 Complete CompletionsReached");
    }
  }

  @Test
  void scalingInEndsPodsThatCountForNothing() {
    try (var world = new LoopWorld(all())) {
      world.cluster().create(Kinds.JOB, job("run", "\"completions\":9,\"parallelism\":5,"));
      world.pass(Duration.ofSeconds(5));
      Consumer<Integer> scale =
          to -> {
            var patch = Json.object();
            patch.putObject("spec").put("parallelism", to);
            var _ = world.cluster().mergePatch(Kinds.JOB.key("default", "j"), "", patch);
            world.pass(Duration.ofSeconds(5));
          };
      scale.accept(2);
      assertThat(pods(world)).hasSize(2);
      scale.accept(4);
      assertThat(pods(world)).hasSize(4);
      assertThat(j(world).status().path("failed").asInt(0)).isZero();
      assertThat(j(world).status().path("active").asInt(0)).isEqualTo(4);
      world.mustBeSettled();
    }
  }
}
