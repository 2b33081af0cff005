package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// From training to traffic: a Job writes a model to a claim, an InferenceService serves it from
/// there, and the next Job's model takes its place.
final class TrainToServeJourneyTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

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
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(data);
  }

  private static String claim() {
    return """
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: models}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 100Mi}}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: training}
    data:
      train.py: |
        import joblib, os, sys
        from sklearn.datasets import load_iris
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import train_test_split
        x, y = load_iris(return_X_y=True)
        names = int(os.environ["FIRST_LABEL"]) + y
        kept, held, kept_names, held_names = train_test_split(x, names, random_state=0)
        model = LogisticRegression(max_iter=500).fit(kept, kept_names)
        print(f"accuracy={model.score(held, held_names):.3f}", flush=True)
        os.makedirs(os.environ["OUT"], exist_ok=True)
        joblib.dump(model, os.path.join(os.environ["OUT"], "model.joblib"))
    """;
  }

  /// @param first the label of the first class: what tells one Job's model from another's
  private static String job(String name, int first) {
    return """
    apiVersion: batch/v1
    kind: Job
    metadata: {name: %1$s}
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
                - {name: OUT, value: /mnt/models/%1$s}
              volumeMounts:
                - {name: work, mountPath: /code}
                - {name: models, mountPath: /mnt/models}
          volumes:
            - {name: work, configMap: {name: training}}
            - {name: models, persistentVolumeClaim: {claimName: models}}
    """
        .formatted(name, python, first);
  }

  private static String service(String model) {
    return """
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata: {name: iris}
    spec:
      predictor:
        model:
          modelFormat: {name: sklearn}
          storageUri: pvc://models/%s
    """
        .formatted(model);
  }

  private static String predicted() throws IOException, InterruptedException {
    return platform
        .post(
            "iris.default.localhost",
            "/v1/models/iris:predict",
            "{\"instances\": [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]}")
        .body();
  }

  @Test
  void whatAJobTrainsAnInferenceServiceServes() throws IOException, InterruptedException {
    kubectl.apply(claim());
    kubectl.apply(job("first", 0));
    kubectl.ok("wait", "--for=condition=Complete", "job/first", "--timeout=120s");
    assertThat(kubectl.ok("logs", "job/first")).startsWith("accuracy=0.9");
    kubectl.apply(service("first"));
    kubectl.ok("wait", "--for=condition=Ready", "isvc/iris", "--timeout=120s");
    assertThat(predicted()).isEqualTo("{\"predictions\":[0,2]}");

    kubectl.apply(job("second", 10));
    kubectl.ok("wait", "--for=condition=Complete", "job/second", "--timeout=120s");
    kubectl.apply(service("second"));

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(predicted()).isEqualTo("{\"predictions\":[10,12]}"));
    assertThat(kubectl.field(".status.phase", "pvc", "models")).isEqualTo("Bound");
  }
}
