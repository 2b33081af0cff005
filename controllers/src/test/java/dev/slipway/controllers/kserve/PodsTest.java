package dev.slipway.controllers.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What the pods of a service are made of.
final class PodsTest {
  private static World world(String spec) {
    return World.standard()
        .apply(
            """
            apiVersion: serving.kserve.io/v1beta1
            kind: InferenceService
            metadata: {name: m, labels: {team: a}, annotations: {own: b}}
            spec: {%s}
            """
                .formatted(spec));
  }

  private static JsonNode pod(String spec) {
    World world = world(spec);
    world.settle("m");
    return world
        .find(Kinds.KNATIVE_SERVICE, "m-predictor")
        .map(it -> it.at("spec", "template", "spec"))
        .orElseThrow(() -> new AssertionError(world.condition("m", "PredictorReady")));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # predictor                                                                        | where                          | is
          sklearn: {storageUri: 's3://m', args: [--workers=2]}                               | /containers/0/args             | ["--model_name=m","--model_dir=/mnt/models","--http_port=8080","--workers=2"]
          sklearn: {storageUri: 's3://m', runtimeVersion: v0.12.0}                           | /containers/0/image            | "kserve/sklearnserver:v0.12.0"
          sklearn: {storageUri: 's3://m', image: 'own/server@sha256:1', runtimeVersion: x}   | /containers/0/image            | "own/server@sha256:1"
          tensorflow: {storageUri: 's3://m', resources: {limits: {nvidia.com/gpu: 1}}}       | /containers/0/image            | "tensorflow/serving:2.6.2-gpu"
          sklearn: {storageUri: 's3://m', env: [{name: A, value: b}]}                        | /containers/0/env              | [{"name":"A","value":"b"},{"name":"INFERENCE_SERVICE_NAME","value":"m"}]
          sklearn: {storageUri: 's3://m', resources: {limits: {cpu: 4}}}                     | /containers/0/resources/limits | {"cpu":4,"memory":"2Gi"}
          sklearn: {storageUri: 's3://m', protocolVersion: v2}                               | /containers/0/env/0            | {"name":"MLSERVER_MODEL_IMPLEMENTATION","value":"mlserver_sklearn.SKLearnModel"}
          sklearn: {storageUri: 's3://m', protocolVersion: v2}                               | /containers/0/env/3            | {"name":"MLSERVER_MODEL_NAME","value":"m"}
          lightgbm: {storageUri: 's3://m', protocolVersion: v2}                              | /containers/0/env/0            | {"name":"MLSERVER_MODEL_IMPLEMENTATION","value":"mlserver_lightgbm.LightGBMModel"}
          model: {modelFormat: {name: xgboost}, runtime: kserve-predictiveserver, storageUri: x} | /containers/0/args/3       | "--framework=xgboost"
          pytorch: {storageUri: 's3://m', protocolVersion: v2}                               | /containers/0/env/0            | {"name":"TS_SERVICE_ENVELOPE","value":"kservev2"}
          triton: {}                                                                         | /containers/0/args/6           | "--model-control-mode=explicit"
          sklearn: {storageUri: 's3://m'}, timeout: 30, containerConcurrency: 4              | /timeoutSeconds                | 30
          sklearn: {storageUri: 's3://m'}, timeout: 30, containerConcurrency: 4              | /containerConcurrency          | 4
          sklearn: {storageUri: 's3://m'}, serviceAccountName: sa                            | /serviceAccountName            | "sa"
          sklearn: {storageUri: 's3://m'}, tolerations: [{key: gpu}]                         | /tolerations                   | [{"key":"gpu"}]
          sklearn: {storageUri: 's3://m'}                                                    | /initContainers/0/args         | ["s3://m","/mnt/models"]
          sklearn: {storageUri: 's3://m'}                                                    | /containers/0/volumeMounts     | [{"name":"kserve-provision-location","mountPath":"/mnt/models","readOnly":true}]
          sklearn: {storageUri: 's3://m'}                                                    | /initContainers/0/volumeMounts | [{"name":"kserve-provision-location","mountPath":"/mnt/models"}]
          sklearn: {storageUri: 's3://m'}                                                    | /volumes                       | [{"name":"kserve-provision-location","emptyDir":{}}]
          sklearn: {storageUri: 'pvc://claim/dir/sub'}                                       | /volumes                       | [{"name":"kserve-pvc-source","persistentVolumeClaim":{"claimName":"claim"}}]
          sklearn: {storageUri: 'pvc://claim/dir/sub'}                                       | /containers/0/volumeMounts     | [{"name":"kserve-pvc-source","mountPath":"/mnt/models","readOnly":true,"subPath":"dir/sub"}]
          model: {modelFormat: {name: sklearn}}, storageUris: [{uri: 's3://a', mountPath: /mnt/models/a}, {uri: 's3://b', mountPath: /mnt/models/b}] | /initContainers/0/args | ["s3://a","/mnt/models/a","s3://b","/mnt/models/b"]
          model: {modelFormat: {name: sklearn}}, storageUris: [{uri: 's3://a', mountPath: /mnt/models/a}, {uri: 's3://b', mountPath: /mnt/models/b}] | /volumes/0/name | "mnt-models"
          containers: [{image: own, env: [{name: STORAGE_URI, value: 's3://m'}]}]            | /containers/0/env/0/value      | "/mnt/models"
          containers: [{image: own, env: [{name: STORAGE_URI, value: 's3://m'}]}]            | /initContainers/0/args/0       | "s3://m"
          containers: [{image: own}, {name: beside, image: x}]                               | /containers/1/name             | "beside"
          sklearn: {}                                                                        | /volumes/0/configMap/name      | "modelconfig-m-0"
          """)
  void areMadeAsKServeMakesThem(String predictor, String where, String is) {
    assertThat(pod("predictor: {" + predictor + "}").at(where)).hasToString(is);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          sklearn: {storageUri: 'ftp://m'}                     | False InvalidPredictorSpec: StorageURI not supported: storageUri, must be one of: [gs://,
          sklearn: {storageUri: 'models:/iris/1'}              |
          sklearn: {storageUri: '/srv/models/iris'}            |
          model: {modelFormat: {name: nothing}, storageUri: x} | False NoSupportingRuntime: no runtime found to support predictor with model type: nothing and protocol v1
          model: {modelFormat: {name: sklearn}, runtime: r, storageUri: x} | False RuntimeNotRecognized: No ServingRuntimes or ClusterServingRuntimes with the name: r
          sklearn: {storageUri: x}, storageContainerName: c    | False InvalidPredictorSpec: ClusterStorageContainer "c" not found
          sklearn: {storage: {path: a/b, parameters: {type: s3}}} | False InvalidPredictorSpec: format [s3] requires a bucket but one wasn't found
          sklearn: {storage: {path: a/b}}                      | False InvalidPredictorSpec: unable to determine storage type
          sklearn: {storage: {path: a/b, parameters: {type: s3, bucket: c}}} |
          """)
  void whatCannotRunIsSaid(String predictor, @org.jspecify.annotations.Nullable String condition) {
    World world = world("predictor: {" + predictor + "}");
    world.settle("m");
    if (condition == null) {
      assertThat(world.names(Kinds.KNATIVE_SERVICE)).containsExactly("m-predictor");
    } else {
      assertThat(world.condition("m", "PredictorReady")).startsWith(condition);
      assertThat(world.service("m").text("status", "modelStatus", "transitionStatus"))
          .isEqualTo("InvalidSpec");
      assertThat(world.condition("m", "Ready")).startsWith("False");
      assertThat(world.events).anyMatch(each -> each.startsWith("InternalError: "));
      String reason = condition.substring("False ".length(), condition.indexOf(':'));
      assertThat(world.events).anyMatch(each -> each.startsWith(reason + ": "));
      int before = world.events.size();
      assertThat(world.settle("m")).isZero();
      assertThat(world.events).hasSize(before);
    }
  }

