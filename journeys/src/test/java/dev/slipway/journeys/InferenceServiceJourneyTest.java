package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The main job, as its user does it: `slipway up`, kubectl, and clients of models that
/// scikit-learn
/// wrote.
final class InferenceServiceJourneyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int CLIENTS = 8;

  private static Path models = Path.of("");
  private static Path data = Path.of("");
  private static JsonNode expected = Json.object();
  private static GoogleBucket store;
  private static LivePlatform platform;
  private static Kubectl kubectl;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    models = PlatformModels.made().directory();
    expected = PlatformModels.made().expected();
    data = Files.createTempDirectory("slipway-data");
    store = GoogleBucket.start();
    var model = models.resolve("first").resolve("model.joblib");
    store.put("model-bucket/sklearn-model/model.joblib", model);
    store.put("kfserving-examples/models/sklearn/1.0/model/model.joblib", model);
    platform = LivePlatform.start(data, Map.of("STORAGE_EMULATOR_HOST", store.url()));
    kubectl = platform.kubectl();
  }

  @AfterAll
  static void end() throws IOException, InterruptedException {
    platform.close();
    store.close();
    LiveServer.deleteTree(data);
  }

  private static String service(String name, String model, String predictor) {
    return """
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata:
      name: %s
      annotations:
        autoscaling.knative.dev/window: "6s"
    spec:
      predictor:
        minReplicas: 0
        maxReplicas: 3
        scaleMetric: rps
        scaleTarget: 10
    %s
        model:
          modelFormat: {name: sklearn}
          storageUri: file://%s
    """
        .formatted(name, predictor.indent(4).stripTrailing(), models.resolve(model));
  }

  private static String deploy(Kubectl in, String name, String model, String predictor) {
    in.apply(service(name, model, predictor));
    in.ok("wait", "--for=condition=Ready", "isvc/" + name, "--timeout=90s");
    return name + "." + in.namespace() + ".localhost";
  }

  private static JsonNode predictions(String host, String name) throws Exception {
    var reply =
        platform.post(
            host,
            "/v1/models/" + name + ":predict",
            "{\"instances\":" + expected.path("rows") + "}");
    return json(reply).path("predictions");
  }

  private static JsonNode json(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return Json.parse(reply.body().getBytes(StandardCharsets.UTF_8));
  }

  private static int replicas(Kubectl in) {
    var counts = in.ok("get", "deployments", "-o", "jsonpath={.items[*].spec.replicas}").strip();
    int sum = 0;
    for (var each : counts.split(" ", -1)) {
      sum += each.isEmpty() ? 0 : Integer.parseInt(each);
    }
    return sum;
  }

  @Test
  void theArticlesDialectServesAndWarns() throws Exception {
    var in = kubectl.fresh("dialect");
    var told =
        in.run(
            "apply", "-f", "src/test/resources/manifests/b02-inferenceservice-sklearn-model.yaml");
    assertThat(told.ok()).as(told::toString).isTrue();
    assertThat(told.err()).contains("Warning:", "modelUri", "minReplicas");
    in.ok("wait", "--for=condition=Ready", "isvc/sklearn-model", "--timeout=90s");
    var host = "sklearn-model.dialect.localhost";
    assertThat(predictions(host, "sklearn-model")).isEqualTo(expected.path("first"));
    assertThat(in.field(".status.modelStatus.states.activeModelState", "isvc", "sklearn-model"))
        .isEqualTo("Loaded");
    assertThat(
            in.ok(
                "logs",
                "-l",
                "serving.kserve.io/inferenceservice=sklearn-model",
                "-c",
                "kserve-container"))
        .isNotEmpty();
  }

  /// KServe, "Deploy your first predictive AI InferenceService", word for word.
  @Test
  void thePredictorOfKservesFirstPageAnswersAsItsPageShows() throws Exception {
    var in = kubectl.fresh("kserve-test");
    in.apply(
        """
        apiVersion: "serving.kserve.io/v1beta1"
        kind: "InferenceService"
        metadata:
          name: "sklearn-iris"
          namespace: kserve-test
        spec:
          predictor:
            model:
              modelFormat:
                name: sklearn
              storageUri: "gs://kfserving-examples/models/sklearn/1.0/model"
              resources:
                requests:
                  cpu: "100m"
                  memory: "512Mi"
                limits:
                  cpu: "1"
                  memory: "1Gi"
        """);
    in.ok("wait", "--for=condition=Ready", "inferenceservice/sklearn-iris", "--timeout=90s");
    assertThat(in.ok("get", "inferenceservices", "sklearn-iris"))
        .containsPattern(
            "sklearn-iris +http://sklearn-iris\\.kserve-test\\.localhost\\S* +True +100");
    var host = "sklearn-iris.kserve-test.localhost";
    var reply =
        platform.post(
            host,
            "/v1/models/sklearn-iris:predict",
            "{\"instances\": [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]}");
    assertThat(json(reply)).isEqualTo(PlatformModels.json("{\"predictions\":[1,1]}"));
  }

  @Test
  void goesFromZeroToManyToZeroAndBack() throws Exception {
    var in = kubectl.fresh("scale");
    var host = deploy(in, "iris", "first", "containerConcurrency: 0");
    assertThat(predictions(host, "iris")).isEqualTo(expected.path("first"));
    var v2 =
        platform.post(
            host,
            "/v2/models/iris/infer",
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[6,4],\"datatype\":\"FP64\",\"data\":"
                + expected.path("rows")
                + "}]}");
    assertThat(json(v2).path("outputs").path(0).path("data")).isEqualTo(expected.path("first"));
    assertThat(grpc(host, "iris")).isEqualTo(expected.path("first"));
    try (var load = load(host, "iris")) {
      await().atMost(PATIENCE).until(() -> replicas(in) >= 2);
      load.stop();
    }
    // The last one goes on calling while the others are no longer needed.
    try (var load = Clients.start(1, () -> seldom(host))) {
      await().atMost(PATIENCE).until(() -> replicas(in) == 1);
      load.requireNoFailure();
    }
    await().atMost(PATIENCE).until(() -> replicas(in) == 0);
    await().atMost(PATIENCE).until(() -> in.ok("get", "pods", "-o", "name").isBlank());
    assertThat(in.field(".status.conditions[?(@.type==\"Ready\")].status", "isvc", "iris"))
        .as("ready at zero")
        .isEqualTo("True");
    try (var load = Clients.start(4 * CLIENTS, () -> predict(host, "iris"))) {
      load.awaitAnswered(8 * CLIENTS);
      assertThat(load.answers()).as("woken").hasSize(1);
    }
  }

  private static Wrk load(String host, String name) throws IOException {
    var path = "/v1/models/" + name + ":predict";
    return Wrk.post(platform.gateway(), host, path, PlatformModels.made().v1(), CLIENTS);
  }

  private static HttpResponse<String> predict(String host, String name)
      throws IOException, InterruptedException {
    return platform.post(host, "/v1/models/" + name + ":predict", PlatformModels.made().v1());
  }

  /// A request, and half a second until the next.
  private static HttpResponse<String> seldom(String host) throws IOException, InterruptedException {
    var reply = predict(host, "iris");
    var _ = new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS);
    return reply;
  }

  private static JsonNode grpc(String host, String model) throws Exception {
    var address = platform.gateway();
    var out =
        PythonKit.with("grpcio==1.84.0", "grpcio-tools==1.84.0")
            .run(
                PythonKit.root().resolve("journeys/src/test/python/grpc_predict.py"),
                "127.0.0.1:" + address.getPort(),
                host,
                model,
                expected.path("rows").toString());
    return Json.parse(out.strip().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aBadNewModelNeverGetsTraffic() throws Exception {
    var in = kubectl.fresh("bluegreen");
    var host = deploy(in, "flower", "first", "containerConcurrency: 0");
    try (var load = Clients.start(CLIENTS, () -> predict(host, "flower"))) {
      in.apply(service("flower", "damaged", "containerConcurrency: 0"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(in.field(".status.modelStatus.transitionStatus", "isvc", "flower"))
                      .isEqualTo("BlockedByFailedLoad"));
      assertThat(predictions(host, "flower")).isEqualTo(expected.path("first"));
      in.apply(service("flower", "third", "containerConcurrency: 0"));
      await()
          .atMost(PATIENCE)
          .until(() -> predictions(host, "flower").equals(expected.path("third")));
      load.requireNoFailure();
    }
  }
}
