package dev.slipway.controllers.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// InferenceGraphs and TrainedModels: what they want, and what they say of themselves.
final class GraphsTest {
  private static final KserveSettings SETTINGS = KserveSettings.standard();

  private static World world(String predictor, boolean ready) {
    World world =
        World.standard()
            .apply(
                """
                apiVersion: serving.kserve.io/v1beta1
                kind: InferenceService
                metadata: {name: iris}
                spec: {predictor: {%s}}
                """
                    .formatted(predictor));
    if (ready) {
      world.status(
          Kinds.INFERENCE_SERVICE,
          "iris",
          """
          url: http://iris.default.localhost
          address: {url: "http://iris.default.svc.cluster.local"}
          conditions: [{type: Ready, status: "True"}]
          """);
    }
    return world;
  }

  private static Plan plan(World world, String mode) {
    return plan(world, mode, "minReplicas: 0");
  }

  private static Plan plan(World world, String mode, String fields) {
    world.put(
        Kinds.INFERENCE_GRAPH,
        """
        apiVersion: serving.kserve.io/v1alpha1
        kind: InferenceGraph
        metadata: {name: chain, annotations: {serving.kserve.io/deploymentMode: %s}}
        spec:
          %s
          nodes:
            root:
              routerType: Sequence
              steps: [{serviceName: iris}, {serviceUrl: "http://elsewhere/", data: $response}]
        """
            .formatted(mode, fields));
    Resource graph = world.get(Kinds.INFERENCE_GRAPH, "chain");
    return new InferenceGraphReconciler(SETTINGS).plan(graph, world.observed(graph));
  }

  @ParameterizedTest(name = "{0} → {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          sklearn: {storageUri: 's3://m'}                                         | /v1/models/iris:predict
          sklearn: {storageUri: 's3://m', protocolVersion: v2}                    | /v2/models/iris/infer
          sklearn: {storageUri: 's3://m', args: [--model_name=other]}             | /v1/models/other:predict
          model: {modelFormat: {name: sklearn}, runtime: kserve-mlserver, storageUri: x} | /v2/models/iris/infer
          containers: [{image: x, env: [{name: PROTOCOL, value: v2}]}]            | /v2/models/iris/infer
          """)
  void aServiceByNameBecomesTheAddressOfItsPredictions(String predictor, String path) {
    Plan plan = plan(world(predictor, true), "Knative");
    JsonNode container = plan.kept().getFirst().object().at("/spec/template/spec/containers/0");
    assertThat(container.path("args").path(0).asString()).isEqualTo("--graph-json");
    assertThat(
            Json.parseObject(container.path("args").path(1).asString())
                .at("/nodes/root/steps/0/serviceUrl")
                .asString())
        .isEqualTo("http://iris.default.svc.cluster.local" + path);
    assertThat(container.path("image").asString()).isEqualTo("kserve/router:latest");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          Knative  | resources: {limits: {cpu: 2}}            | Service    | /spec/template/spec/containers/0/resources | {"limits":{"cpu":2}}
          Knative  | affinity: {nodeAffinity: {}}             | Service    | /spec/template/spec/affinity               | {"nodeAffinity":{}}
          Knative  | timeout: 90                              | Service    | /spec/template/spec/timeoutSeconds         | 90
          Knative  | minReplicas: 2                           | Service    | /spec/template/metadata/annotations/autoscaling.knative.dev~1min-scale | "2"
          Knative  | maxReplicas: 4                           | Service    | /spec/template/metadata/annotations/autoscaling.knative.dev~1max-scale | "4"
          Knative  | scaleTarget: 7                           | Service    | /spec/template/metadata/annotations/autoscaling.knative.dev~1target    | "7"
          Knative  | scaleMetric: rps                         | Service    | /spec/template/metadata/annotations/autoscaling.knative.dev~1metric    | "rps"
          Knative  | tolerations: [{key: gpu}]                | Service    | /spec/template/spec/tolerations            | [{"key":"gpu"}]
          Knative  | nodeSelector: {disk: fast}               | Service    | /spec/template/spec/nodeSelector           | {"disk":"fast"}
          Knative  | nodeName: slipway                        | Service    | /spec/template/spec/nodeName               | "slipway"
          Knative  | serviceAccountName: router               | Service    | /spec/template/spec/serviceAccountName     | "router"
          Standard | resources: {limits: {cpu: 2}}            | Deployment | /spec/template/spec/containers/0/resources | {"limits":{"cpu":2}}
          Standard | nodeSelector: {disk: fast}               | Deployment | /spec/template/spec/nodeSelector           | {"disk":"fast"}
          Standard | tolerations: [{key: gpu}]                | Deployment | /spec/template/spec/tolerations            | [{"key":"gpu"}]
          Standard | timeout: 90                              | HTTPRoute  | /spec/rules/0/timeouts/request             | "90s"
          Standard | minReplicas: 2                           | HorizontalPodAutoscaler | /spec/minReplicas             | 2
          Standard | maxReplicas: 4                           | HorizontalPodAutoscaler | /spec/maxReplicas             | 4
          Standard | {scaleMetric: memory, scaleTarget: 70}   | HorizontalPodAutoscaler | /spec/metrics/0/resource      | {"name":"memory","target":{"type":"Utilization","averageUtilization":70}}
          Knative  | routerTimeouts: {serverRead: 5}          | Service    | /spec/template/spec/containers/0/args/1    | {serverRead 5}
          """)
  void everyFieldReachesWhatRunsTheRouter(
      String mode, String fields, String kind, String where, String is) {
    var lines = fields.startsWith("{") ? fields.substring(1, fields.length() - 1) : fields;
    var written = fields.startsWith("{") ? lines.replace(", ", "\n  ") : lines;
    Plan plan = plan(world("sklearn: {storageUri: 's3://m'}", true), mode, written);
    JsonNode found =
        plan.kept().stream()
            .filter(each -> each.kind().kind().equals(kind))
            .findFirst()
            .orElseThrow()
            .object()
            .at(where);
    if (where.endsWith("/args/1")) {
      assertThat(found.asString()).contains("\"routerTimeouts\":{\"serverRead\":5}");
    } else {
      assertThat(found).hasToString(is);
    }
  }