  @Test
  void aBrokenUpdateLeavesWhatRuns() {
    World world = world("predictor: {sklearn: {storageUri: 's3://m'}}");
    world.settle("m");
    world.apply(
        """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: m}
        spec: {predictor: {model: {modelFormat: {name: nothing}, storageUri: x}}}
        """);
    world.settle("m");
    assertThat(world.names(Kinds.KNATIVE_SERVICE)).containsExactly("m-predictor");
  }

  @Test
  void labelsAndAnnotationsOfTheComponentWinOverTheServices() {
    World world =
        world(
            "predictor: {sklearn: {storageUri: 's3://m'}, labels: {team: z}, annotations: {own: y},"
                + " batcher: {maxBatchSize: 8, maxLatency: 50}, logger: {url: 'http://sink'}}");
    world.settle("m");
    JsonNode metadata =
        world.get(Kinds.KNATIVE_SERVICE, "m-predictor").at("spec", "template", "metadata");
    assertThat(Json.strings(metadata, "labels"))
        .containsEntry("team", "z")
        .containsEntry("component", "predictor")
        .containsEntry("serving.kserve.io/inferenceservice", "m");
    assertThat(Json.strings(metadata, "annotations"))
        .containsEntry("own", "y")
        .containsEntry("internal.serving.kserve.io/batcher", "true")
        .containsEntry("internal.serving.kserve.io/batcher-max-batchsize", "8")
        .containsEntry("internal.serving.kserve.io/batcher-max-latency", "50")
        .containsEntry("internal.serving.kserve.io/logger", "true")
        .containsEntry("internal.serving.kserve.io/logger-mode", "all")
        .containsEntry("internal.serving.kserve.io/logger-sink-url", "http://sink")
        .doesNotContainKey(Kserve.MODEL_FORMAT);
  }

