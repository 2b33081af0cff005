package dev.slipway.controllers.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class KnativeModeTest {
  private static final String IRIS =
      """
      apiVersion: serving.kserve.io/v1beta1
      kind: InferenceService
      metadata: {name: iris}
      spec:
        predictor:
          minReplicas: 0
          sklearn: {storageUri: "gs://models/iris"}
      """;

  @Test
  void aPredictorIsAKnativeServiceOnTheRuntimeOfItsFormat() {
    World world = World.standard().apply(IRIS);
    world.settle("iris");
    Resource knative = world.get(Kinds.KNATIVE_SERVICE, "iris-predictor");
    JsonNode template = knative.at("spec", "template");
    JsonNode container = template.at("/spec/containers/0");
    assertThat(Json.text(container, "image")).isEqualTo("kserve/sklearnserver:latest");
    assertThat(container.path("args").toString())
        .isEqualTo("[\"--model_name=iris\",\"--model_dir=/mnt/models\",\"--http_port=8080\"]");
    assertThat(template.at("/spec/initContainers/0/args").toString())
        .isEqualTo("[\"gs://models/iris\",\"/mnt/models\"]");
    assertThat(Json.strings(template, "metadata", "annotations"))
        .containsEntry("autoscaling.knative.dev/min-scale", "0")
        .containsEntry("autoscaling.knative.dev/class", "kpa.autoscaling.knative.dev")
        .containsEntry("prometheus.kserve.io/port", "8080");
    assertThat(knative.at("spec", "traffic").toString())
        .isEqualTo("[{\"latestRevision\":true,\"percent\":100}]");
    assertThat(world.service("iris").text("status", "clusterServingRuntimeName"))
        .isEqualTo("kserve-sklearnserver");
  }

  @Test
  void aSecondPassChangesNothing() {
    World world = World.standard().apply(IRIS);
    world.settle("iris");
    world.settle("iris");
    assertThat(world.settle("iris")).isZero();
    ready(world, "iris-predictor-00001", "iris-predictor-00001");
    world.settle("iris");
    world.settle("iris");
    assertThat(world.settle("iris")).isZero();
  }

  @Test
  void isReadyWithItsAddressOnceTheKnativeServiceIs() {
    World world = World.standard().apply(IRIS);
    world.settle("iris");
    assertThat(world.condition("iris", "Ready")).startsWith("Unknown");
    ready(world, "iris-predictor-00001", "iris-predictor-00001");
    world.settle("iris");
    world.settle("iris");
    Resource service = world.service("iris");
    assertThat(world.condition("iris", "Ready")).isEqualTo("True");
    assertThat(service.text("status", "url")).isEqualTo("http://iris.default.localhost");
    assertThat(service.text("status", "address", "url"))
        .isEqualTo("http://iris.default.svc.cluster.local");
    assertThat(
            service.at("status", "components", "predictor", "latestRolledoutRevision").asString())
        .isEqualTo("iris-predictor-00001");
    assertThat(service.at("status", "modelStatus", "states", "activeModelState").asString())
        .isEqualTo("Standby");
    assertThat(
            service.at("status", "conditions").values().stream()
                .map(each -> Json.text(each, "type")))
        .containsExactly(
            "IngressReady",
            "LatestDeploymentReady",
            "PredictorConfigurationReady",
            "PredictorReady",
            "PredictorRouteReady",
            "Ready",
            "RoutesReady",
            "Stopped");
    assertThat(Json.text(service.conditionNode("RoutesReady"), "severity")).isEqualTo("Info");
    assertThat(world.events).contains("InferenceServiceReady: InferenceService [iris] is Ready");
  }

  /// The Knative Service as its own controllers leave it.
  static void ready(World world, String created, String ready) {
    ready(
        world,
        "iris-predictor",
        created,
        ready,
        "[{revisionName: " + ready + ", latestRevision: true, percent: 100}]");
  }

  static void ready(World world, String name, String created, String ready, String traffic) {
    long generation = world.get(Kinds.KNATIVE_SERVICE, name).generation();
    boolean all = created.equals(ready);
    world.status(
        Kinds.KNATIVE_SERVICE,
        name,
        """
        observedGeneration: %d
        latestCreatedRevisionName: %s
        latestReadyRevisionName: %s
        url: http://%s.default.localhost
        address: {url: "http://%s.default.svc.cluster.local"}
        traffic: %s
        conditions:
        - {type: ConfigurationsReady, status: "%s"}
        - {type: Ready, status: "%s"}
        - {type: RoutesReady, status: "True"}
        """
            .formatted(
                generation,
                created,
                ready,
                name,
                name,
                traffic,
                all ? "True" : "Unknown",
                all ? "True" : "Unknown"));
  }
}
