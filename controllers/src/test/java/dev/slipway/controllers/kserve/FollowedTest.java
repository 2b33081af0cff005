package dev.slipway.controllers.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Services whose model is named by an alias: what of `status.registry` gets into what runs.
final class FollowedTest {
  private static final String IRIS =
      """
      apiVersion: serving.kserve.io/v1beta1
      kind: InferenceService
      metadata: {name: iris, annotations: {%s}}
      spec:
        predictor:
          model: {modelFormat: {name: sklearn}, storageUri: "models:/iris@champion"}
      """;

  private static World world(String annotations) {
    return World.standard()
        .with(KserveSettings.standard().followingRegistry())
        .apply(IRIS.formatted(annotations));
  }

  private static World state(World world, String state) {
    return world.change(
        Kinds.INFERENCE_SERVICE,
        "iris",
        service ->
            Json.ensureObject(service, "status")
                .set("registry", World.yaml("uri: models:/iris@champion\nname: iris\n" + state)));
  }

  private static String served(World world) {
    return Json.text(
        world
            .get(Kinds.KNATIVE_SERVICE, "iris-predictor")
            .at("spec", "template", "spec", "initContainers")
            .path(0)
            .path("args")
            .path(0));
  }

  @Test
  void nothingRunsBeforeItIsKnownWhatTheNameMeans() {
    World world = world("");
    world.settle("iris");
    assertThat(world.names(Kinds.KNATIVE_SERVICE)).isEmpty();
    state(world, "phase: Serving\nversion: '3'\n");
    world.settle("iris");
    assertThat(served(world)).isEqualTo("models:/iris/3");
    assertThat(world.condition("iris", "ModelVersionCurrent")).isEqualTo("True");
  }

  @Test
  void aNameThatMeansNothingIsRefusedAndTold() {
    World world = state(world(""), "phase: Unresolved\nmessage: no such thing\n");
    world.settle("iris");
    assertThat(world.names(Kinds.KNATIVE_SERVICE)).isEmpty();
    assertThat(world.condition("iris", "PredictorReady"))
        .isEqualTo("False ModelVersionNotFound: no such thing");
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # state                                | version | traffic       | condition
          phase: Starting, version: 3, percent: 0   | 3 | 0, 100 of 00001  | Unknown RolloutProgressing: so far
          phase: Shifting, version: 3, percent: 10  | 3 | 10, 90 of 00001  | Unknown RolloutProgressing: so far
          phase: Returning, version: 2, percent: 0  | 2 | 0, 100 of 00001  | False RolledBack: so far
          phase: Serving, version: 3                | 3 | 100              | True
          phase: Serving, version: 2, rejectedVersion: 3 | 2 | 100         | False RolledBack: so far
          """,
      quoteCharacter = '^')
  void requestsAreSharedAsFarAsTheRolloutIs(
      String state, String version, String traffic, String condition) {
    World world =
        state(
            world(""),
            "stableRevision: iris-predictor-00001\nmessage: so far\n"
                + state.replace(", ", "\n").replaceAll("(?m)ersion: (\\d)", "ersion: '$1'")
                + "\n");
    world.settle("iris");
    assertThat(served(world)).isEqualTo("models:/iris/" + version);
    var shares =
        world.get(Kinds.KNATIVE_SERVICE, "iris-predictor").at("spec", "traffic").values().stream()
            .map(
                each ->
                    each.path("percent").asInt()
                        + (each.has("revisionName")
                            ? " of "
                                + Json.text(each, "revisionName").replace("iris-predictor-", "")
                            : ""))
            .toList();
    assertThat(String.join(", ", shares)).isEqualTo(traffic);
    assertThat(world.condition("iris", "ModelVersionCurrent")).isEqualTo(condition);
  }

  @Test
  void aServiceThatDoesNotFollowLooksWhenAPodStarts() {
    World world = world("slipway.dev/follow-alias: 'false'");
    world.settle("iris");
    assertThat(served(world)).isEqualTo("models:/iris@champion");
  }

  @Test
  void aPolicyIsNoReasonForANewRevision() {
    World world = state(world(""), "phase: Serving\nversion: '3'\n");
    world.settle("iris");
    var before = world.get(Kinds.KNATIVE_SERVICE, "iris-predictor").spec().toString();
    world.apply(IRIS.formatted("slipway.dev/rollout-steps: '1,2,3'"));
    world.settle("iris");
    assertThat(world.get(Kinds.KNATIVE_SERVICE, "iris-predictor").spec().toString())
        .isEqualTo(before);
  }
}
