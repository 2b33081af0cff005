package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.base.Json;
import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Manifests as KServe's own samples have them (`docs/samples` of kserve/kserve), with nothing
/// replaced but where models and receivers are.
final class KserveSamplesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static Path models = Path.of("");
  private static Path data = Path.of("");
  private static JsonNode expected = Json.object();
  private static LivePlatform platform;
  private static Kubectl kubectl;
  private static HttpServer outside;
  private static final List<String> EVENTS = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    models = Files.createTempDirectory("slipway-models");
    data = Files.createTempDirectory("slipway-data");
    PythonKit.with("scikit-learn==1.9.1", "pandas==2.3.3", "lightgbm==4.7.0")
        .run(
            PythonKit.root().resolve("journeys/src/test/python/platform_models.py"),
            models.toString());
    expected = Json.parse(Files.readAllBytes(models.resolve("expected.json")));
    outside = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    outside.createContext(
        "/models/",
        exchange -> {
          var file = models.resolve(exchange.getRequestURI().getPath().substring(8));
          var bytes = Files.readAllBytes(file);
          exchange.getResponseHeaders().set("content-type", "application/octet-stream");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    outside.createContext(
        "/events",
        exchange -> {
          var type = exchange.getRequestHeaders().getFirst("ce-type");
          var service = exchange.getRequestHeaders().getFirst("ce-inferenceservicename");
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          EVENTS.add(type + " " + service + " " + body);
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    outside.start();
    platform = LivePlatform.start(data);
    kubectl = platform.kubectl();
  }

  @AfterAll
  static void end() throws IOException, InterruptedException {
    platform.close();
    outside.stop(0);
    LiveServer.deleteTree(models);
    LiveServer.deleteTree(data);
  }

  private static String url(String path) {
    return "http://127.0.0.1:" + outside.getAddress().getPort() + path;
  }

  private static String sklearn(String name, String model, String more) {
    return """
    ---
    apiVersion: "serving.kserve.io/v1beta1"
    kind: "InferenceService"
    metadata:
      name: "%s"
    spec:
      predictor:
    %s
        sklearn:
          storageUri: "file://%s"
    """
        .formatted(name, more.indent(4).stripTrailing(), models.resolve(model));
  }

  private static JsonNode answer(String host, String path, String body) throws Exception {
    var reply = platform.post(host, path, body);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return Json.parse(reply.body().getBytes(StandardCharsets.UTF_8));
  }

  private static String instances() {
    return "{\"instances\":" + expected.path("rows") + "}";
  }

  private static JsonNode predicted(String host, String name) throws Exception {
    return answer(host, "/v1/models/" + name + ":predict", instances()).path("predictions");
  }

  @Test
  void graphEnsembleAsksBoth() throws Exception {
    var in = kubectl.fresh("graph");
    in.apply(
        sklearn("sklearn-iris", "first", "")
            + sklearn("xgboost-iris", "second", "")
            + """
            ---
            apiVersion: serving.kserve.io/v1alpha1
            kind: InferenceGraph
            metadata:
              name: ensemble-model
            spec:
              nodes:
                root:
                  routerType: Ensemble
                  steps:
                    - serviceName: sklearn-iris
                      name: sklearn-iris
                    - serviceName: xgboost-iris
                      name: xgboost-iris
            """);
    in.ok("wait", "--for=condition=Ready", "inferencegraph/ensemble-model", "--timeout=90s");

    var both = answer("ensemble-model.graph.localhost", "/", instances());

    assertThat(both.path("sklearn-iris").path("predictions")).isEqualTo(expected.path("first"));
    assertThat(both.path("xgboost-iris").path("predictions")).isEqualTo(expected.path("second"));
  }

  @Test
  void loggerTellsRequestAndAnswer() throws Exception {
    var in = kubectl.fresh("logger");
    in.apply(sklearn("sklearn-iris", "first", "logger:\n  mode: all\n  url: " + url("/events")));
    in.ok("wait", "--for=condition=Ready", "isvc/sklearn-iris", "--timeout=90s");

    assertThat(predicted("sklearn-iris.logger.localhost", "sklearn-iris"))
        .isEqualTo(expected.path("first"));

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(EVENTS)
                    .contains(
                        "org.kubeflow.serving.inference.request sklearn-iris " + instances(),
                        "org.kubeflow.serving.inference.response sklearn-iris {\"predictions\":"
                            + expected.path("first")
                            + "}"));
  }

  @Test
  void multiModelServingTakesModelsAndLetsThemGo() throws Exception {
    var in = kubectl.fresh("many");
    in.apply(
        """
        apiVersion: "serving.kserve.io/v1beta1"
        kind: "InferenceService"
        metadata:
          name: "sklearn-iris-example"
        spec:
          predictor:
            minReplicas: 1
            sklearn:
              protocolVersion: v1
              resources:
                limits: {cpu: 100m, memory: 512Mi}
                requests: {cpu: 100m, memory: 512Mi}
        """);
    for (var each : List.of("first", "second")) {
      in.apply(
          """
          apiVersion: "serving.kserve.io/v1alpha1"
          kind: "TrainedModel"
          metadata:
            name: "%s-sklearn"
          spec:
            inferenceService: "sklearn-iris-example"
            model:
              storageUri: "%s"
              framework: "sklearn"
              memory: "256Mi"
          """
              .formatted(each, url("/models/" + each + "/model.joblib")));
      in.ok("wait", "--for=condition=Ready", "trainedmodel/" + each + "-sklearn", "--timeout=90s");
    }
    var host = "sklearn-iris-example.many.localhost";
    for (var each : List.of("first", "second")) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(
              () -> assertThat(predicted(host, each + "-sklearn")).isEqualTo(expected.path(each)));
    }

    in.ok("delete", "trainedmodel", "second-sklearn");

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        platform
                            .post(host, "/v1/models/second-sklearn:predict", instances())
                            .statusCode())
                    .isEqualTo(404));
    assertThat(predicted(host, "first-sklearn")).isEqualTo(expected.path("first"));
  }

  /// The seed's `cacheSize` and `warmup`.
  @Test
  void aCachedModelIsWarmedUpBeforeItIsReady() throws Exception {
    var in = kubectl.fresh("cached");
    var told =
        in.fed(
            sklearn("cached-model", "first", "minReplicas: 0")
                + "      cacheSize: \"100\"\n"
                + "      warmup:\n"
                + "        replicas: 2\n"
                + "        duration: \"1s\"\n",
            "apply",
            "-f",
            "-");
    assertThat(told.ok()).as(told::toString).isTrue();
    assertThat(told.err()).contains("cacheSize", "warmup.replicas", "warmup.duration");
    in.ok("wait", "--for=condition=Ready", "isvc/cached-model", "--timeout=90s");

    assertThat(predicted("cached-model.cached.localhost", "cached-model"))
        .isEqualTo(expected.path("first"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        in.ok(
                            "get",
                            "events",
                            "--field-selector=reason=WarmedUp",
                            "-o",
                            "jsonpath={.items[*].message}"))
                    .contains("model cached-model answered"));
  }
}
