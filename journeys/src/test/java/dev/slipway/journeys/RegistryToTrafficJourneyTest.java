package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// From the registry to traffic: Jobs train, log and register; a service follows an alias; a good
/// version takes over, and a bad one is rolled back by itself.
final class RegistryToTrafficJourneyTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String MLFLOW = "/api/2.0/mlflow/";
  private static final String HOST = "iris.default.localhost";

  private static Path data = Path.of("");
  private static LivePlatform platform;
  private static Kubectl kubectl;
  private static Path python = Path.of("");

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    python = PythonKit.with("scikit-learn==1.9.1", "pandas==2.3.3", "lightgbm==4.7.0").python();
    data = Files.createTempDirectory("slipway-data");
    platform = LivePlatform.start(data);
    kubectl = platform.kubectl();
    kubectl.apply(script());
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(data);
  }

  /// What MLflow's client sends when a script logs a scikit-learn model and registers it.
  private static String script() {
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: training}
    data:
      train.py: |
        import json, os, pickle, time, urllib.request
        from sklearn.datasets import load_iris
        from sklearn.linear_model import LogisticRegression
        base = os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/"
        def call(method, path, body):
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            asked = urllib.request.Request(base + path, raw, {"content-type": "application/json"}, method=method)
            return json.loads(urllib.request.urlopen(asked).read() or b"{}")
        def mlflow(path, **body):
            return call("POST", "mlflow/" + path, body)
        x, y = load_iris(return_X_y=True)
        features = int(os.environ["FEATURES"])
        model = LogisticRegression(max_iter=500).fit(x[:, :features], int(os.environ["FIRST_LABEL"]) + y)
        run = os.environ["MLFLOW_RUN_ID"]
        mlflow("runs/log-parameter", run_id=run, key="features", value=str(features))
        mlflow("runs/log-metric", run_id=run, key="accuracy", value=model.score(x[:, :features], y),
               timestamp=int(time.time() * 1000), step=0)
        info = json.loads(urllib.request.urlopen(base + "mlflow/runs/get?run_id=" + run).read())
        place = info["run"]["info"]["artifact_uri"] + "/model"
        files = {"MLmodel": ("flavors:\\n  sklearn: {pickled_model: model.pkl, serialization_format: cloudpickle,"
                 " sklearn_version: 1.9.1}\\n  python_function: {loader_module: mlflow.sklearn, model_path: model.pkl}\\n"
                 "run_id: " + run + "\\n").encode(), "model.pkl": pickle.dumps(model)}
        for name, content in files.items():
            call("PUT", place.replace("mlflow-artifacts:/", "mlflow-artifacts/artifacts/") + "/" + name, content)
        try:
            mlflow("registered-models/create", name="iris")
        except urllib.error.HTTPError as known:
            assert b"RESOURCE_ALREADY_EXISTS" in known.read()
        made = mlflow("model-versions/create", name="iris", source=place, run_id=run)
        print("version", made["model_version"]["version"], "run", run, flush=True)
    """;
  }

  /// @param first the label of the first class: what tells one version's answers from another's
  /// @param features how many it was trained on; callers send four
  private static String train(String name, int first, int features) {
    kubectl.apply(
        """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: %1$s
          annotations: {slipway.dev/mlflow-experiment: flowers}
        spec:
          backoffLimit: 1
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: train
                  image: python:3.12
                  command: [%2$s, /code/train.py]
                  env:
                    - {name: FIRST_LABEL, value: "%3$d"}
                    - {name: FEATURES, value: "%4$d"}
                  volumeMounts: [{name: code, mountPath: /code}]
              volumes: [{name: code, configMap: {name: training}}]
        """
            .formatted(name, python, first, features));
    kubectl.ok("wait", "--for=condition=Complete", "job/" + name, "--timeout=120s");
    return kubectl.ok("logs", "job/" + name).strip();
  }

  /// The run that a Job was given.
  private static String run(String job) {
    return kubectl.field(".metadata.annotations.slipway\\.dev/mlflow-run-id", "job", job);
  }

  private static void awaitRun(String job, String status) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(asked("runs/get?run_id=" + run(job)))
                    .contains("\"status\":\"" + status + "\"")
                    .contains("\"run_name\":\"" + job + "\""));
  }

  private static void awaitServedBy(String version, String services) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(asked("model-versions/get?name=iris&version=" + version))
                    .contains("{\"key\":\"slipway.served-by\",\"value\":\"" + services + "\"}"));
  }

  /// Over a connection of its own: one that speaks HTTP/2 goes by its address, not by a host
  /// header.
  private static String asked(String path) throws IOException {
    String url = "http://127.0.0.1:" + platform.gateway().getPort() + MLFLOW + path;
    try (var answer = URI.create(url).toURL().openStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void alias(String version) throws IOException, InterruptedException {
    var moved =
        platform.post(
            "127.0.0.1:" + platform.gateway().getPort(),
            MLFLOW + "registered-models/alias",
            "{\"name\": \"iris\", \"alias\": \"champion\", \"version\": \"" + version + "\"}");
    assertThat(moved.statusCode()).as(moved.body()).isEqualTo(200);
  }

  private static String service() {
    return """
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata:
      name: iris
      annotations:
        slipway.dev/rollout-steps: "20,60,100"
        slipway.dev/rollout-interval: 1s
        slipway.dev/rollout-min-requests: "5"
        slipway.dev/rollout-max-latency-ratio: "1000"
    spec:
      predictor:
        model:
          modelFormat: {name: sklearn}
          storageUri: models:/iris@champion
    """;
  }

  private static HttpResponse<String> ask() throws IOException, InterruptedException {
    return platform.post(
        HOST, "/v1/models/iris:predict", "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}");
  }

  private static String registry(String field) {
    return kubectl.field(".status.registry." + field, "isvc", "iris");
  }

  private static void awaitRegistry(String version, String phase) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(registry("version") + " " + registry("phase"))
                    .isEqualTo(version + " " + phase));
  }

  private static void awaitEvent(String reason, String words) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.ok("describe", "isvc", "iris"))
                    .containsPattern(reason + ".*" + words));
  }

  @Test
  void aGoodVersionTakesOverAndABadOneIsRolledBack() throws IOException, InterruptedException {
    assertThat(train("first", 0, 4)).isEqualTo("version 1 run " + run("first"));
    awaitRun("first", "FINISHED");
    alias("1");
    kubectl.apply(service());
    kubectl.ok("wait", "--for=condition=Ready", "isvc/iris", "--timeout=120s");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(ask().body()).isEqualTo("{\"predictions\":[0]}"));
    assertThat(registry("version") + " " + registry("runId")).isEqualTo("1 " + run("first"));
    awaitServedBy("1", "default/iris");

    assertThat(train("second", 10, 4)).startsWith("version 2 run ");
    try (var load = Clients.start(4, RegistryToTrafficJourneyTest::ask)) {
      load.awaitAnswer("{\"predictions\":[0]}");
      alias("2");
      awaitRegistry("2", "Serving");
      load.awaitAnswer("{\"predictions\":[10]}");
      kubectl.ok("wait", "--for=condition=Ready", "isvc/iris", "--timeout=120s");
      load.awaitAnswered(200);
      load.requireNoFailure();
    }
    awaitServedBy("2", "default/iris");
    awaitEvent("RolloutAdvanced", "version 2 gets 20% of the requests");
    awaitEvent("RolloutAdvanced", "version 2 gets 60% of the requests");
    awaitEvent("RolloutCompleted", "version 2 gets all requests");

    assertThat(train("third", 20, 3)).startsWith("version 3 run ");
    try (var load = Clients.start(4, RegistryToTrafficJourneyTest::ask)) {
      alias("3");
      await().atMost(PATIENCE).until(() -> registry("rejectedVersion").equals("3"));
      awaitRegistry("2", "Serving");
      assertThat(load.answers()).containsKey("{\"predictions\":[10]}");
      assertThat(load.failures()).as("a fifth of the requests met the bad version").isNotEmpty();
    }
    awaitEvent("RolloutRolledBack", "version 3 was rolled back to version 2: .* requests failed");
    kubectl.ok("wait", "--for=condition=Ready", "isvc/iris", "--timeout=120s");
    try (var load = Clients.start(4, RegistryToTrafficJourneyTest::ask)) {
      load.awaitAnswered(100);
      load.requireNoFailure();
      assertThat(load.answers()).containsOnlyKeys("{\"predictions\":[10]}");
    }
    assertThat(
            kubectl.field(
                ".status.conditions[?(@.type==\"ModelVersionCurrent\")].reason", "isvc", "iris"))
        .isEqualTo("RolledBack");
  }
}
