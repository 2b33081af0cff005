package dev.slipway.controllers.katib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.LoopWorld;
import dev.slipway.controllers.trainer.TrainerKinds;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// OptimizationJobs whose TrainJobs end as the test says.
final class OptimizationLoopTest {
  private static LoopWorld world(String spec) {
    var world = new LoopWorld(List.of(new OptimizationReconciler()));
    world.cluster().serve(OptimizationReconciler.OPTIMIZATION_JOB);
    world.cluster().serve(TrainerKinds.TRAIN_JOB);
    ObjectNode job =
        Json.parseObject(
            """
            {"metadata":{"name":"o","namespace":"default"},"spec":{
              "objectives":[{"metric":"val_loss","direction":"Minimize"}],
              "searchAlgorithm":{"random":{"seed":7}},
              "parameters":[
                {"name":"learning-rate","searchSpace":{"logUniform":{"min":"0.001","max":"0.1","type":"Float"}}},
                {"name":"batch","searchSpace":{"categorical":{"choices":["16","32"]}}}],
              "numTrials":5,"parallelTrials":2,
              "trainJobTemplate":{"metadata":{"labels":{"team":"a"}},
                "spec":{"runtimeRef":{"name":"torch-distributed"},"trainer":{"env":[{"name":"A","value":"b"}]}}}}}
            """);
    Json.parseObject(spec)
        .properties()
        .forEach(each -> ((ObjectNode) job.path("spec")).set(each.getKey(), each.getValue()));
    world.cluster().put(OptimizationReconciler.OPTIMIZATION_JOB, job);
    world.settle();
    return world;
  }

  private static List<Resource> trainJobs(LoopWorld world) {
    return world.cluster().list(TrainerKinds.TRAIN_JOB, "default");
  }

  private static Resource job(LoopWorld world) {
    return world
        .cluster()
        .get(OptimizationReconciler.OPTIMIZATION_JOB.key("default", "o"))
        .orElseThrow();
  }

  private static List<Resource> running(LoopWorld world) {
    return trainJobs(world).stream()
        .filter(each -> !each.isTrue("Complete") && !each.isTrue("Failed"))
        .toList();
  }

  private static void end(LoopWorld world, Resource trainJob, String type, String value) {
    world
        .cluster()
        .mergePatch(
            trainJob.key(),
            "status",
            Json.parseObject(
                """
                {"status":{"conditions":[{"type":"%s","status":"True"}],
                  "trainerStatus":{"metrics":[{"name":"val_loss","value":"%s"}]}}}
                """
                    .formatted(type, value)));
    world.settle();
  }

  @Test
  void aTrialIsATrainJobWithItsParametersAsVariables() {
    try (var world = world("{}")) {
      assertThat(trainJobs(world)).hasSize(2);
      Resource first = trainJobs(world).getFirst();
      assertThat(first.name()).matches("o-trial-[a-z0-9]{5}");
      assertThat(first.label("team")).isEqualTo("a");
      var names = new HashSet<String>();
      first.at("spec", "trainer", "env").forEach(each -> names.add(Json.text(each, "name")));
      assertThat(names)
          .containsExactlyInAnyOrder(
              "A", "KUBEFLOW_TRAINER_OPT_LEARNING_RATE", "KUBEFLOW_TRAINER_OPT_BATCH");
      assertThat(job(world).isTrue("Created")).isTrue();
    }
  }

  @Test
  void theBestOfAllTrialsIsItsResult() {
    try (var world = world("{}")) {
      var values = List.of("0.5", "0.2", "0.9", "0.4", "0.8");
      String best = "";
      for (String value : values) {
        assertThat(running(world)).hasSizeLessThanOrEqualTo(2);
        Resource next = running(world).getFirst();
        best = value.equals("0.2") ? next.name() : best;
        end(world, next, "Complete", value);
      }
      assertThat(trainJobs(world)).hasSize(5);
      assertThat(Json.text(job(world).conditionNode("Complete"), "reason"))
          .isEqualTo("MaxTrialsReached");
      assertThat(job(world).text("status", "result", "trainJobName")).isEqualTo(best);
      assertThat(job(world).at("status", "result", "parameters")).hasSize(2);
      world.mustBeSettled();
    }
  }

  @Test
  void whereNoTrialTellsItsMetricItHasFailed() {
    try (var world = world("{\"numTrials\":2}")) {
      running(world).forEach(each -> end(world, each, "Failed", "none"));
      assertThat(Json.text(job(world).conditionNode("Failed"), "reason"))
          .isEqualTo("NoTrialSucceeded");
    }
  }

  @Test
  void aGridThatIsTriedOutEndsIt() {
    try (var world =
        world(
            """
            {"searchAlgorithm":{"grid":{}},"parameters":[
              {"name":"batch","searchSpace":{"categorical":{"choices":["16","32"]}}}]}
            """)) {
      running(world).forEach(each -> end(world, each, "Complete", "0.5"));
      assertThat(trainJobs(world)).hasSize(2);
      assertThat(Json.text(job(world).conditionNode("Complete"), "reason"))
          .isEqualTo("SearchSpaceExhausted");
    }
  }
}
