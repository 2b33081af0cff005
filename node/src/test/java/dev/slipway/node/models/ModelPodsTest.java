package dev.slipway.node.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Recorder;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.WatchedCluster;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.dataplane.model.Engines;
import dev.slipway.dataplane.model.ModelMemory;
import dev.slipway.inference.artifact.ArtifactSettings;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import dev.slipway.node.NodeAgent;
import dev.slipway.node.NodeSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a pod to an answer, with everything but the API and a real engine.
final class ModelPodsTest {
  @TempDir private Path data;
  private final WatchedCluster cluster = new WatchedCluster();
  private final TimesEngine engine = new TimesEngine();
  private final LocalEndpoints endpoints = new LocalEndpoints();
  private ModelPods models;
  private NodeAgent agent;

  @BeforeEach
  void start() {
    models =
        new ModelPods(
            cluster,
            (_, _, _) -> 200,
            new Engines(List.of(engine)),
            new Artifacts(ArtifactSettings.at(data.resolve("cache"))),
            new ModelMemory(Long.MAX_VALUE),
            endpoints,
            InstantSource.system());
    agent =
        new NodeAgent(
            cluster,
            Recorder.NONE,
            InstantSource.system(),
            NodeSettings.at(data).withStatusDelay(Duration.ofMinutes(5)),
            List.of(models),
            endpoints);
    agent.start();
  }

  @AfterEach
  void close() {
    agent.close();
    models.close();
  }

  /// As KServe's controller makes it for `storageUri`.
  private void predictor(String name, String uri) {
    cluster.create(
        Kinds.POD,
        Json.parseObject(
            """
            {"apiVersion": "v1", "kind": "Pod",
             "metadata": {"name": "%s", "namespace": "default",
               "labels": {"serving.kserve.io/inferenceservice": "iris"}},
             "spec": {"nodeName": "slipway", "restartPolicy": "Always",
               "terminationGracePeriodSeconds": 30,
               "volumes": [{"name": "kserve-provision-location", "emptyDir": {}}],
               "initContainers": [{"name": "storage-initializer",
                 "image": "kserve/storage-initializer:v0.20.0", "args": ["%s", "/mnt/models"],
                 "volumeMounts": [{"name": "kserve-provision-location",
                   "mountPath": "/mnt/models"}]}],
               "containers": [{"name": "kserve-container",
                 "image": "kserve/sklearnserver:v0.20.0",
                 "args": ["--model_name=iris", "--model_dir=/mnt/models", "--http_port=8080"],
                 "readinessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 10},
                 "volumeMounts": [{"name": "kserve-provision-location",
                   "mountPath": "/mnt/models", "readOnly": true}]}]},
             "status": {"phase": "Pending"}}
            """
                .formatted(name, uri)));
  }

  private Path model(String content) throws IOException {
    var directory = Files.createDirectories(data.resolve("iris"));
    Files.writeString(directory.resolve("model.joblib"), content);
    return directory;
  }

