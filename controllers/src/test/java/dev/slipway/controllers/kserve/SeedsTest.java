package dev.slipway.controllers.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Manifests of an article, as they stand there, from the manifest to what runs.
final class SeedsTest {
  private static final String HEAD =
      """
      apiVersion: serving.kserve.io/v1beta1
      kind: InferenceService
      """;

  private static JsonNode template(World world, String name) {
    return world.get(Kinds.KNATIVE_SERVICE, name + "-predictor").at("spec", "template");
  }

  private static String argument(JsonNode template) {
    return template.at("/spec/initContainers/0/args/0").asString();
  }

  @Test
  void aModelByItsUriWithReplicasBesideIt() {
    World world =
        World.standard()
            .apply(
                HEAD
                    + """
                    metadata: {name: sklearn-model}
                    spec:
                      predictor:
                        sklearn:
                          modelUri: "gs://model-bucket/sklearn-model"
                          resources:
                            limits: {memory: "1Gi", cpu: "1"}
                            requests: {memory: "500Mi", cpu: "500m"}
                          minReplicas: 1
                          maxReplicas: 10
                    """);
    world.settle("sklearn-model");
    JsonNode template = template(world, "sklearn-model");
    assertThat(argument(template)).isEqualTo("gs://model-bucket/sklearn-model");
    assertThat(template.at("/spec/containers/0/resources/requests/cpu").asString())
        .isEqualTo("500m");
    assertThat(Json.strings(template, "metadata", "annotations"))
        .containsEntry("autoscaling.knative.dev/min-scale", "1")
        .containsEntry("autoscaling.knative.dev/max-scale", "10");
    assertThat(world.warned).hasSize(3);
    assertThat(world.settle("sklearn-model")).isLessThan(2);
    assertThat(world.settle("sklearn-model")).isZero();
  }

  @Test
  void aModelInASecretsBucketWithProbesAndAFullVersion() {
    String service =
        HEAD
            + """
            metadata:
              name: production-model
              annotations:
                autoscaling.knative.dev/target: "100"
                autoscaling.knative.dev/class: "kpa.autoscaling.knative.dev"
            spec:
              predictor:
                model:
                  modelFormat: {name: tensorflow, version: "2.8.0"}
                  storage: {key: model-storage, path: "models/tensorflow/model"}
                  resources: {limits: {memory: "4Gi", cpu: "2"}}
                  port: 8080
                  protocolVersion: "v1"
                  health: {initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 5}
                  nodeSelector: {kubernetes.io/instance-type: "ml.g4dn.xlarge"}
            """;
    World world = World.standard().apply(service);
    world.settle("production-model");
    assertThat(world.condition("production-model", "Ready"))
        .isEqualTo(
            "False InvalidPredictorSpec: specified storage key model-storage not found in storage"
                + " secret storage-config, and there is no Secret default/model-storage");
    world.put(
        Kinds.SECRET,
        """
        metadata: {name: storage-config}
        data: {model-storage: eyJ0eXBlIjogInMzIiwgImJ1Y2tldCI6ICJtb2RlbHMifQ==}
        """);
    world.settle("production-model");
    JsonNode template = template(world, "production-model");
    assertThat(argument(template)).isEqualTo("s3://models/models/tensorflow/model");
    assertThat(template.at("/spec/initContainers/0/env/0").toString())
        .isEqualTo(
            "{\"name\":\"STORAGE_CONFIG\",\"valueFrom\":{\"secretKeyRef\":{\"name\":"
                + "\"storage-config\",\"key\":\"model-storage\"}}}");
    assertThat(template.at("/spec/containers/0/readinessProbe/httpGet/path").asString())
        .isEqualTo("/v1/models/production-model");
    assertThat(template.at("/spec/nodeSelector/kubernetes.io~1instance-type").asString())
        .isEqualTo("ml.g4dn.xlarge");
    assertThat(Json.strings(template, "metadata", "annotations"))
        .containsEntry("autoscaling.knative.dev/target", "100");
    assertThat(world.events)
        .contains(
            "RuntimeSelected: runtime kserve-tensorflow-serving names no version 2.8.0 of"
                + " tensorflow, taken as 2");
  }

