package dev.slipway.journeys;

import static dev.slipway.journeys.Experiments.ended;
import static dev.slipway.journeys.Experiments.experiment;
import static dev.slipway.journeys.Experiments.holds;
import static dev.slipway.journeys.Experiments.trials;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Experiments as a user of Katib meets them, with real processes that print their metric.
final class ExperimentJourneyTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String SPACE =
      """
      parameters:
      - {name: x, parameterType: double, feasibleSpace: {min: "0.1", max: "0.9"}}
      """;

  private static Path data = Path.of("");
  private static LivePlatform platform;
  private static Kubectl kubectl;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    data = Files.createTempDirectory("slipway-data");
    platform = LivePlatform.start(data);
    kubectl = platform.kubectl();
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(data);
  }

  private static String budget(String algorithm, int most) {
    return "algorithm: {algorithmName: " + algorithm + "}\nmaxTrialCount: " + most + "\n" + SPACE;
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "sobol"})
  void itTriesAsOftenAsItMayAndNamesTheBest(String algorithm) {
    kubectl.apply(
        experiment(
            "most-" + algorithm,
            budget(algorithm, 4),
            "echo accuracy=0.05; echo accuracy=${trialParameters.x}"));

    assertThat(ended(kubectl, "most-" + algorithm)).isEqualTo("ExperimentMaxTrialsReached");

    List<JsonNode> tried = trials(kubectl, "most-" + algorithm);
    assertThat(tried).hasSize(4).allMatch(each -> holds(each, "Succeeded"));
    double best =
        tried.stream()
            .mapToDouble(each -> each.at("/spec/parameterAssignments/0/value").asDouble(Double.NaN))
            .max()
            .orElseThrow();
    JsonNode optimal =
        Experiments.of(kubectl, "most-" + algorithm).at("/status/currentOptimalTrial");
    assertThat(optimal.at("/parameterAssignments/0/value").asDouble(0)).isEqualTo(best);
    assertThat(optimal.at("/observation/metrics/0/min").asString()).isEqualTo("0.05");
    assertThat(kubectl.ok("get", "experiment", "most-" + algorithm))
        .contains("TYPE", "STATUS", "Succeeded", "True");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                kubectl
                    .ok("get", "jobs", "-o", "name")
                    .lines()
                    .noneMatch(each -> each.contains("most-" + algorithm)));
  }

  @Test
  void theGoalEndsIt() {
    kubectl.apply(
        experiment("goal", budget("random", 40), "echo accuracy=0.2; echo accuracy=0.995"));
    assertThat(ended(kubectl, "goal")).isEqualTo("ExperimentGoalReached");
    assertThat(trials(kubectl, "goal")).hasSizeLessThan(10);
  }

  @Test
  void trialsThatFailEndItAndSayHow() {
    kubectl.apply(
        experiment("failing", budget("random", 9) + "maxFailedTrialCount: 2\n", "exit 3"));
    assertThat(ended(kubectl, "failing")).isEqualTo("ExperimentFailed");
    String trial = Json.text(trials(kubectl, "failing").getFirst(), "metadata", "name");
    assertThat(kubectl.ok("describe", "trial", trial))
        .contains("JobCreated", "JobFailed", "TrialFailed. Job reason: BackoffLimitExceeded");
  }

  @Test
  void trialsThatSayNothingHaveNoMetrics() {
    kubectl.apply(
        experiment("silent", budget("random", 9) + "maxFailedTrialCount: 2\n", "echo nothing"));
    assertThat(ended(kubectl, "silent")).isEqualTo("ExperimentFailed");
    assertThat(trials(kubectl, "silent")).anyMatch(each -> holds(each, "MetricsUnavailable"));
    assertThat(Experiments.of(kubectl, "silent").at("/status/trialMetricsUnavailable").asInt(0))
        .isGreaterThanOrEqualTo(2);
  }

  @Test
  void settingsThatAreWrongFailItAndSayWhy() {
    kubectl.apply(
        experiment(
            "wrong",
            """
            algorithm: {algorithmName: random, algorithmSettings: [{name: random_state, value: "-1"}]}
            maxTrialCount: 4
            """
                + SPACE,
            "echo accuracy=1"));
    assertThat(ended(kubectl, "wrong")).isEqualTo("ExperimentFailed");
    assertThat(kubectl.ok("describe", "suggestion", "wrong"))
        .contains("Validation failed: ValidateAlgorithmSettings Error:", "random_state");
  }

  @Test
  void moreTrialsResumeIt() {
    kubectl.apply(
        experiment(
            "resumed",
            budget("random", 3) + "resumePolicy: LongRunning\n",
            "echo accuracy=${trialParameters.x}"));
    assertThat(ended(kubectl, "resumed")).isEqualTo("ExperimentMaxTrialsReached");
    kubectl.ok(
        "patch", "experiment", "resumed", "--type=merge", "-p", "{\"spec\":{\"maxTrialCount\":5}}");
    await().atMost(PATIENCE).until(() -> trials(kubectl, "resumed").size() == 5);
    assertThat(ended(kubectl, "resumed")).isEqualTo("ExperimentMaxTrialsReached");
    assertThat(holds(Experiments.of(kubectl, "resumed"), "Restarting")).isTrue();
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    String refused =
        kubectl.applyRefused(
            experiment("1wrong", "algorithm: {algorithmName: chance}\nmaxTrialCount: 0\n", "true"));
    assertThat(refused)
        .contains("metadata.name", "must be greater than 0", "chance", "spec.parameters or");
  }
}