  private Resource awaitPod(String name, Predicate<Resource> wanted) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> cluster.find(Kinds.POD, name), wanted);
  }

  private String predict(Resource pod) throws Exception {
    var at = new InetSocketAddress(pod.text("status", "podIP"), 8080);
    var handler = endpoints.at(at).orElseThrow();
    try (var server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), handler);
        var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + server.port() + "/v1/models/iris:predict");
      var request =
          HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("{\"instances\":[[2.0]]}"));
      return client.send(request.build(), BodyHandlers.ofString()).body();
    }
  }

  @Test
  void aPodOfASklearnServerAnswersInProcess() throws Exception {
    predictor("one", model("21").toString());

    var pod = awaitPod("one", each -> each.isTrue("Ready"));

    assertThat(predict(pod)).contains("42.0");
    assertThat(cluster.writes()).filteredOn(each -> each.equals("patch Pod one")).hasSize(1);
    assertThat(data.resolve("pods")).doesNotExist();
    try (var log = agent.log(pod.uid(), "kserve-container", false, false).orElseThrow()) {
      assertThat(new String(log.readAllBytes(), StandardCharsets.UTF_8))
          .contains("model iris is ready")
          .contains("answering on ports [8080, 8081]");
    }
  }

  @Test
  void aPodsLogBeginsWithThatOfWhatHasStoodInForIt() throws Exception {
    var template =
        """
        {"metadata": {"namespace": "default", "labels": {"serving.knative.dev/revision": "iris-1"}%s},
         "spec": {%s"restartPolicy": "Always", "containers": [{"name": "kserve-container",
           "image": "kserve/sklearnserver:v0.20.0", "args": ["--model_name=iris",
             "--model_dir=%s", "--http_port=8080"]}]}}
        """;
    var place = model("3").toUri();
    var scaler =
        """
        {"metadata": {"name": "iris-1", "namespace": "default"},
         "spec": {"scaleTargetRef": {"name": "iris-1-deployment"}},
         "status": {"conditions": [{"type": "ScaleTargetInitialized", "status": "True"}]}}
        """;
    cluster.create(Kinds.POD_AUTOSCALER, Json.parseObject(scaler));
    var deployment =
        """
        {"metadata": {"name": "iris-1-deployment", "namespace": "default"}, "spec": {"template": %s}}
        """
            .formatted(template.formatted("", "", place));
    cluster.create(Kinds.DEPLOYMENT, Json.parseObject(deployment));
    var answers = new CountDownLatch(1);
    agent
        .standIns()
        .onAnswer(
            (_, _) -> {
              answers.countDown();
              return () -> {};
            });
    agent.standIns().wanted("default", "iris-1", () -> {});
    assertThat(answers.await(60, TimeUnit.SECONDS)).isTrue();

    var named =
        template.formatted(", \"name\": \"iris-1-a\"", "\"nodeName\": \"slipway\", ", place);
    cluster.create(Kinds.POD, Json.parseObject(named));
    var pod = awaitPod("iris-1-a", each -> each.isTrue("Ready"));

    try (var log = agent.log(pod.uid(), "kserve-container", false, false).orElseThrow()) {
      assertThat(new String(log.readAllBytes(), StandardCharsets.UTF_8))
          .containsSubsequence(
              "for pod default/iris-1-deployment-stand-in",
              "answering on ports",
              "for pod default/iris-1-a",
              "answering on ports");
    }
  }

  @Test
  void replicasShareOneCopyUntilTheLastIsGone() throws Exception {
    var place = model("3").toUri().toString();
    for (var name : List.of("a", "b", "c")) {
      predictor(name, place);
      awaitPod(name, each -> each.isTrue("Ready"));
    }
    assertThat(engine.loads).hasValue(1);
    assertThat(models.copies()).isEqualTo(1);

    for (var name : List.of("a", "b", "c")) {
      cluster.delete(Kinds.POD.key("default", name), Json.object());
    }

    await().untilAsserted(() -> assertThat(cluster.list(Kinds.POD, "")).isEmpty());
    await().untilAsserted(() -> assertThat(engine.inMemory).hasValue(0));
  }

  @Test
  void aModelThatCannotBeReadEndsItsContainerWithTheEnginesWords() throws Exception {
    predictor("bad", model("no number").toString());

    var pod =
        awaitPod(
            "bad", each -> each.status().at("/containerStatuses/0/lastState").has("terminated"));

    var ended = pod.status().at("/containerStatuses/0/lastState/terminated");
    assertThat(ended.path("exitCode").asInt()).isEqualTo(1);
    assertThat(ended.path("message").asString()).isEqualTo("model.joblib holds no number");
    assertThat(pod.condition("Ready")).isEqualTo("False");
  }

  /// As Kubeflow Trainer's runtimes have it.
  private Resource initializer(String part, String uri) {
    cluster.create(
        Kinds.POD,
        Json.parseObject(
            """
            {"apiVersion": "v1", "kind": "Pod",
             "metadata": {"name": "%1$s", "namespace": "default"},
             "spec": {"nodeName": "slipway", "restartPolicy": "Never",
               "volumes": [{"name": "initializer", "hostPath": {"path": "%2$s"}}],
               "containers": [{"name": "%1$s-initializer",
                 "image": "ghcr.io/kubeflow/trainer/%1$s-initializer:v2.1.0",
                 "env": [{"name": "STORAGE_URI", "value": "%3$s"},
                   {"name": "IGNORE_PATTERNS", "value": "*.bin, *.pt"}],
                 "volumeMounts": [{"name": "initializer", "mountPath": "/workspace"}]}]},
             "status": {"phase": "Pending"}}
            """
                .formatted(part, data.resolve("shared"), uri)));
    return awaitPod(
        part, each -> List.of("Succeeded", "Failed").contains(each.text("status", "phase")));
  }

  @Test
  void anInitializerOfATrainJobLeavesTheFilesWhereTheNodesSeeThem() throws Exception {
    var iris = model("7");

    assertThat(initializer("dataset", iris.toUri().toString()).text("status", "phase"))
        .isEqualTo("Succeeded");
    assertThat(initializer("model", "file:///workspace/dataset").text("status", "phase"))
        .as("a path is the container's")
        .isEqualTo("Succeeded");

    assertThat(data.resolve("shared/dataset/model.joblib")).hasContent("7");
    assertThat(data.resolve("shared/model/model.joblib")).hasContent("7");
    Files.writeString(data.resolve("shared/model/model.joblib"), "trained");
    assertThat(iris.resolve("model.joblib")).as("training may change them").hasContent("7");
  }

  @Test
  void anInitializerSaysWhatItDoesNotFetch() {
    var ended = initializer("dataset", "cache://schema/table").status();

    assertThat(ended.at("/containerStatuses/0/state/terminated/message").asString())
        .contains("cache://schema/table", "expected hf://, s3://");
  }

  @Test
  void aMissingArtifactFailsTheInitContainer() {
    predictor("none", data.resolve("absent").toString());

    var pod =
        awaitPod(
            "none",
            each -> each.status().at("/initContainerStatuses/0/lastState").has("terminated"));

    var ended = pod.status().at("/initContainerStatuses/0/lastState/terminated");
    assertThat(ended.path("message").asString()).contains("no such file or directory");
    assertThat(pod.text("status", "phase")).isEqualTo("Pending");
  }
}
