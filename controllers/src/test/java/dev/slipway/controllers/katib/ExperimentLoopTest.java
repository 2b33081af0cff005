package dev.slipway.controllers.katib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.KindRules;
import dev.slipway.api.katib.ExperimentRules;
import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.LoopWorld;
import dev.slipway.controllers.FakeJobs;
import dev.slipway.controllers.FakeJobs.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/// Experiments with a Job controller and reports of their jobs, from a manifest to their end.
final class ExperimentLoopTest {
  private static final Duration LONG = Duration.ofMinutes(30);

  private final FakeObservations observations =
      new FakeObservations()
          .saying(trial -> List.of(FakeObservations.log(1, "accuracy", value(trial))));

  /// A figure below one that depends on the name alone.
  private static String value(String trial) {
    return Double.toString(Math.floorMod(trial.hashCode(), 900) / 1000.0);
  }

  private List<Reconciler> all() {
    var jobs =
        new FakeJobs()
            .image("good", new Fate.CompletesAfter(Duration.ofSeconds(5)))
            .image("bad", new Fate.FailsAfter(Duration.ofSeconds(3), "BackoffLimitExceeded", "no"));
    var all = new ArrayList<Reconciler>(KatibControllers.all(observations, new NoService()));
    all.add(jobs);
    return all;
  }

  private LoopWorld world() {
    return serving(new LoopWorld(all()));
  }

  private static LoopWorld serving(LoopWorld world) {
    world.cluster().serve(KatibKinds.EXPERIMENT);
    world.cluster().serve(KatibKinds.SUGGESTION);
    world.cluster().serve(KatibKinds.TRIAL);
    return world;
  }

  private static ObjectNode experiment(String image, String more) {
    ObjectNode experiment =
        Json.parseObject(
            """
            {"metadata":{"name":"e","namespace":"default","labels":{"team":"a"}},"spec":{
              "objective":{"type":"maximize","goal":0.99,"objectiveMetricName":"accuracy"},
              "algorithm":{"algorithmName":"random"},
              "parameters":[{"name":"lr","parameterType":"double",
                "feasibleSpace":{"min":"0.01","max":"0.1"}}],
              "trialTemplate":{"primaryContainerName":"main",
                "trialParameters":[{"name":"rate","reference":"lr"}],
                "trialSpec":{"apiVersion":"batch/v1","kind":"Job","spec":{"template":{"spec":{
                  "restartPolicy":"Never",
                  "containers":[{"name":"main","image":"%s",
                    "args":["--lr=${trialParameters.rate}"]}]}}}}}}}
            """
                .formatted(image));
    Json.parseObject("{" + more + "}")
        .properties()
        .forEach(
            each -> ((ObjectNode) experiment.path("spec")).set(each.getKey(), each.getValue()));
    new ExperimentRules().complete(new Unasked(), experiment);
    return experiment;
  }

  private static Resource e(LoopWorld world) {
    return world.cluster().get(KatibKinds.EXPERIMENT.key("default", "e")).orElseThrow();
  }

  private static List<Resource> trials(LoopWorld world) {
    return world.cluster().list(KatibKinds.TRIAL, "default");
  }

  private static String ended(LoopWorld world) {
    var conditions = e(world).status().path("conditions");
    var last = conditions.path(conditions.size() - 1);
    return Json.text(last, "type")
        + " "
        + Json.text(last, "status")
        + " "
        + Json.text(last, "reason");
  }

  private static void change(LoopWorld world, String field, int value) {
    world
        .cluster()
        .mergePatch(
            e(world).key(), "", Json.parseObject("{\"spec\":{\"%s\":%d}}".formatted(field, value)));
  }

  @Test
  void itMakesAsManyTrialsAsItMayAndKeepsTheBest() {
    try (var world = world()) {
      world.cluster().put(KatibKinds.EXPERIMENT, experiment("good", "\"maxTrialCount\":7"));
      world.settle();
      assertThat(trials(world)).hasSize(3);
      world.pass(LONG);
      world.mustBeSettled();
      assertThat(ended(world)).isEqualTo("Succeeded True ExperimentMaxTrialsReached");
      assertThat(trials(world)).hasSize(7).allMatch(each -> each.isTrue("Succeeded"));
      assertThat(e(world).status().path("trialsSucceeded").asInt()).isEqualTo(7);
      double best =
          trials(world).stream()
              .mapToDouble(each -> Double.parseDouble(value(each.name())))
              .max()
              .orElseThrow();
      var optimal = e(world).status().path("currentOptimalTrial");
      assertThat(value(Json.text(optimal, "bestTrialName"))).isEqualTo(Double.toString(best));
      assertThat(e(world).isTrue("Running")).isFalse();
      assertThat(world.cluster().list(Kinds.JOB, "default")).as("jobs are cleared").isEmpty();
    }
  }