  @Test
  void aServiceThatIsNotReadyIsWaitedFor() {
    Plan plan = plan(world("sklearn: {storageUri: 's3://m'}", false), "Knative");
    assertThat(plan.kept()).isEmpty();
    assertThat(plan.unpruned()).contains(Kinds.KNATIVE_SERVICE);
    assertThat(plan.status().orElseThrow().path("conditions").toString())
        .contains("ServiceNotReady", "service iris is not ready");
  }

  @Test
  void aDeploymentMakesTheGraphReadyOnlyOnceItIsAvailable() {
    World world = world("sklearn: {storageUri: 's3://m'}", true);
    Plan plan = plan(world, "Standard");
    assertThat(plan.kept().stream().map(each -> each.kind().kind()))
        .containsExactly("Deployment", "Service", "HorizontalPodAutoscaler", "HTTPRoute");
    assertThat(plan.status().orElseThrow().path("conditions").path(0).path("status").asString())
        .isEqualTo("Unknown");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # predictor                                             | memory | not true
          sklearn: {resources: {limits: {memory: 2Gi}}}           | 1Gi    |
          sklearn: {resources: {limits: {memory: 2Gi}}}           | 3Gi    | MemoryResourceAvailable
          sklearn: {storageUri: 's3://m'}                         | 1Gi    | IsMMSPredictor
          """)
  void aTrainedModelTellsWhatItLacks(
      String predictor, String memory, @org.jspecify.annotations.Nullable String lacking) {
    World world = world(predictor, true);
    world.put(
        TrainedModels.KIND,
        """
        metadata: {name: one}
        spec: {inferenceService: iris, model: {storageUri: "s3://one", framework: sklearn, memory: %s}}
        """
            .formatted(memory));
    Resource model = world.get(TrainedModels.KIND, "one");
    Plan plan = new TrainedModelReconciler(SETTINGS).plan(model, world.observed(model));
    JsonNode status = plan.status().orElseThrow();
    assertThat(
            status.path("conditions").values().stream()
                .filter(each -> !Json.text(each, "status").equals("True"))
                .map(each -> Json.text(each, "type"))
                .filter(type -> !type.equals("Ready")))
        .containsExactlyElementsOf(
            lacking == null ? java.util.List.of() : java.util.List.of(lacking));
    assertThat(Json.text(status, "url"))
        .isEqualTo("http://iris.default.localhost/v1/models/one:predict");
    assertThat(plan.changed()).hasSize(1);
  }
}