  @Test
  void transformerAndExplainerAreToldWhereThePredictorIs() {
    World world =
        world(
            "predictor: {sklearn: {storageUri: 's3://m'}}, transformer: {containerConcurrency: 3,"
                + " containers: [{image: t, args: [--model_name, own]}]}, explainer: {art: {type:"
                + " SquareAttack, config: {nb_classes: '10'}}}");
    world.settle("m");
    assertThat(args(world, "m-transformer"))
        .isEqualTo(
            "[\"--model_name\",\"own\",\"--predictor_host\",\"m-predictor.default\",\"--http_port\","
                + "\"8080\",\"--workers\",\"3\"]");
    assertThat(args(world, "m-explainer"))
        .startsWith("[\"--adversary_type\",\"SquareAttack\",\"--nb_classes\",\"10\"");
    for (String part : new String[] {"m-predictor", "m-transformer", "m-explainer"}) {
      KnativeModeTest.ready(
          world,
          part,
          part + "-00001",
          part + "-00001",
          "[{revisionName: %s-00001, latestRevision: true, percent: 100}]".formatted(part));
    }
    world.settle("m");
    world.settle("m");
    assertThat(world.condition("m", "Ready")).isEqualTo("True");
    JsonNode paths =
        world.get(Kinds.KNATIVE_INGRESS, "m").at("spec", "rules").path(0).at("/http/paths");
    assertThat(
            paths.values().stream()
                .map(
                    each ->
                        Json.text(each, "path")
                            + " "
                            + each.at("/splits/0/serviceName").asString()))
        .containsExactly(
            "/v1/models/m:explain m-explainer-00001",
            "/v2/models/m/explain m-explainer-00001",
            " m-transformer-00001");
  }

  private static String args(World world, String name) {
    return world
        .get(Kinds.KNATIVE_SERVICE, name)
        .at("spec", "template", "spec", "containers")
        .path(0)
        .path("args")
        .toString();
  }

  @Test
  void aServiceThatIsStoppedHasNothingRunning() {
    World world = world("predictor: {sklearn: {storageUri: 's3://m'}}");
    world.settle("m");
    world.change(
        Kinds.INFERENCE_SERVICE,
        "m",
        tree -> Json.ensureObject(tree, "metadata", "annotations").put(Kserve.STOP, "true"));
    world.settle("m");
    assertThat(world.names(Kinds.KNATIVE_SERVICE)).isEmpty();
    assertThat(world.condition("m", "Stopped")).isEqualTo("True");
    assertThat(world.condition("m", "Ready")).isEqualTo("False Stopped");
    assertThat(world.condition("m", "PredictorReady")).isEqualTo("False Stopped");
    assertThat(world.settle("m")).isZero();
    world.change(
        Kinds.INFERENCE_SERVICE,
        "m",
        tree -> Json.ensureObject(tree, "metadata", "annotations").remove(Kserve.STOP));
    world.settle("m");
    assertThat(world.names(Kinds.KNATIVE_SERVICE)).containsExactly("m-predictor");
    assertThat(world.condition("m", "Stopped")).isEqualTo("False");
  }

  @Test
  void withoutKnativeItsModeIsRefused() {
    World world = world("predictor: {sklearn: {storageUri: 's3://m'}}");
    world.without(Kinds.KNATIVE_SERVICE).settle("m");
    assertThat(world.condition("m", "Ready"))
        .isEqualTo(
            "False ServerlessModeRejected: It is not possible to use Knative deployment mode when"
                + " Knative Services are not available");
  }

