package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// New models take over from old ones while clients go on calling; none of them notices.
final class RolloutJourneyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int CLIENTS = 6;
  private static final int WINDOW = 300;

  private static final PlatformModels MODELS = PlatformModels.made();
  private static Path data = Path.of("");
  private static LivePlatform platform;
  private static Kubectl kubectl;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    data = Files.createTempDirectory("slipway-data");
    platform = LivePlatform.start(data);
    kubectl = platform.kubectl();
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(data);
  }

  private static Clients load(String host, String path) {
    return Clients.start(CLIENTS, () -> call(host, path));
  }

  private static HttpResponse<String> call(String host, String path)
      throws IOException, InterruptedException {
    return platform.post(host, path, MODELS.v1());
  }

  private static String flower(String model, String canary) {
    return """
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata:
      name: flower
    spec:
      predictor:
        %s
        minReplicas: 1
        model:
          modelFormat: {name: sklearn}
          storageUri: file://%s
    """
        .formatted(canary, MODELS.path(model));
  }

  @Test
  void aCanaryGrowsToAllAndRollsBackWithoutAFailedRequest() {
    var in = kubectl.fresh("canary");
    in.apply(flower("first", "timeout: 60"));
    in.ok("wait", "--for=condition=Ready", "isvc/flower", "--timeout=90s");
    var first = MODELS.v1Answer("first");
    var second = MODELS.v1Answer("second");
    try (var load = load("flower.canary.localhost", "/v1/models/flower:predict")) {
      load.awaitAnswer(first);
      for (int percent : List.of(10, 50)) {
        in.apply(flower("second", "canaryTrafficPercent: " + percent));
        awaitTraffic(in, percent);
        load.awaitAnswer(second);
        load.requireShare(second, percent, WINDOW);
      }
      in.apply(flower("second", "canaryTrafficPercent: 100"));
      awaitTraffic(in, 100);
      load.awaitAnswered(CLIENTS);
      load.requireShare(first, 0, WINDOW);
      in.apply(flower("second", "canaryTrafficPercent: 0"));
      load.awaitAnswer(first);
      load.awaitAnswered(2L * CLIENTS);
      load.requireShare(second, 0, WINDOW);
      assertThat(load.answers()).containsOnlyKeys(first, second);
      load.requireNoFailure();
    }
  }

  /// The share of the newest revision, as the status tells it.
  private static void awaitTraffic(Kubectl in, int percent) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                in.field(
                        ".status.components.predictor.traffic[?(@.latestRevision==true)].percent",
                        "isvc",
                        "flower")
                    .equals(Integer.toString(percent)));
    in.ok("wait", "--for=condition=Ready", "isvc/flower", "--timeout=90s");
  }

  private static String colours(String live, String revision, String model) {
    return """
    apiVersion: serving.knative.dev/v1
    kind: Service
    metadata:
      name: flower
    spec:
      template:
        metadata:
          name: %s
          annotations:
            autoscaling.knative.dev/min-scale: "1"
        spec:
          containers:
          - image: kserve/sklearnserver:v0.15.0
            args: ["--model_name=flower", "--model_dir=file://%s"]
      traffic:
      - revisionName: %s
        percent: 100
      - revisionName: %s
        tag: next
        percent: 0
    """
        .formatted(revision, MODELS.path(model), live, revision);
  }

  @Test
  void greenTakesOverFromBlueInOneStep() throws Exception {
    var in = kubectl.fresh("bluegreen");
    var first = MODELS.v1Answer("first");
    var second = MODELS.v1Answer("second");
    var path = "/v1/models/flower:predict";
    in.apply(colours("flower-blue", "flower-blue", "first"));
    in.ok("wait", "--for=condition=Ready", "ksvc/flower", "--timeout=90s");
    try (var load = load("flower.bluegreen.localhost", path)) {
      load.awaitAnswer(first);
      in.apply(colours("flower-blue", "flower-green", "second"));
      in.ok("wait", "--for=condition=Ready", "revision/flower-green", "--timeout=90s");
      await()
          .atMost(PATIENCE)
          .until(() -> call("next-flower.bluegreen.localhost", path).body().equals(second));
      assertThat(load.answers()).as("before the switch").containsOnlyKeys(first);
      in.apply(colours("flower-green", "flower-green", "second"));
      load.awaitAnswer(second);
      load.awaitAnswered(WINDOW);
      assertThat(load.heard()).as("nobody goes back").containsOnly(List.of(first, second));
      load.requireNoFailure();
    }
  }

  private static String deployment(String model) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: flower
    spec:
      replicas: 3
      selector: {matchLabels: {app: flower}}
      template:
        metadata: {labels: {app: flower}}
        spec:
          containers:
          - name: server
            image: kserve/sklearnserver:v0.15.0
            args: ["--model_name=flower", "--model_dir=file://%s"]
            ports: [{containerPort: 8080}]
            readinessProbe:
              httpGet: {path: /v2/health/ready, port: 8080}
              periodSeconds: 1
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: flower}
    spec:
      selector: {app: flower}
      ports: [{port: 80, targetPort: 8080}]
    ---
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: flower}
    spec:
      rules:
      - host: flower.example.com
        http:
          paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: flower, port: {number: 80}}}
    """
        .formatted(MODELS.path(model));
  }

  @Test
  void aDeploymentRollsForthAndBackBehindAnIngressWithoutAFailedRequest() {
    var in = kubectl.fresh("rolling");
    var first = MODELS.v1Answer("first");
    var second = MODELS.v1Answer("second");
    in.apply(deployment("first"));
    in.ok("rollout", "status", "deployment/flower", "--timeout=90s");
    awaitRoute("flower.example.com", "/v1/models/flower:predict");
    try (var load = load("flower.example.com", "/v1/models/flower:predict")) {
      load.awaitAnswer(first);
      in.apply(deployment("second"));
      in.ok("rollout", "status", "deployment/flower", "--timeout=90s");
      load.awaitAnswer(second);
      in.ok("rollout", "undo", "deployment/flower");
      in.ok("rollout", "status", "deployment/flower", "--timeout=90s");
      load.awaitAnswer(first);
      in.ok("scale", "deployment/flower", "--replicas=1");
      in.ok("rollout", "status", "deployment/flower", "--timeout=90s");
      await().atMost(PATIENCE).until(() -> in.ok("get", "pods", "-o", "name").lines().count() == 1);
      load.awaitAnswered(WINDOW);
      load.requireNoFailure();
    }
  }

  private static void awaitRoute(String host, String path) {
    await().atMost(PATIENCE).until(() -> call(host, path).statusCode() == 200);
  }
}
