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
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
  private static LivePlatform platform;
  private static Kubectl kubectl;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    models = Files.createTempDirectory("slipway-models");
    data = Files.createTempDirectory("slipway-data");
    PythonKit.with("scikit-learn==1.9.1", "pandas==2.3.3", "lightgbm==4.7.0")
        .run(
            PythonKit.root().resolve("journeys/src/test/python/platform_models.py"),
            models.toString());
    expected = Json.parse(Files.readAllBytes(models.resolve("expected.json")));
    platform = LivePlatform.start(data);
    kubectl = platform.kubectl();
  }

  @AfterAll
  static void end() throws IOException, InterruptedException {
    platform.close();
    LiveServer.deleteTree(models);
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
        in.fed(
            """
            apiVersion: serving.kserve.io/v1beta1
            kind: InferenceService
            metadata:
              name: sklearn-model
            spec:
              predictor:
                sklearn:
                  modelUri: "file://%s"
                  resources:
                    limits: {memory: "1Gi", cpu: "1"}
                    requests: {memory: "500Mi", cpu: "500m"}
                  minReplicas: 1
                  maxReplicas: 10
            """
                .formatted(models.resolve("first")),
            "apply",
            "-f",
            "-");
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
    try (var load = new Clients(host, "iris")) {
      await().atMost(PATIENCE).until(() -> replicas(in) >= 2);
      load.requireNoFailure();
    }
    await().atMost(PATIENCE).until(() -> replicas(in) == 0);
    await().atMost(PATIENCE).until(() -> in.ok("get", "pods", "-o", "name").isBlank());
    assertThat(in.field(".status.conditions[?(@.type==\"Ready\")].status", "isvc", "iris"))
        .as("ready at zero")
        .isEqualTo("True");
    assertThat(predictions(host, "iris")).as("woken").isEqualTo(expected.path("first"));
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
  void rollsOutACanaryAndBackWithoutAFailedRequest() throws Exception {
    var in = kubectl.fresh("canary");
    var host = deploy(in, "flower", "first", "containerConcurrency: 0");
    try (var load = new Clients(host, "flower")) {
      in.apply(service("flower", "second", "canaryTrafficPercent: 10"));
      awaitShare(host, "flower", 10);
      in.apply(service("flower", "second", "canaryTrafficPercent: 50"));
      awaitShare(host, "flower", 50);
      in.apply(service("flower", "second", "canaryTrafficPercent: 0"));
      awaitShare(host, "flower", 0);
      in.apply(service("flower", "second", "canaryTrafficPercent: 100"));
      awaitShare(host, "flower", 100);
      load.requireNoFailure();
    }
  }

  /// Of 100 requests, how many the second model answers; weights are exact over any window.
  private static void awaitShare(String host, String name, int percent) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              int second = 0;
              for (int i = 0; i < 100; i++) {
                second += predictions(host, name).equals(expected.path("second")) ? 1 : 0;
              }
              return Math.abs(second - percent) <= 3;
            });
  }

  @Test
  void aModelThatCannotBeReadIsNotReadyAndSaysWhy() throws Exception {
    var in = kubectl.fresh("faults");
    for (var fault : new String[] {"damaged", "empty", "missing"}) {
      in.apply(service(fault, fault, "containerConcurrency: 0"));
    }
    for (var fault : new String[] {"damaged", "empty", "missing"}) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(in.field(".status.modelStatus.states.targetModelState", "isvc", fault))
                      .isEqualTo("FailedToLoad"));
      assertThat(in.field(".status.conditions[?(@.type==\"Ready\")].status", "isvc", fault))
          .isNotEqualTo("True");
      assertThat(in.ok("describe", "isvc", fault)).contains("FailedToLoad", fault);
    }
  }

  @Test
  void aBadNewModelNeverGetsTraffic() throws Exception {
    var in = kubectl.fresh("bluegreen");
    var host = deploy(in, "flower", "first", "containerConcurrency: 0");
    try (var load = new Clients(host, "flower")) {
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

  /// Clients that call until closed; a failed request is remembered.
  private static final class Clients implements AutoCloseable {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();
    private final ArrayList<String> failures = new ArrayList<>();
    private final ArrayList<CompletableFuture<Void>> running = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Clients(String host, String name) {
      for (int i = 0; i < CLIENTS; i++) {
        running.add(CompletableFuture.runAsync(() -> run(host, name), threads));
      }
    }

    private void run(String host, String name) {
      while (!stop.get()) {
        try {
          var reply =
              platform.post(
                  host, "/v1/models/" + name + ":predict", "{\"instances\":[[6.8,2.8,4.8,1.4]]}");
          if (reply.statusCode() != 200) {
            fail(reply.statusCode() + " " + reply.body());
          }
          answered.incrementAndGet();
        } catch (IOException problem) {
          fail(problem.toString());
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }

    private void fail(String what) {
      synchronized (failures) {
        failures.add(what);
      }
    }

    void requireNoFailure() {
      synchronized (failures) {
        assertThat(failures).isEmpty();
      }
      assertThat(answered.get()).isPositive();
    }

    @Override
    public void close() {
      stop.set(true);
      running.forEach(CompletableFuture::join);
      threads.close();
    }
  }
}