  @Test
  void theGatewaysAnnotationsReachTheRoutes() {
    World world = world("predictor: {sklearn: {storageUri: 's3://m'}}");
    world.change(
        Kinds.INFERENCE_SERVICE,
        "m",
        tree ->
            Json.ensureObject(tree, "metadata", "annotations").put("slipway.dev/api-keys", "keys"));
    world.settle("m");
    KnativeModeTest.ready(
        world,
        "m-predictor",
        "m-predictor-00001",
        "m-predictor-00001",
        "[{revisionName: m-predictor-00001, latestRevision: true, percent: 100}]");
    world.settle("m");
    assertThat(world.get(Kinds.KNATIVE_INGRESS, "m").annotation("slipway.dev/api-keys"))
        .isEqualTo("keys");
    assertThat(world.get(Kinds.KNATIVE_SERVICE, "m-predictor").annotation("slipway.dev/api-keys"))
        .isEqualTo("keys");
  }

  @Test
  void aProtectedPredictorIsReachedByItsTransformerAloneUnderANameNobodyGuesses() {
    World world =
        World.standard()
            .with(KserveSettings.standard().withPort(8080))
            .apply(
                """
                apiVersion: serving.kserve.io/v1beta1
                kind: InferenceService
                metadata: {name: m, annotations: {slipway.dev/api-keys: keys}}
                spec:
                  predictor: {sklearn: {storageUri: 's3://m'}}
                  transformer: {containers: [{image: own}]}
                """);
    world.settle("m");
    KnativeModeTest.ready(
        world,
        "m-predictor",
        "m-predictor-00001",
        "m-predictor-00001",
        "[{revisionName: m-predictor-00001, latestRevision: true, percent: 100}]");
    world.settle("m");

    var inside = world.get(Kinds.KNATIVE_INGRESS, "m-inside");
    String host = inside.at("spec", "rules").path(0).path("hosts").path(0).asString("");
    assertThat(host).matches("inside-[0-9a-f]{32}\\.default\\.localhost");
    assertThat(inside.annotation("slipway.dev/api-keys")).isEmpty();
    assertThat(world.get(Kinds.KNATIVE_SERVICE, "m-predictor").annotation("slipway.dev/api-keys"))
        .isEqualTo("keys");
    assertThat(
            world
                .get(Kinds.KNATIVE_SERVICE, "m-transformer")
                .at("spec", "template", "spec", "containers")
                .path(0)
                .path("args")
                .toString())
        .contains("\"" + host + ":8080\"");
  }

  @Test
  void secretsOfTheServiceAccountOpenTheStorage() {
    World world =
        world("predictor: {serviceAccountName: sa, sklearn: {storageUri: 's3://m'}}")
            .put(Kinds.SERVICE_ACCOUNT, "{metadata: {name: sa}, secrets: [{name: s3}]}")
            .put(
                Kinds.SECRET,
                """
                metadata:
                  name: s3
                  annotations: {serving.kserve.io/s3-endpoint: "minio:9000", serving.kserve.io/s3-usehttps: "0"}
                data: {AWS_ACCESS_KEY_ID: aQ==, AWS_SECRET_ACCESS_KEY: aw==}
                """);
    world.settle("m");
    JsonNode env =
        world
            .get(Kinds.KNATIVE_SERVICE, "m-predictor")
            .at("spec", "template", "spec", "initContainers")
            .path(0)
            .path("env");
    assertThat(
            env.values().stream()
                .map(each -> Json.text(each, "name") + "=" + Json.text(each, "value")))
        .containsExactly(
            "AWS_ACCESS_KEY_ID=",
            "AWS_SECRET_ACCESS_KEY=",
            "S3_USE_HTTPS=0",
            "S3_ENDPOINT=minio:9000",
            "AWS_ENDPOINT_URL=http://minio:9000");
  }

  @Test
  void modelsThatAreAddedAreListedForTheServer() {
    World world =
        world("predictor: {sklearn: {}}")
            .put(
                TrainedModels.KIND,
                """
                metadata: {name: one}
                spec: {inferenceService: m, model: {storageUri: "s3://one", framework: sklearn, memory: 1Gi}}
                """);
    world.settle("m");
    assertThat(world.get(Kinds.CONFIG_MAP, "modelconfig-m-0").text("data", "models.json"))
        .isEqualTo(
            "[{\"modelName\":\"one\",\"modelSpec\":{\"storageUri\":\"s3://one\",\"framework\":"
                + "\"sklearn\",\"memory\":\"1Gi\"}}]");
  }
}