  @Test
  void aTrialHasItsValuesItsLabelsAndItsOwner() {
    try (var world = world()) {
      world.cluster().put(KatibKinds.EXPERIMENT, experiment("good", "\"maxTrialCount\":7"));
      world.settle();
      Resource trial = trials(world).getFirst();
      String rate = trial.spec().path("parameterAssignments").path(0).path("value").asString();
      assertThat(trial.name()).matches("e-[a-z0-9]{8}");
      assertThat(trial.label("katib.kubeflow.org/experiment")).isEqualTo("e");
      assertThat(trial.label("team")).isEqualTo("a");
      assertThat(trial.controllerUid()).isEqualTo(e(world).uid());
      assertThat(trial.isTrue("Running")).isTrue();
      Resource job = world.cluster().get(Kinds.JOB.key("default", trial.name())).orElseThrow();
      assertThat(
              job.at("spec", "template", "spec", "containers")
                  .path(0)
                  .path("args")
                  .path(0)
                  .asString())
          .isEqualTo("--lr=" + rate);
      assertThat(job.label("katib.kubeflow.org/trial")).isEqualTo(trial.name());
      assertThat(job.controllerUid()).isEqualTo(trial.uid());
    }
  }

  @Test
  void theGoalEndsItAndWhatRunsIsLeftToRun() {
    observations.saying(_ -> List.of(FakeObservations.log(1, "accuracy", "0.995")));
    try (var world = world()) {
      world.cluster().put(KatibKinds.EXPERIMENT, experiment("good", "\"maxTrialCount\":50"));
      world.pass(LONG);
      assertThat(ended(world)).isEqualTo("Succeeded True ExperimentGoalReached");
      assertThat(trials(world)).hasSize(3).allMatch(each -> each.isTrue("Succeeded"));
      assertThat(e(world).status().path("trialsSucceeded").asInt()).isEqualTo(3);
      Resource suggestion =
          world.cluster().get(KatibKinds.SUGGESTION.key("default", "e")).orElseThrow();
      assertThat(suggestion.isTrue("Succeeded")).isTrue();
      world.mustBeSettled();
    }
  }

  @Test
  void trialsThatFailEndItOnceThereAreTooMany() {
    try (var world = world()) {
      world
          .cluster()
          .put(
              KatibKinds.EXPERIMENT,
              experiment("bad", "\"maxTrialCount\":9,\"maxFailedTrialCount\":4"));
      world.pass(LONG);
      assertThat(ended(world)).isEqualTo("Failed True ExperimentFailed");
      Resource trial = trials(world).getFirst();
      assertThat(Json.text(trial.conditionNode("Failed"), "reason"))
          .isEqualTo("TrialFailed. Job reason: BackoffLimitExceeded");
      assertThat(Json.text(trial.conditionNode("Failed"), "message"))
          .isEqualTo("Trial has failed. Job message: no");
      world.mustBeSettled();
    }
  }

  @Test
  void trialsThatReportNothingAreReplacedAndCountAsFailed() {
    observations.saying(_ -> List.of());
    try (var world = world()) {
      world
          .cluster()
          .put(
              KatibKinds.EXPERIMENT,
              experiment("good", "\"maxTrialCount\":9,\"maxFailedTrialCount\":4"));
      world.pass(LONG);
      assertThat(ended(world)).isEqualTo("Failed True ExperimentFailed");
      assertThat(e(world).status().path("trialMetricsUnavailable").asInt())
          .isGreaterThanOrEqualTo(4);
      assertThat(trials(world)).allMatch(each -> each.isTrue("MetricsUnavailable"));
      world.mustBeSettled();
    }
  }

  @Test
  void settingsThatAreWrongFailItBeforeAnyTrial() {
    try (var world = world()) {
      world
          .cluster()
          .put(
              KatibKinds.EXPERIMENT,
              experiment(
                  "good",
                  "\"algorithm\":{\"algorithmName\":\"random\",\"algorithmSettings\":[{\"name\":\"random_state\",\"value\":\"-1\"}]}"));
      world.pass(LONG);
      assertThat(ended(world)).isEqualTo("Failed True ExperimentFailed");
      Resource suggestion =
          world.cluster().get(KatibKinds.SUGGESTION.key("default", "e")).orElseThrow();
      assertThat(Json.text(suggestion.conditionNode("Failed"), "message"))
          .startsWith("Validation failed: ValidateAlgorithmSettings Error: ")
          .contains("random_state");
      assertThat(trials(world)).isEmpty();
      world.mustBeSettled();
    }
  }