  @Test
  void metricsOfResourcesAreAnAutoscalerOfADeployment() {
    World world =
        World.standard()
            .apply(
                HEAD
                    + """
                    metadata: {name: high-availability-model}
                    spec:
                      predictor:
                        sklearn:
                          modelUri: "gs://model-bucket/high-availability-model"
                          minReplicas: 3
                          maxReplicas: 20
                          autoscaling:
                            metrics:
                            - type: Resource
                              resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}
                    """);
    world.settle("high-availability-model");
    JsonNode scaler =
        world.get(Kinds.HORIZONTAL_POD_AUTOSCALER, "high-availability-model-predictor").spec();
    assertThat(scaler.path("minReplicas").asInt()).isEqualTo(3);
    assertThat(scaler.path("maxReplicas").asInt()).isEqualTo(20);
    assertThat(scaler.at("/metrics/0/resource/target/averageUtilization").asInt()).isEqualTo(70);
    assertThat(world.names(Kinds.DEPLOYMENT)).containsExactly("high-availability-model-predictor");
  }

  @Test
  void metricsFromOutsideAreKedas() {
    World world =
        World.standard()
            .apply(
                HEAD
                    + """
                    metadata: {name: optimized-model}
                    spec:
                      predictor:
                        sklearn:
                          modelUri: "gs://model-bucket/optimized-model"
                          autoscaling:
                            metrics:
                            - type: Resource
                              resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}
                            - type: Resource
                              resource: {name: memory, target: {type: Utilization, averageUtilization: 80}}
                            - type: External
                              external:
                                metric: {name: custom_metric_requests_per_second}
                                target: {type: Value, value: "100"}
                    """);
    world.settle("optimized-model");
    JsonNode triggers =
        world
            .get(InferenceServiceReconciler.SCALED_OBJECT, "optimized-model-predictor")
            .at("spec", "triggers");
    assertThat(triggers.toString())
        .isEqualTo(
            """
            [{"type":"cpu","metadata":{"value":"70"},"metricType":"Utilization"},\
            {"type":"memory","metadata":{"value":"80"},"metricType":"Utilization"},\
            {"type":"prometheus","metadata":{"serverAddress":"http://localhost:8080",\
            "query":"custom_metric_requests_per_second","threshold":"100"}}]""");
  }

  @Test
  void replicasToBeWarmedUpAreThereFromTheStart() {
    World world =
        World.standard()
            .apply(
                HEAD
                    + """
                    metadata: {name: cached-model}
                    spec:
                      predictor:
                        sklearn:
                          modelUri: "gs://model-bucket/cached-model"
                          cacheSize: "100"
                          warmup: {replicas: 2, duration: "30s"}
                    """);
    world.settle("cached-model");
    assertThat(Json.strings(template(world, "cached-model"), "metadata", "annotations"))
        .containsEntry("autoscaling.knative.dev/initial-scale", "2")
        .containsEntry("slipway.dev/warmup-duration", "30s")
        .containsEntry("slipway.dev/cache-size", "100");
  }

  @Test
  void aSecretWithDashedKeysOpensTheBucket() {
    World world =
        World.standard()
            .put(
                Kinds.SECRET,
                """
                metadata: {name: model-storage-secret}
                data: {aws-access-key-id: aWQ=, aws-secret-access-key: a2V5}
                """)
            .apply(
                HEAD
                    + """
                    metadata: {name: secure-model}
                    spec:
                      predictor:
                        sklearn:
                          modelUri: "s3://secure-bucket/model"
                          storage: {key: model-storage-secret, path: "models/secure-model"}
                    """);
    world.settle("secure-model");
    JsonNode template = template(world, "secure-model");
    assertThat(argument(template)).isEqualTo("s3://secure-bucket/model");
    JsonNode env = template.at("/spec/initContainers/0/env");
    assertThat(env.values().stream().map(JsonNode::toString))
        .containsExactly(
            variable("AWS_ACCESS_KEY_ID", "aws-access-key-id"),
            variable("AWS_SECRET_ACCESS_KEY", "aws-secret-access-key"));
  }

  private static String variable(String name, String key) {
    return "{\"name\":\""
        + name
        + "\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"model-storage-secret\",\"key\":\""
        + key
        + "\"}}}";
  }
}
