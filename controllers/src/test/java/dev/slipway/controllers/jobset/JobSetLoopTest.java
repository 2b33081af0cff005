package dev.slipway.controllers.jobset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.LoopWorld;
import dev.slipway.controllers.FakeJobs;
import dev.slipway.controllers.FakeJobs.Fate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Sets and a Job controller, from a manifest to its end.
final class JobSetLoopTest {
  private final FakeJobs fates =
      new FakeJobs()
          .image("good", new Fate.CompletesAfter(Duration.ofSeconds(5)))
          .image(
              "bad",
              new Fate.FailsAfter(Duration.ofSeconds(3), "BackoffLimitExceeded", "too often"));

  private List<Reconciler> all() {
    return List.of(new JobSetReconciler(), fates);
  }

  private static ObjectNode set(String first, String second, String more) {
    return Json.parseObject(
        """
        {"metadata":{"name":"js","namespace":"default"},"spec":{"replicatedJobs":[
           {"name":"a","replicas":1,"template":{"spec":{"template":{"spec":{
              "containers":[{"name":"c","image":"%s"}]}}}}},
           {"name":"b","replicas":2,"template":{"spec":{"template":{"spec":{
              "containers":[{"name":"c","image":"%s"}]}}}}}],
           "network":{"enableDNSHostnames":true},
           "successPolicy":{"operator":"All"}%s}}
        """
            .formatted(first, second, more));
  }

  private static LoopWorld serving(LoopWorld world) {
    world.cluster().serve(JobSetReconciler.JOB_SET);
    return world;
  }

  private static Resource js(LoopWorld world) {
    return world.cluster().get(JobSetReconciler.JOB_SET.key("default", "js")).orElseThrow();
  }

  @Test
  void completesOnceAllItsJobsHave() {
    try (var world = serving(new LoopWorld(all()))) {
      world.cluster().apply(JobSetReconciler.JOB_SET, set("good", "good", ""));
      world.pass(Duration.ofSeconds(2));
      assertThat(js(world).status().at("/replicatedJobsStatus/0").toString())
          .isEqualTo(
              "{\"name\":\"b\",\"ready\":2,\"succeeded\":0,\"failed\":0,\"active\":2,\"suspended\":0}");
      world.pass(Duration.ofSeconds(10));
      assertThat(js(world).isTrue("Completed")).isTrue();
      assertThat(js(world).text("status", "terminalState")).isEqualTo("Completed");
      world.mustBeSettled();
    }
  }

  @Test
  void startsAgainSoManyTimesAndThenFails() {
    try (var world = serving(new LoopWorld(all()))) {
      world
          .cluster()
          .apply(
              JobSetReconciler.JOB_SET,
              set("good", "bad", ",\"failurePolicy\":{\"maxRestarts\":2}"));
      world.pass(Duration.ofMinutes(1));
      var set = js(world);
      assertThat(set.isTrue("Failed")).isTrue();
      assertThat(Json.text(set.conditionNode("Failed"), "reason")).isEqualTo("ReachedMaxRestarts");
      assertThat(set.status().path("restarts").asInt()).isEqualTo(2);
      assertThat(set.status().path("restartsCountTowardsMax").asInt()).isEqualTo(2);
      assertThat(world.cluster().list(Kinds.JOB, "default"))
          .allSatisfy(
              job -> assertThat(job.label("jobset.sigs.k8s.io/restart-attempt")).isEqualTo("2"));
      world.mustBeSettled();
    }
  }

  @Test
  void waitsAndGoesOn() {
    try (var world = serving(new LoopWorld(all()))) {
      world.cluster().apply(JobSetReconciler.JOB_SET, set("good", "good", ",\"suspend\":true"));
      world.pass(Duration.ofMinutes(1));
      assertThat(world.cluster().list(Kinds.JOB, "default"))
          .hasSize(3)
          .allSatisfy(job -> assertThat(ChildJobs.suspended(job)).isTrue());
      assertThat(js(world).isTrue("Suspended")).isTrue();
      world.mustBeSettled();
      world.cluster().apply(JobSetReconciler.JOB_SET, set("good", "good", ",\"suspend\":false"));
      world.pass(Duration.ofMinutes(1));
      assertThat(js(world).condition("Suspended")).isEqualTo("False");
      assertThat(js(world).isTrue("Completed")).isTrue();
    }
  }

  @Test
  void endsTheSameWhateverTheOrderOfEvents() {
    LoopWorld.mustConverge(
        all(),
        world -> {
          serving(world);
          world
              .cluster()
              .apply(
                  JobSetReconciler.JOB_SET,
                  set("bad", "good", ",\"failurePolicy\":{\"maxRestarts\":1}"));
          world.pass(Duration.ofMinutes(1));
        },
        10,
        20261123);
  }
}
