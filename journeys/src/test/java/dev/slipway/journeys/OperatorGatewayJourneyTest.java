package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `slipway operator` on a plain Kubernetes that knows nothing of AI kinds but their definitions:
/// an API over TLS and a node, `slipway up --no-controllers`, reached with its kubeconfig alone.
final class OperatorGatewayJourneyTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final PlatformModels MODELS = PlatformModels.made();
  private static final int CLIENTS = 8;

  private static final List<ServeJourneyTest.ServeProcess> operators = new ArrayList<>();
  private static final HttpClient http = HttpClient.newHttpClient();
  private static Path data = Path.of("");
  private static LivePlatform cluster;
  private static Kubectl kubectl;
  private static int port;

  private static final String[] TRIED = {"apply", "--dry-run=server", "-f", "-"};

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    data = Files.createTempDirectory("slipway-data");
    cluster = LivePlatform.start(data, "--no-controllers");
    kubectl = cluster.kubectl().in("default");
    port = freePort();
  }

  @AfterAll
  static void end() throws IOException, InterruptedException {
    for (var each : operators) {
      each.stop();
    }
    cluster.close();
    LiveServer.deleteTree(data);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static ServeJourneyTest.ServeProcess operator(String name)
      throws IOException, InterruptedException {
    var home = Files.createDirectories(data.resolve(name)).toString();
    var file = data.resolve("kubeconfig").toString();
    var made =
        ServeJourneyTest.ServeProcess.start(
            Map.of(),
            "Slipway works on",
            "operator",
            "--data",
            home,
            "--kubeconfig",
            file,
            "--webhook-port",
            "0",
            "--gateway-port",
            Integer.toString(port));
    operators.add(made);
    return made;
  }

  private static HttpResponse<String> call(String host, String path)
      throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + port + path);
    var request = HttpRequest.newBuilder(uri).header("host", host).timeout(PATIENCE);
    request.header("content-type", "application/json").POST(BodyPublishers.ofString(MODELS.v1()));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> predict() throws IOException, InterruptedException {
    return call("iris.default.example.com", "/v1/models/iris:predict");
  }

  private static String bare(String name) {
    return """
    apiVersion: serving.knative.dev/v1
    kind: Service
    metadata: {name: %s}
    spec:
      template:
        spec:
          containers:
          - image: kserve/sklearnserver:v0.15.0
            args: ["--model_name=m", "--model_dir=file://%s"]
    """
        .formatted(name, MODELS.path("first"));
  }

  private static String iris(String predictor) {
    return """
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata:
      name: iris
      annotations:
        autoscaling.knative.dev/window: "6s"
    spec:
      predictor: %s
    """
        .formatted(predictor);
  }

  private static String served() {
    return "{minReplicas: 0, maxReplicas: 3, scaleMetric: rps, scaleTarget: 10, model:"
        + " {modelFormat: {name: sklearn}, storageUri: \"file://"
        + MODELS.path("first")
        + "\"}}";
  }

  private static int replicas() {
    var text =
        kubectl.ok(
            "get",
            "deployments",
            "-l",
            "serving.kserve.io/inferenceservice=iris",
            "-o",
            "jsonpath={.items[*].spec.replicas}");
    return text.isBlank()
        ? 0
        : List.of(text.strip().split(" ", -1)).stream().mapToInt(Integer::parseInt).sum();
  }

  private static boolean noPods() {
    return kubectl
        .ok("get", "pods", "-l", "serving.kserve.io/inferenceservice=iris", "-o", "name")
        .isBlank();
  }

  private static void applied(String manifest) {
    await().atMost(PATIENCE).until(() -> kubectl.fed(manifest, "apply", "-f", "-").ok());
  }

  /// What its webhooks bring, and its gateway; and another that takes both over.
  @Test
  void wakesAndScalesServicesAndIsTakenOverFrom() throws Exception {
    kubectl.apply(bare("untouched"));
    assertThat(kubectl.field(".spec.template.spec.timeoutSeconds", "ksvc", "untouched")).isEmpty();
    assertThat(kubectl.fed(iris("{minReplicas: -1}"), TRIED).ok()).as("nobody judges").isTrue();
    assertThat(replicas()).isZero();

    var first = operator("first");
    await().atMost(PATIENCE).until(() -> first.output().contains("gateway at port " + port));
    manifestsAreCompletedAndJudged();
    jobsThatTrainBecomePodsOfTheCluster();
    applied(iris(served()));
    kubectl.ok("wait", "--for=condition=Ready", "isvc/iris", "--timeout=90s");
    assertThat(kubectl.field(".status.url", "isvc", "iris"))
        .isEqualTo("http://iris.default.example.com");
    assertThat(predict().body()).isEqualTo(MODELS.v1Answer("first"));
    scalesOutAndToZero();
    namesInsideTheClusterLeadToTheGateway();
    wakes();

    operator("second");
    for (var each : first.process()) {
      each.destroyForcibly().waitFor();
    }
    operators.remove(first);
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(ConnectException.class)
        .untilAsserted(() -> assertThat(predict().statusCode()).isEqualTo(200));
    await().atMost(PATIENCE).until(OperatorGatewayJourneyTest::noPods);
    wakes();
  }

  private static void manifestsAreCompletedAndJudged() {
    applied(bare("completed"));
    assertThat(kubectl.field(".spec.template.spec.timeoutSeconds", "ksvc", "completed"))
        .isEqualTo("300");
    assertThat(kubectl.field(".spec.template.spec.containers[0].name", "ksvc", "completed"))
        .isEqualTo("user-container");
    assertThat(kubectl.fed(iris("{minReplicas: -1}"), TRIED).err())
        .contains("The InferenceService \"iris\" is invalid")
        .contains("* spec.predictor: Required value: exactly one of [")
        .contains(
            "* spec.predictor.minReplicas: Invalid value: -1: 'MinReplicas' cannot be less than 0");
  }

  private static void jobsThatTrainBecomePodsOfTheCluster() {
    applied(
        """
        apiVersion: kubeflow.org/v1
        kind: TFJob
        metadata: {name: pair}
        spec:
          tfReplicaSpecs:
            Worker:
              replicas: 2
              restartPolicy: Never
              template:
                spec:
                  containers:
                  - name: tensorflow
                    image: busybox
                    command: [python3, -c, 'import json, os; print(json.loads(os.environ["TF_CONFIG"])["task"])']
        """);
    applied(
        """
        apiVersion: trainer.kubeflow.org/v1alpha1
        kind: TrainJob
        metadata: {name: alone}
        spec:
          runtimeRef: {name: torch-distributed}
          trainer: {image: busybox, numNodes: 1, command: [python3, -c, "print('trained')"]}
        """);
    kubectl.ok("wait", "--for=condition=Succeeded", "tfjob/pair", "--timeout=100s");
    assertThat(kubectl.ok("logs", "pair-worker-1")).contains("'index': 1");
    kubectl.ok("wait", "--for=condition=Complete", "trainjob/alone", "--timeout=100s");
    assertThat(
            kubectl
                .fed(
                    "apiVersion: kubeflow.org/v1\nkind: TFJob\nmetadata: {name: bad}\nspec: {}",
                    TRIED)
                .err())
        .contains("spec.tfReplicaSpecs");
  }

  private static void scalesOutAndToZero() throws InterruptedException {
    try (var load = Clients.start(CLIENTS, OperatorGatewayJourneyTest::predict)) {
      await().atMost(PATIENCE).until(() -> replicas() >= 2);
      load.requireNoFailure();
    }
    await().atMost(PATIENCE).until(() -> replicas() == 0 && noPods());
  }

  private static void wakes() {
    try (var load = Clients.start(CLIENTS, OperatorGatewayJourneyTest::predict)) {
      load.awaitAnswered(4 * CLIENTS);
      assertThat(load.answers()).as("woken").containsOnlyKeys(MODELS.v1Answer("first"));
    }
  }

  private static void namesInsideTheClusterLeadToTheGateway() throws Exception {
    var inside = "gateway.slipway-system.svc.cluster.local";
    assertThat(kubectl.field(".spec.externalName", "service", "iris")).isEqualTo(inside);
    assertThat(kubectl.field(".spec.externalName", "service", "iris-predictor")).isEqualTo(inside);
    var system = kubectl.in("slipway-system");
    assertThat(system.field(".spec.ports[*].targetPort", "service", "gateway"))
        .isEqualTo(port + " " + port);
    assertThat(
            system.ok(
                "get",
                "endpointslices",
                "-l",
                "kubernetes.io/service-name=gateway",
                "-o",
                "jsonpath={.items[*].endpoints[*].addresses[*]}:{.items[*].ports[0].port}"))
        .isEqualTo("127.0.0.1:" + port);
    assertThat(
            call("iris-predictor.default.svc.cluster.local", "/v1/models/iris:predict")
                .statusCode())
        .isEqualTo(200);
    assertThat(call(inside, "/").statusCode()).as("the gateway leads to itself").isEqualTo(404);
    await().atMost(PATIENCE).until(OperatorGatewayJourneyTest::noPods);
  }
}
