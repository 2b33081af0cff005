package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.base.Json;
import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
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

  /// KServe, "Canary rollout strategy": 10 %, promoted, and pinned to the one before.
  @Test
  void aCanaryRollsOutAndBackAsItsPageShows() throws Exception {
    var in = kubectl.fresh("kserve-canary");
    in.apply(iris("first", ""));
    in.ok("wait", "--for=condition=Ready", "isvc/sklearn-iris", "--timeout=90s");
    awaitColumns(in, "True +100 +sklearn-iris-predictor-00001");

    in.apply(iris("second", "canaryTrafficPercent: 10"));
    awaitColumns(in, "True +90 +10 +sklearn-iris-predictor-00001 +sklearn-iris-predictor-00002");
    var host = "sklearn-iris.kserve-canary.localhost";
    int second = 0;
    for (int i = 0; i < 20; i++) {
      second += predicted(host, "sklearn-iris").equals(expected.path("second")) ? 1 : 0;
    }
    assertThat(second).as("of 20 requests").isEqualTo(2);
    assertThat(predicted("prev-" + tagged(in, "prev"), "sklearn-iris"))
        .isEqualTo(expected.path("first"));
    assertThat(predicted("latest-" + tagged(in, "latest"), "sklearn-iris"))
        .isEqualTo(expected.path("second"));

    in.apply(iris("second", ""));
    awaitColumns(in, "True +100 +sklearn-iris-predictor-00002");
    assertThat(predicted(host, "sklearn-iris")).isEqualTo(expected.path("second"));

    in.apply(iris("second", "canaryTrafficPercent: 0"));
    awaitColumns(in, "True +100 +0 +sklearn-iris-predictor-00001 +sklearn-iris-predictor-00002");
    assertThat(predicted(host, "sklearn-iris")).isEqualTo(expected.path("first"));
  }

  private static String iris(String model, String canary) {
    return """
    apiVersion: "serving.kserve.io/v1beta1"
    kind: "InferenceService"
    metadata:
      name: "sklearn-iris"
      annotations:
        serving.kserve.io/enable-tag-routing: "true"
    spec:
      predictor:
        %s
        model:
          args: ["--enable_docs_url=True"]
          modelFormat:
            name: sklearn
          resources: {}
          runtime: kserve-sklearnserver
          storageUri: "file://%s"
    """
        .formatted(canary.isEmpty() ? "minReplicas: 1" : canary, models.resolve(model));
  }

  /// What `kubectl get` prints between the address and the age.
  private static void awaitColumns(Kubectl in, String pattern) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(in.ok("get", "isvc", "sklearn-iris"))
                    .containsPattern("localhost\\S* +" + pattern));
  }

  /// The host of a tag's address, without the tag.
  private static String tagged(Kubectl in, String tag) {
    var traffic = ".status.components.predictor.traffic[?(@.tag==\"" + tag + "\")].url";
    var url = URI.create(in.field(traffic, "isvc", "sklearn-iris"));
    assertThat(url.getHost()).startsWith(tag + "-sklearn-iris-predictor");
    return url.getHost().substring(tag.length() + 1);
  }

  /// KServe, "Scikit-learn: deploy with a gRPC endpoint".
  @Test
  void aModelIsAskedOverGrpcAtThePortOfItsSample() throws Exception {
    var in = kubectl.fresh("grpc");
    in.apply(
        """
        apiVersion: "serving.kserve.io/v1beta1"
        kind: "InferenceService"
        metadata:
          name: "sklearn-v2-iris-grpc"
        spec:
          predictor:
            model:
              modelFormat:
                name: sklearn
              protocolVersion: v2
              runtime: kserve-sklearnserver
              storageUri: "file://%s"
              ports:
                - name: h2c
                  protocol: TCP
                  containerPort: 8081
        """
            .formatted(models.resolve("first")));
    in.ok("wait", "--for=condition=Ready", "isvc/sklearn-v2-iris-grpc", "--timeout=90s");

    var out =
        PythonKit.with("grpcio==1.84.0", "grpcio-tools==1.84.0")
            .run(
                PythonKit.root().resolve("journeys/src/test/python/grpc_predict.py"),
                "127.0.0.1:" + platform.gateway().getPort(),
                "sklearn-v2-iris-grpc.grpc.localhost",
                "sklearn-v2-iris-grpc",
                expected.path("rows").toString());
    assertThat(Json.parse(out.strip().getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(expected.path("first"));
  }

  /// KServe, "Deploy MLflow models".
  @Test
  void aModelThatMlflowSavedAnswersV2() throws Exception {
    var in = kubectl.fresh("mlflow");
    in.apply(
        """
        apiVersion: "serving.kserve.io/v1beta1"
        kind: "InferenceService"
        metadata:
          name: "mlflow-v2-wine-classifier"
        spec:
          predictor:
            model:
              modelFormat:
                name: mlflow
              protocolVersion: v2
              storageUri: "file://%s"
        """
            .formatted(models.resolve("mlflow")));
    in.ok("wait", "--for=condition=Ready", "isvc/mlflow-v2-wine-classifier", "--timeout=90s");
    assertThat(in.field(".status.clusterServingRuntimeName", "isvc", "mlflow-v2-wine-classifier"))
        .isEqualTo("kserve-mlserver");

    var reply =
        answer(
            "mlflow-v2-wine-classifier.mlflow.localhost",
            "/v2/models/mlflow-v2-wine-classifier/infer",
            "{\"inputs\":[{\"name\":\"input-0\",\"shape\":[6,4],\"datatype\":\"FP64\",\"data\":"
                + expected.path("rows")
                + "}]}");
    assertThat(reply.path("model_name").asString()).isEqualTo("mlflow-v2-wine-classifier");
    assertThat(reply.path("outputs").path(0).path("data")).isEqualTo(expected.path("first"));
  }

  /// KServe, "Custom predictor": a container of the user's own that speaks V1.
  @Test
  void aCustomPredictorAnswersWithItsOwnProgram() throws Exception {
    var in = kubectl.fresh("custom");
    in.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: model}
        data:
          model.py: |
            import json, os
            from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

            class Model(BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"

                def do_GET(self):
                    self.answer({"name": "custom-model", "ready": True})

                def do_POST(self):
                    asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                    self.answer({"predictions": [sum(row) for row in asked["instances"]]})

                def answer(self, body):
                    text = json.dumps(body).encode()
                    self.send_response(200)
                    self.send_header("content-type", "application/json")
                    self.send_header("content-length", str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)

            port = int(os.environ.get("PORT", 8080))
            ThreadingHTTPServer(("0.0.0.0", port), Model).serve_forever()
        ---
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata:
          name: custom-model
        spec:
          predictor:
            logger: {mode: all, url: "%s"}
            containers:
              - name: kserve-container
                image: python:3.12-slim
                command: [python, /app/model.py]
                resources: {requests: {cpu: 10m, memory: 32Mi}}
                volumeMounts: [{name: model, mountPath: /app}]
            volumes: [{name: model, configMap: {name: model}}]
        """
            .formatted(url("/events")));
    in.ok("wait", "--for=condition=Ready", "isvc/custom-model", "--timeout=90s");

    var asked = "{\"instances\": [[1, 2, 3], [4, 5, 6]]}";
    var reply = answer("custom-model.custom.localhost", "/v1/models/custom-model:predict", asked);
    assertThat(reply).isEqualTo(PlatformModels.json("{\"predictions\":[6,15]}"));
    var told = "org.kubeflow.serving.inference.%s custom-model %s";
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(EVENTS)
                    .contains(
                        told.formatted("request", asked),
                        told.formatted("response", "{\"predictions\": [6, 15]}")));
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
