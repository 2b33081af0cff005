package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A transformer as a custom container: a program of its own, in front of a model.
final class TransformerJourneyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String HOST = "flowers.default.localhost";
  private static final String SETOSA_AND_VIRGINICA =
      "{\"instances\": [[51, 35, 14, 2], [67, 30, 52, 23]]}";

  private static Path models = Path.of("");
  private static Path data = Path.of("");
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
    platform = LivePlatform.start(data);
    kubectl = platform.kubectl();
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(models);
    LiveServer.deleteTree(data);
  }

  private static String manifest(String classes) {
    return """
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata:
      name: flowers
      annotations:
        autoscaling.knative.dev/window: "6s"
    spec:
      predictor:
        minReplicas: 0
        model:
          modelFormat: {name: sklearn}
          storageUri: file://%s
      transformer:
        minReplicas: 0
        volumes:
          - name: program
            configMap: {name: transformer}
        containers:
          - name: kserve-container
            image: python:3.12-slim
            command: [python, /app/transformer.py]
            env:
              - {name: CLASSES, value: "%s"}
            volumeMounts:
              - {name: program, mountPath: /app}
    """
        .formatted(models.resolve("first"), classes);
  }

  private static void deploy(String classes) {
    kubectl.apply(manifest(classes));
    kubectl.ok("wait", "--for=condition=Ready", "isvc/flowers", "--timeout=60s");
  }

  private static String predictions() throws IOException, InterruptedException {
    var answer = platform.post(HOST, "/v1/models/flowers:predict", SETOSA_AND_VIRGINICA);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parseObject(answer.body()).path("predictions").toString();
  }

  private static String transformers() {
    return kubectl
        .ok(
            "get",
            "pods",
            "-l",
            "component=transformer",
            "-o",
            "jsonpath={.items[*].metadata.name}")
        .strip();
  }

  @Test
  void aProgramStandsBeforeTheModelFromZeroAndBack() throws IOException, InterruptedException {
    kubectl.ok(
        "create",
        "configmap",
        "transformer",
        "--from-file="
            + PythonKit.root().resolve("journeys/src/test/python/transformer.py").toString());
    deploy("setosa,versicolor,virginica");

    assertThat(predictions()).isEqualTo("[\"setosa\",\"virginica\"]");
    var second =
        platform.post(
            HOST,
            "/v2/models/flowers/infer",
            """
            {"inputs": [{"name": "input-0", "shape": [1, 4], "datatype": "FP64",
                         "data": [51, 35, 14, 2]}]}
            """);
    assertThat(second.body()).contains("\"setosa\"");
    assertThat(kubectl.ok("logs", transformers(), "-c", "kserve-container"))
        .contains("transforming for flowers-predictor.default")
        .contains("answered /v1/models/flowers:predict");

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(transformers()).isEmpty());
    assertThat(predictions()).isEqualTo("[\"setosa\",\"virginica\"]");

    deploy("a,b,c"); // a second program starts while the first still has the port
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(predictions()).isEqualTo("[\"a\",\"c\"]"));
  }
}