  @Test
  void aSpaceThatIsTriedOutEndsIt() {
    try (var world = world()) {
      world
          .cluster()
          .put(
              KatibKinds.EXPERIMENT,
              experiment(
                  "good",
                  """
                  "algorithm":{"algorithmName":"grid"},
                  "parameters":[{"name":"lr","parameterType":"categorical",
                    "feasibleSpace":{"list":["a","b","c","d","e"]}}]
                  """));
      world.pass(LONG);
      assertThat(ended(world)).isEqualTo("Succeeded True ExperimentSuggestionEndReached");
      assertThat(trials(world)).hasSize(5);
      var seen = new HashSet<String>();
      trials(world)
          .forEach(
              each ->
                  seen.add(
                      each.spec().path("parameterAssignments").path(0).path("value").asString()));
      assertThat(seen).hasSize(5);
      world.mustBeSettled();
    }
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(strings = {"LongRunning", "FromVolume"})
  void moreTrialsResumeIt(String policy) {
    try (var world = world()) {
      world
          .cluster()
          .put(
              KatibKinds.EXPERIMENT,
              experiment("good", "\"maxTrialCount\":4,\"resumePolicy\":\"" + policy + '"'));
      world.pass(LONG);
      assertThat(ended(world)).isEqualTo("Succeeded True ExperimentMaxTrialsReached");
      change(world, "maxTrialCount", 9);
      world.settle();
      assertThat(e(world).isTrue("Restarting")).isTrue();
      assertThat(e(world).isTrue("Running")).isTrue();
      world.pass(LONG);
      assertThat(ended(world)).isEqualTo("Succeeded True ExperimentMaxTrialsReached");
      assertThat(trials(world)).hasSize(9);
      world.mustBeSettled();
    }
  }

  @Test
  void whereFewerMayRunTheNewestAreTakenBack() {
    try (var world = world()) {
      world
          .cluster()
          .put(
              KatibKinds.EXPERIMENT,
              experiment("good", "\"maxTrialCount\":12,\"parallelTrialCount\":6"));
      world.settle();
      assertThat(trials(world)).hasSize(6);
      change(world, "parallelTrialCount", 2);
      world.settle();
      assertThat(trials(world)).hasSize(2);
      Resource suggestion =
          world.cluster().get(KatibKinds.SUGGESTION.key("default", "e")).orElseThrow();
      assertThat(suggestion.status().path("suggestionCount").asInt()).isEqualTo(2);
      world.pass(LONG);
      assertThat(trials(world)).hasSize(12);
      world.mustBeSettled();
    }
  }

  @Test
  void aTrialThatIsStoppedEarlyCountsAndKeepsWhatItReported() {
    try (var world = world()) {
      world.cluster().put(KatibKinds.EXPERIMENT, experiment("run", "\"maxTrialCount\":3"));
      world.settle();
      Resource first = trials(world).getFirst();
      observations.stopping(first.name());
      world.wake(first.key());
      world.settle();
      Resource now = world.cluster().get(first.key()).orElseThrow();
      assertThat(now.isTrue("EarlyStopped")).isTrue();
      assertThat(now.isTrue("Running")).isFalse();
      assertThat(now.at("status", "observation", "metrics").path(0).path("latest").asString())
          .isEqualTo(value(first.name()));
      assertThat(e(world).status().path("trialsEarlyStopped").asInt()).isEqualTo(1);
      assertThat(world.cluster().get(Kinds.JOB.key("default", first.name()))).isEmpty();
    }
  }

  static LongStream seeds() {
    return LongStream.range(1, 9);
  }

  /// Changes are told in any order, twice, or not at all.
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void noTrialIsMadeTwiceWhateverOrderThingsHappenIn(long seed) {
    try (var world = serving(LoopWorld.shuffled(all(), seed))) {
      world
          .cluster()
          .put(
              KatibKinds.EXPERIMENT,
              experiment("good", "\"maxTrialCount\":20,\"parallelTrialCount\":4"));
      world.pass(LONG);
      world.mustBeSettled();
      assertThat(ended(world)).isEqualTo("Succeeded True ExperimentMaxTrialsReached");
      assertThat(trials(world)).hasSize(20);
      Resource suggestion =
          world.cluster().get(KatibKinds.SUGGESTION.key("default", "e")).orElseThrow();
      var named = new HashSet<String>();
      suggestion.status().path("suggestions").forEach(each -> named.add(Json.text(each, "name")));
      assertThat(trials(world)).allMatch(each -> named.contains(each.name()));
      assertThat(named).hasSize(20);
    }
  }

  /// No request is asked about here.
  private static final class Unasked implements KindRules.Admitting {
    @Override
    public Optional<ObjectNode> before() {
      return Optional.empty();
    }

    @Override
    public String user() {
      return "";
    }

    @Override
    public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
      return Optional.empty();
    }

    @Override
    public List<ObjectNode> list(String group, String plural, String namespace) {
      return List.of();
    }

    @Override
    public Consumer<String> warnings() {
      return _ -> {};
    }
  }
}
