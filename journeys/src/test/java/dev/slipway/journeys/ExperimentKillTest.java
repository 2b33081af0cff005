package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The platform killed in the middle of an experiment: afterwards no trial is lost, and none is
/// made
/// twice.
final class ExperimentKillTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int TRIALS = Integer.getInteger("journeys.trials", 24);

  @Test
  void everyPointOfAGridIsTriedOnceAlthoughThePlatformIsKilled() throws Exception {
    var data = Files.createTempDirectory("slipway-data");
    try (var first = LivePlatform.start(data)) {
      var in = first.kubectl();
      in.apply(
          Experiments.experiment(
                  "grid",
                  """
                  algorithm: {algorithmName: grid}
                  maxTrialCount: %d
                  parallelTrialCount: 8
                  parameters:
                  - {name: x, parameterType: int, feasibleSpace: {min: "1", max: "%d"}}
                  """
                      .formatted(TRIALS, TRIALS),
                  "sleep 0.2; echo accuracy=0.${trialParameters.x}")
              .replace("goal: 0.99", "goal: 2")
              .replace("backoffLimit: 0", "backoffLimit: 6"));
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  Experiments.of(in, "grid").at("/status/trialsSucceeded").asInt(0) >= TRIALS / 3);
      first.kill();
      try (var again = first.again()) {
        tried(again.kubectl());
      }
    } finally {
      LiveServer.deleteTree(data);
    }
  }

  private static void tried(Kubectl in) {
    assertThat(Experiments.ended(in, "grid")).isEqualTo("ExperimentMaxTrialsReached");
    var trials = Experiments.trials(in, "grid");
    assertThat(trials).hasSize(TRIALS).allMatch(each -> Experiments.holds(each, "Succeeded"));
    List<String> values =
        trials.stream()
            .map(each -> each.at("/spec/parameterAssignments/0/value").asString())
            .toList();
    assertThat(values)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, TRIALS).mapToObj(Integer::toString).toList());
    var named = new HashSet<String>();
    Json.parseObject(in.ok("get", "suggestion", "grid", "-o", "json"))
        .at("/status/suggestions")
        .forEach(each -> named.add(Json.text(each, "name")));
    assertThat(trials).allMatch(each -> named.contains(Json.text(each, "metadata", "name")));
    assertThat(named).hasSize(TRIALS);
  }
}
