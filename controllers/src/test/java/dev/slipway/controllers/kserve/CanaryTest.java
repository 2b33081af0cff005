package dev.slipway.controllers.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Shares of requests while a service is rolled out, in both ways of running it.
final class CanaryTest {
  private static final String IRIS =
      """
      apiVersion: serving.kserve.io/v1beta1
      kind: InferenceService
      metadata: {name: iris, annotations: {%s}}
      spec:
        predictor:
          %s
          model:
            modelFormat: {name: sklearn}
            storageUri: gs://models/iris-%s
        %s
      """;

  private static String iris(String percent, String model) {
    return IRIS.formatted("", percent(percent), model, "");
  }

  private static String percent(String percent) {
    return percent.isEmpty() ? "minReplicas: 1" : "canaryTrafficPercent: " + percent;
  }

  private static String standard(String percent, String model) {
    return IRIS.formatted(
        "serving.kserve.io/deploymentMode: Standard", percent(percent), model, "");
  }

  @ParameterizedTest(name = "{0}% → {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # percent | traffic                                             | why
             10     | latest 10, iris-predictor-00001 90 prev             | shared
             0      | latest 0, iris-predictor-00001 100 prev             | pinned to what was
             100    | latest 100                                          | promoted
                    | latest 100                                          | not said: all to the latest
          """)
  void aNewRevisionGetsItsShare(String percent, String traffic, String why) {
    World world = rolledOut();
    world.apply(iris(percent == null ? "" : percent, "2"));
    world.settle("iris");
    assertThat(traffic(world)).as(why).isEqualTo(traffic);
  }

  @Test
  void theFirstRevisionGetsAllRequestsWhateverItsShare() {
    World world = World.standard().apply(iris("10", "1"));
    world.settle("iris");
    assertThat(traffic(world)).isEqualTo("latest 100");
  }

  @Test
  void aShareLoweredAfterPromotionGoesBackToTheRevisionBefore() {
    World world = rolledOut();
    world.apply(iris("10", "2"));
    world.settle("iris");
    shared(world, 10, "iris-predictor-00002", "iris-predictor-00001");
    world.apply(iris("", "2"));
    world.settle("iris");
    KnativeModeTest.ready(world, "iris-predictor-00002", "iris-predictor-00002");
    world.settle("iris");
    assertThat(component(world, "latestRolledoutRevision")).isEqualTo("iris-predictor-00002");
    assertThat(component(world, "previousRolledoutRevision")).isEqualTo("iris-predictor-00001");
    world.apply(iris("20", "2"));
    world.settle("iris");
    shared(world, 20, "iris-predictor-00002", "iris-predictor-00002");
    world.settle("iris");
    world.settle("iris");
    assertThat(traffic(world)).isEqualTo("latest 20, iris-predictor-00001 80 prev");
  }

  @Test
  void routingTagsAreThereWhereAskedFor() {
    World world = rolledOut();
    world.apply(
        IRIS.formatted("serving.kserve.io/enable-tag-routing: \"true\"", percent("10"), "2", ""));
    world.settle("iris");
    assertThat(traffic(world)).isEqualTo("latest 10 latest, iris-predictor-00001 90 prev");
  }

  @Test
  void theServicesOwnAddressSharesAsTheKnativeServiceDoes() {
    World world = rolledOut();
    world.apply(iris("10", "2"));
    world.settle("iris");
    shared(world, 10, "iris-predictor-00002", "iris-predictor-00001");
    world.settle("iris");
    assertThat(splits(world)).isEqualTo("iris-predictor-00002 10, iris-predictor-00001 90");
  }

  @Test
  void namedCanariesTakeTheirSharesOnceReady() {
    World world = rolledOut();
    world.apply(
        IRIS.formatted(
            "",
            "minReplicas: 1",
            "1",
            "canary: [{trafficPercent: 25, predictor: {name: blue, model: {modelFormat: {name:"
                + " sklearn}, storageUri: gs://models/iris-blue}}}]"));
    world.settle("iris");
    assertThat(world.names(Kinds.KNATIVE_SERVICE))
        .containsExactly("iris-blue-predictor", "iris-predictor");
    assertThat(splits(world)).isEqualTo("iris-predictor-00001 100");
    KnativeModeTest.ready(
        world,
        "iris-blue-predictor",
        "iris-blue-predictor-00001",
        "iris-blue-predictor-00001",
        "[{revisionName: iris-blue-predictor-00001, latestRevision: true, percent: 100}]");
    world.settle("iris");
    assertThat(splits(world)).isEqualTo("iris-blue-predictor-00001 25, iris-predictor-00001 75");
    assertThat(world.condition("iris", "CanaryPredictorReady")).isEqualTo("True");
  }

  @Test
  void standardModeKeepsTheOldPodsBesideTheNewOnes() {
    World world = World.standard().apply(standard("", "1"));
    world.settle("iris");
    available(world, "iris-predictor");
    world.apply(standard("30", "2"));
    world.settle("iris");
    assertThat(world.names(Kinds.DEPLOYMENT))
        .containsExactly("iris-predictor", "iris-predictor-canary");
    assertThat(model(world, "iris-predictor")).isEqualTo("gs://models/iris-1");
    assertThat(model(world, "iris-predictor-canary")).isEqualTo("gs://models/iris-2");
    assertThat(backends(world)).isEqualTo("iris-predictor-canary 0, iris-predictor 100");
    available(world, "iris-predictor-canary");
    world.settle("iris");
    assertThat(backends(world)).isEqualTo("iris-predictor-canary 30, iris-predictor 70");
    assertThat(world.settle("iris")).isZero();
  }

  @Test
  void standardModePromotesWithoutLosingPods() {
    World world = World.standard().apply(standard("", "1"));
    world.settle("iris");
    available(world, "iris-predictor");
    world.apply(standard("30", "2"));
    world.settle("iris");
    available(world, "iris-predictor-canary");
    world.apply(standard("100", "2"));
    world.settle("iris");
    assertThat(model(world, "iris-predictor")).isEqualTo("gs://models/iris-2");
    assertThat(backends(world)).isEqualTo("iris-predictor-canary 100, iris-predictor 0");
    world.settle("iris");
    assertThat(world.names(Kinds.DEPLOYMENT)).contains("iris-predictor-canary");
    available(world, "iris-predictor");
    world.settle("iris");
    assertThat(world.names(Kinds.DEPLOYMENT)).containsExactly("iris-predictor");
    assertThat(backends(world)).isEqualTo("iris-predictor 100");
    assertThat(world.settle("iris")).isZero();
  }

  @Test
  void standardModeGoesBackWhereTheOldModelIsAskedForAgain() {
    World world = World.standard().apply(standard("", "1"));
    world.settle("iris");
    available(world, "iris-predictor");
    world.apply(standard("30", "2"));
    world.settle("iris");
    world.apply(standard("", "1"));
    world.settle("iris");
    assertThat(world.names(Kinds.DEPLOYMENT)).containsExactly("iris-predictor");
    assertThat(model(world, "iris-predictor")).isEqualTo("gs://models/iris-1");
  }

  @Test
  void standardModeRunsNamedCanariesAndTakesTheirReplicasFromTheStableOnes() {
    World world =
        World.standard()
            .apply(
                IRIS.formatted(
                    "serving.kserve.io/deploymentMode: Standard",
                    "minReplicas: 4",
                    "1",
                    "canary: [{trafficPercent: 25, predictor: {name: blue, model: {modelFormat:"
                        + " {name: sklearn}, storageUri: gs://models/iris-blue}}}]"));
    world.settle("iris");
    available(world, "iris-predictor");
    available(world, "iris-blue-predictor");
    world.settle("iris");
    assertThat(world.get(Kinds.DEPLOYMENT, "iris-blue-predictor").at("spec", "replicas").asInt())
        .isEqualTo(1);
    assertThat(
            world
                .get(Kinds.HORIZONTAL_POD_AUTOSCALER, "iris-predictor")
                .at("spec", "minReplicas")
                .asInt())
        .isEqualTo(3);
    assertThat(backends(world)).isEqualTo("iris-predictor 75, iris-blue-predictor 25");
  }

  private static World rolledOut() {
    World world = World.standard().apply(iris("", "1"));
    world.settle("iris");
    KnativeModeTest.ready(world, "iris-predictor-00001", "iris-predictor-00001");
    world.settle("iris");
    return world;
  }

  private static void shared(World world, int percent, String latest, String other) {
    KnativeModeTest.ready(
        world,
        "iris-predictor",
        latest,
        latest,
        "[{revisionName: %s, latestRevision: true, percent: %d}, {revisionName: %s, latestRevision: false, percent: %d, tag: prev}]"
            .formatted(latest, percent, other, 100 - percent));
  }

  static void available(World world, String name) {
    long generation = world.get(Kinds.DEPLOYMENT, name).generation();
    world.status(
        Kinds.DEPLOYMENT,
        name,
        """
        observedGeneration: %d
        replicas: 1
        updatedReplicas: 1
        availableReplicas: 1
        readyReplicas: 1
        conditions:
        - {type: Available, status: "True", reason: MinimumReplicasAvailable}
        - {type: Progressing, status: "True", reason: NewReplicaSetAvailable}
        """
            .formatted(generation));
  }

  private static String component(World world, String field) {
    return world.service("iris").text("status", "components", "predictor", field);
  }

  private static String model(World world, String deployment) {
    return world
        .get(Kinds.DEPLOYMENT, deployment)
        .at("spec", "template", "spec", "initContainers")
        .path(0)
        .path("args")
        .path(0)
        .asString();
  }

  private static String traffic(World world) {
    Resource knative = world.get(Kinds.KNATIVE_SERVICE, "iris-predictor");
    return knative.at("spec", "traffic").values().stream()
        .map(
            each ->
                (each.path("latestRevision").asBoolean()
                        ? "latest"
                        : Json.text(each, "revisionName"))
                    + " "
                    + each.path("percent").asInt()
                    + (each.has("tag") ? " " + Json.text(each, "tag") : ""))
        .collect(Collectors.joining(", "));
  }

  private static String splits(World world) {
    JsonNode paths =
        world.get(Kinds.KNATIVE_INGRESS, "iris").at("spec", "rules").path(0).at("/http/paths");
    return paths.path(paths.size() - 1).path("splits").values().stream()
        .map(each -> Json.text(each, "serviceName") + " " + each.path("percent").asInt())
        .collect(Collectors.joining(", "));
  }

  private static String backends(World world) {
    JsonNode rules = world.get(Kinds.HTTP_ROUTE, "iris").at("spec", "rules");
    return rules.path(rules.size() - 1).path("backendRefs").values().stream()
        .map(each -> Json.text(each, "name") + " " + each.path("weight").asInt())
        .collect(Collectors.joining(", "));
  }
}
