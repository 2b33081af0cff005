package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Training jobs with real libraries, as a user of kubectl meets them.
final class TrainingJourneyTest {
  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final Path SCRIPTS = PythonKit.root().resolve("journeys/src/test/python");

  private static Path data = Path.of("");
  private static Path digits = Path.of("");
  private static LivePlatform platform;
  private static Kubectl kubectl;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    var sklearn = PythonKit.with("scikit-learn==1.9.1", "pandas==2.3.3", "lightgbm==4.7.0");
    var tensorflow = PythonKit.with("tensorflow-cpu==2.21.0");
    var torch = PythonKit.with("torch==2.13.0");
    data = Files.createTempDirectory("slipway-data");
    digits = Files.createTempDirectory("slipway-digits");
    sklearn.run(SCRIPTS.resolve("digits.py"), digits.toString());
    platform = LivePlatform.start(data, "--capacity", "nvidia.com/gpu=1");
    kubectl = platform.kubectl();
    environment("tensorflow", tensorflow);
    environment("pytorch", torch);
    environment("lightgbm", sklearn);
    script("train-digits", "train_digits.py");
    script("train-torch", "train_torch.py");
    script("train-lightgbm", "train_lightgbm.py");
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(data);
    LiveServer.deleteTree(digits);
  }

  /// Has a Python stand for the images of a library.
  private static void environment(String name, PythonKit python) {
    var system = kubectl.in("slipway-system");
    await()
        .atMost(PATIENCE)
        .until(() -> system.run("get", "configmap", "slipway-environments").ok());
    var key =
        Json.text(
            Json.parseObject(system.ok("get", "configmap", "slipway-environments", "-o", "json")),
            "data",
            "environments");
    var patch = Json.object();
    patch
        .putObject("data")
        .put(
            "environments",
            key.replace(
                "\n" + name + ":\n",
                "\n"
                    + name
                    + ":\n  path: "
                    + python.python().resolve("../..").toAbsolutePath().normalize()
                    + "\n"));
    system.ok("patch", "configmap", "slipway-environments", "--type=merge", "-p", "" + patch);
  }

  private static void script(String name, String file) {
    kubectl.ok("create", "configmap", name, "--from-file=" + SCRIPTS.resolve(file));
  }

  private static ObjectNode job(String kind, String name) {
    return Json.parseObject(kubectl.ok("get", kind, name, "-o", "json"));
  }

  /// Waits for the end of a job, whichever it is.
  private static String ended(String kind, String name) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> List.of("Succeeded", "Failed").contains(state(kind, name)));
    return state(kind, name);
  }

  private static String state(String kind, String name) {
    var conditions = job(kind, name).path("status").path("conditions");
    return Json.text(conditions.path(conditions.size() - 1), "type");
  }

  private static String line(String pod, String start) {
    return kubectl
        .ok("logs", pod)
        .lines()
        .filter(each -> each.startsWith(start))
        .findFirst()
        .orElse("no line of " + pod + " starts with " + start);
  }

  private static void awaitTold(String kind, String name, String words) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(kubectl.ok("describe", kind, name)).contains(words));
  }

  @Test
  void workersOfATfJobTrainOneModelThatAServiceServes() throws IOException, InterruptedException {
    kubectl.apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: models}
        spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 100Mi}}}
        ---
        apiVersion: kubeflow.org/v1
        kind: TFJob
        metadata: {name: digits}
        spec:
          successPolicy: AllWorkers
          tfReplicaSpecs:
            worker:
              replicas: 2
              template:
                spec:
                  volumes:
                    - {name: script, configMap: {name: train-digits}}
                    - {name: digits, hostPath: {path: %s}}
                    - {name: models, persistentVolumeClaim: {claimName: models}}
                  containers:
                    - name: tensorflow
                      image: tensorflow/tensorflow:2.8.0
                      command: [python, /opt/ml/train_digits.py, /digits/digits.npz, /models/digits]
                      volumeMounts:
                        - {name: script, mountPath: /opt/ml}
                        - {name: digits, mountPath: /digits}
                        - {name: models, mountPath: /models}
        """
            .formatted(digits));

    assertThat(ended("tfjob", "digits"))
        .as(kubectl.run("logs", "digits-worker-0").out())
        .isEqualTo("Succeeded");
    assertThat(line("digits-worker-1", "worker ")).isEqualTo("worker 1 of 2");
    assertThat(line("digits-worker-0", "weights "))
        .startsWith("weights ")
        .isEqualTo(line("digits-worker-1", "weights "));
    assertThat(kubectl.ok("get", "tfjob", "digits", "--no-headers")).contains("Succeeded");
    kubectl.apply(
        """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: digits}
        spec:
          predictor:
            model:
              modelFormat: {name: tensorflow}
              storageUri: pvc://models/digits
        """);
    kubectl.ok("wait", "--for=condition=Ready", "isvc/digits", "--timeout=300s");
    assertThat(accuracyOfService()).isGreaterThan(0.9);
  }

  /// Of held-out rows, by the V1 protocol.
  private static double accuracyOfService() throws IOException, InterruptedException {
    var answer =
        platform.post(
            "digits.default.localhost",
            "/v1/models/digits:predict",
            Files.readString(digits.resolve("held-out.json")));
    var found = Json.parseObject(answer.body()).path("predictions");
    var wanted = Json.parse(Files.readAllBytes(digits.resolve("labels.json")));
    assertThat(found.size()).as(answer.body()).isEqualTo(wanted.size()).isEqualTo(300);
    int right = 0;
    for (int i = 0; i < wanted.size(); i++) {
      right += likeliest(found.get(i)) == wanted.get(i).asInt() ? 1 : 0;
    }
    return (double) right / wanted.size();
  }

  private static int likeliest(JsonNode probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.size(); i++) {
      best = probabilities.get(i).asDouble() > probabilities.get(best).asDouble() ? i : best;
    }
    return best;
  }

  @Test
  void aPyTorchJobGoesOnAfterAWorkerWasKilled() throws IOException {
    var shared = Files.createDirectory(digits.resolve("torch"));
    kubectl.apply(
        """
        apiVersion: kubeflow.org/v1
        kind: PyTorchJob
        metadata: {name: linear}
        spec:
          runPolicy: {backoffLimit: 5}
          pytorchReplicaSpecs:
            Master: {restartPolicy: OnFailure, template: &template {spec: {
              volumes: [{name: script, configMap: {name: train-torch}},
                {name: shared, hostPath: {path: %s}}],
              containers: [{name: pytorch, image: pytorch/pytorch,
                command: [python, /opt/ml/train_torch.py, /shared],
                volumeMounts: [{name: script, mountPath: /opt/ml},
                  {name: shared, mountPath: /shared}]}]}}}
            Worker: {restartPolicy: ExitCode, template: *template}
        """
            .formatted(shared));

    assertThat(ended("pytorchjob", "linear"))
        .as(kubectl.run("logs", "linear-master-0").out())
        .isEqualTo("Succeeded");
    assertThat(job("pytorchjob", "linear").at("/status/replicaStatuses/Worker/restarts").asInt(0))
        .isEqualTo(1);
    awaitTold("pytorchjob", "linear", "PyTorchJobRestarting");
    awaitTold("pytorchjob", "linear", "Pod: default.linear-worker-0 exited with code 137");
    assertThat(line("linear-worker-0", "rank ")).startsWith("rank 1 of 2 from step 2");
    assertThat(Double.parseDouble(Files.readString(shared.resolve("loss")))).isLessThan(0.5);
  }

  @Test
  void replicasOfAnXgBoostJobGrowTheSameTreesWithLightGbm() {
    kubectl.apply(
        """
        apiVersion: kubeflow.org/v1
        kind: XGBoostJob
        metadata: {name: boosted}
        spec:
          xgbReplicaSpecs:
            Master: {template: &template {spec: {
              volumes: [{name: script, configMap: {name: train-lightgbm}},
                {name: digits, hostPath: {path: %s}}],
              containers: [{name: xgboost, image: kubeflow/lightgbm-dist:1.0,
                command: [python, /opt/ml/train_lightgbm.py, /digits/digits.npz],
                volumeMounts: [{name: script, mountPath: /opt/ml},
                  {name: digits, mountPath: /digits}]}]}}}
            Worker: {replicas: 1, template: *template}
        """
            .formatted(digits));

    assertThat(ended("xgboostjob", "boosted"))
        .as(kubectl.run("logs", "boosted-master-0").out())
        .isEqualTo("Succeeded");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(line("boosted-worker-0", "replica ")).isEqualTo("replica 1 of 2"));
    assertThat(line("boosted-master-0", "rows ")).isEqualTo("rows 1200 of 1200 own 600");
    assertThat(line("boosted-master-0", "trees "))
        .startsWith("trees 120 ")
        .isEqualTo(line("boosted-worker-0", "trees "));
    var accuracy = line("boosted-master-0", "accuracy ").split(" ", -1)[1];
    assertThat(Double.parseDouble(accuracy)).isGreaterThan(0.9);
  }

  @Test
  void theProcessesThatTorchrunStartsOnTheNodesOfATrainJobTrainOneModel() throws IOException {
    kubectl.apply(
        """
        apiVersion: trainer.kubeflow.org/v1alpha1
        kind: TrainJob
        metadata: {name: ddp}
        spec:
          runtimeRef: {name: torch-distributed}
          trainer:
            numNodes: 2
            numProcPerNode: 1
            command: [bash, -c]
            args:
              - |
                cat > train.py <<'END'
        %s
                END
                torchrun train.py
        """
            .formatted(Files.readString(SCRIPTS.resolve("train_ddp.py")).indent(8)));

    kubectl.ok("wait", "--for=condition=Complete", "trainjob/ddp", "--timeout=480s");

    for (int rank = 0; rank < 2; rank++) {
      var log =
          kubectl.ok(
              "logs",
              "-l",
              "jobset.sigs.k8s.io/jobset-name=ddp,batch.kubernetes.io/job-completion-index="
                  + rank);
      assertThat(log).contains("rank " + rank + " of 2", "same weights True");
    }
  }

  @Test
  void aGangThatDoesNotFitStartsNothingAndSaysSo() {
    var node = Json.parseObject(kubectl.ok("get", "nodes", "-o", "json")).at("/items/0");
    var cpu = Json.text(node, "status", "allocatable", "cpu");
    long millis =
        cpu.endsWith("m")
            ? Long.parseLong(cpu.replace("m", ""))
            : Math.round(Double.parseDouble(cpu) * 1000);
    kubectl.apply(
        """
        apiVersion: kubeflow.org/v1
        kind: TFJob
        metadata: {name: wide}
        spec:
          tfReplicaSpecs:
            Worker:
              replicas: 2
              template:
                spec:
                  containers:
                    - name: tensorflow
                      image: busybox
                      command: [sleep, "60"]
                      resources: {requests: {cpu: %dm}}
        """
            .formatted(millis * 6 / 10));
    awaitTold("tfjob", "wide", "Pod group default/wide: 1 of 2 waiting pods fit at once, 2 must");
    awaitTold("pod", "wide-worker-0", "none of them is started");
    assertThat(kubectl.ok("get", "pods", "-l", "training.kubeflow.org/job-name=wide"))
        .contains("wide-worker-0", "wide-worker-1", "Pending")
        .doesNotContain("Running");
    assertThat(state("tfjob", "wide")).isEqualTo("Created");
    kubectl.ok("delete", "tfjob", "wide");
  }

  @Test
  void aWorkerThatFailsForGoodFailsTheJob() {
    kubectl.apply(
        """
        apiVersion: kubeflow.org/v1
        kind: TFJob
        metadata: {name: broken}
        spec:
          runPolicy: {cleanPodPolicy: Running}
          tfReplicaSpecs:
            Worker:
              replicas: 2
              template: {spec: {containers: [{name: tensorflow, image: busybox, command: [sh, -c,
                'case $HOSTNAME in *-1) exit 3;; esac; sleep 600']}]}}
        """);
    assertThat(ended("tfjob", "broken")).isEqualTo("Failed");
    assertThat(Json.text(job("tfjob", "broken").at("/status/conditions").path(2), "message"))
        .isEqualTo("TFJob default/broken has failed because 1 Worker replica(s) failed.");
    awaitTold("tfjob", "broken", "exited with code 3");
    kubectl.ok("wait", "--for=delete", "pod/broken-worker-0", "--timeout=120s");
    kubectl.ok("get", "pod", "broken-worker-1");
  }

  @Test
  void theArticlesJobsAreTakenAsTheyAre() throws IOException {
    var manifests = PythonKit.root().resolve("journeys/src/test/resources/manifests");
    kubectl.apply(Files.readString(manifests.resolve("a02-tfjob-tfjob-example.yaml")));
    assertThat(ended("tfjob", "tfjob-example"))
        .as("there is no /opt/ml/train.py")
        .isEqualTo("Failed");
    awaitTold("tfjob", "tfjob-example", "exited with code 2");
    assertThat(kubectl.ok("logs", "tfjob-example-worker-0")).contains("/opt/ml/train.py");
  }

  @Test
  void theArticlesRecommendationSystemTrainsAndAnswersWithItsImagesMapped()
      throws IOException, InterruptedException {
    var app = Files.createDirectory(data.resolve("app"));
    Files.copy(SCRIPTS.resolve("recommend_train.py"), app.resolve("train.py"));
    Files.copy(SCRIPTS.resolve("recommend_serve.py"), app.resolve("serve.py"));
    image("tensorflow/tensorflow:2.8.0-gpu, environment: tensorflow", app, "");
    var serves = ", command: [python3, /app/serve.py]";
    image("my-recommendation-server, environment: machine", app, serves);
    kubectl.apply(
        Files.readString(
            PythonKit.root()
                .resolve("journeys/src/test/resources/manifests")
                .resolve("a10-namespace-tfjob-service-recommendation-api.yaml")));

    var recommendation = kubectl.in("recommendation-system");
    recommendation.ok(
        "wait", "--for=condition=Succeeded", "tfjob/recommendation-training", "--timeout=400s");
    assertThat(recommendation.ok("describe", "pod", "recommendation-training-master-0"))
        .contains("training.kubeflow.org/job-role=master", "nvidia.com/gpu");
    assertThat(recommendation.ok("logs", "recommendation-training-master-0")).contains("\"last\"");
    recommendation.ok("wait", "--for=condition=Ready", "ksvc/recommendation-api", "--timeout=200s");
    var answer = platform.get("recommendation-api.recommendation-system.localhost", "/users/7");
    assertThat(answer.body()).isEqualTo("{\"user\": \"7\", \"items\": [2, 4]}");
  }

  /// Has files stand in `/app` for those of an image.
  private static void image(String mapping, Path app, String more) {
    var system = kubectl.in("slipway-system");
    var found =
        Json.parseObject(system.ok("get", "configmap", "slipway-environments", "-o", "json"));
    var line = "- {image: %s, files: {/app: %s}%s}\n".formatted(mapping, app, more);
    var patch = Json.object();
    patch.putObject("data").put("images", line + Json.text(found, "data", "images"));
    system.ok("patch", "configmap", "slipway-environments", "--type=merge", "-p", "" + patch);
  }
}
