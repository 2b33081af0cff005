package dev.slipway.controllers.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.LoopWorld;
import dev.slipway.controllers.FakeJobs;
import dev.slipway.controllers.FakeJobs.Fate;
import dev.slipway.controllers.jobset.JobSetReconciler;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// TrainJobs, their JobSets and a Job controller, from a manifest to its end.
final class TrainJobLoopTest {
  private final FakeJobs fates =
      new FakeJobs()
          .image("good", new Fate.CompletesAfter(Duration.ofSeconds(5)))
          .image(
              "bad",
              new Fate.FailsAfter(Duration.ofSeconds(3), "BackoffLimitExceeded", "too often"));

  private List<Reconciler> all() {
    return List.of(
        new TrainJobReconciler(new StatusReports(""), () -> new SshKeys("a", "b")),
        new JobSetReconciler(),
        fates);
  }

  private static LoopWorld serving(LoopWorld world) {
    world.cluster().serve(JobSetReconciler.JOB_SET);
    world.cluster().serve(TrainerKinds.TRAIN_JOB);
    world.cluster().serve(TrainerKinds.CLUSTER_TRAINING_RUNTIME);
    for (var each : BuiltinTrainingRuntimes.all()) {
      ObjectNode runtime = each.object().deepCopy();
      Json.ensureObject(runtime, "spec", "template", "spec", "network")
          .put("enableDNSHostnames", true);
      Json.ensureObject(runtime, "spec", "template", "spec", "successPolicy")
          .put("operator", "All");
      world.cluster().apply(each.kind(), runtime);
    }
    return world;
  }

  private static ObjectNode job(String image, String more) {
    return Json.parseObject(
        """
        {"metadata":{"name":"t","namespace":"default"},"spec":{
          "runtimeRef":{"name":"torch-distributed"},
          "trainer":{"numNodes":2,"image":"%s"}%s}}
        """
            .formatted(image, more));
  }

  private static Resource t(LoopWorld world) {
    return world.cluster().get(TrainerKinds.TRAIN_JOB.key("default", "t")).orElseThrow();
  }

  @Test
  void trainsAndIsComplete() {
    try (var world = serving(new LoopWorld(all()))) {
      world.cluster().apply(TrainerKinds.TRAIN_JOB, job("good", ""));
      world.pass(Duration.ofMinutes(1));
      assertThat(t(world).isTrue("Complete")).isTrue();
      assertThat(t(world).status().at("/jobsStatus/0/succeeded").asInt()).isEqualTo(1);
      assertThat(world.cluster().list(Kinds.JOB, "default"))
          .singleElement()
          .satisfies(job -> assertThat(job.name()).isEqualTo("t-node-0"));
      world.mustBeSettled();
    }
  }

  @Test
  void failsAsItsSetDoes() {
    try (var world = serving(new LoopWorld(all()))) {
      world.cluster().apply(TrainerKinds.TRAIN_JOB, job("bad", ""));
      world.pass(Duration.ofMinutes(1));
      assertThat(Json.text(t(world).conditionNode("Failed"), "message"))
          .isEqualTo("jobset failed due to one or more job failures (first failed job: t-node-0)");
      world.mustBeSettled();
    }
  }

  @Test
  void waitsIsChangedAndGoesOn() {
    try (var world = serving(new LoopWorld(all()))) {
      world.cluster().apply(TrainerKinds.TRAIN_JOB, job("good", ",\"suspend\":true"));
      world.pass(Duration.ofMinutes(1));
      assertThat(t(world).isTrue("Suspended")).isTrue();
      assertThat(world.cluster().list(Kinds.JOB, "default"))
          .allSatisfy(job -> assertThat(job.spec().path("suspend").asBoolean()).isTrue());
      world.mustBeSettled();
      world.cluster().apply(TrainerKinds.TRAIN_JOB, job("good", ",\"suspend\":false"));
      world.pass(Duration.ofMinutes(1));
      assertThat(t(world).condition("Suspended")).isEqualTo("False");
      assertThat(t(world).isTrue("Complete")).isTrue();
      world.mustBeSettled();
    }
  }

  @Test
  void endsAtItsDeadline() {
    try (var world = serving(new LoopWorld(all()))) {
      world
          .cluster()
          .apply(TrainerKinds.TRAIN_JOB, job("runs-on", ",\"activeDeadlineSeconds\":30"));
      world.pass(Duration.ofMinutes(1));
      assertThat(Json.text(t(world).conditionNode("Failed"), "reason"))
          .isEqualTo("DeadlineExceeded");
      assertThat(world.cluster().list(JobSetReconciler.JOB_SET, "default")).isEmpty();
      world.mustBeSettled();
    }
  }

  @Test
  void startsOnceItsRuntimeIsThere() {
    try (var world = serving(new LoopWorld(all()))) {
      var job = job("good", "");
      Json.ensureObject(job, "spec", "runtimeRef").put("name", "later");
      world.cluster().apply(TrainerKinds.TRAIN_JOB, job);
      world.settle();
      assertThat(world.cluster().list(JobSetReconciler.JOB_SET, "default")).isEmpty();
      var runtime = BuiltinTrainingRuntimes.runtimes().getFirst();
      Json.ensureObject(runtime, "metadata").put("name", "later");
      world.cluster().apply(TrainerKinds.CLUSTER_TRAINING_RUNTIME, runtime);
      world.settle();
      assertThat(world.cluster().list(JobSetReconciler.JOB_SET, "default")).hasSize(1);
    }
  }

  @Test
  void endsTheSameWhateverTheOrderOfEvents() {
    LoopWorld.mustConverge(
        all(),
        world -> {
          serving(world);
          world.cluster().apply(TrainerKinds.TRAIN_JOB, job("good", ""));
          world.pass(Duration.ofMinutes(1));
        },
        10,
        20261123);
  }
}
