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
import dev.slipway.node.LocalCall;
import dev.slipway.node.NodeAgent;
import dev.slipway.node.NodeSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a service's annotations ask of its models before and after its pods: first requests, models
/// kept in memory, models of a list.
final class WarmPodsTest {
  private static final long MODEL_BYTES = 1000;

  @TempDir private Path data;
  private final WatchedCluster cluster = new WatchedCluster();
  private final TimesEngine engine = new TimesEngine();
  private final LocalEndpoints endpoints = new LocalEndpoints();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<String> payloads = new CopyOnWriteArrayList<>();
  private ModelPods models;
  private NodeAgent agent;

  @BeforeEach
  void start() {
    begin(Long.MAX_VALUE);
  }

  private void begin(long memoryBytes) {
    models =
        new ModelPods(
            cluster,
            (_, headers, body) -> {
              payloads.add(headers + " " + new String(body, StandardCharsets.UTF_8));
              return 200;
            },
            new Engines(List.of(engine)),
            new Artifacts(ArtifactSettings.at(data.resolve("cache"))),
            new ModelMemory(memoryBytes),
            endpoints,
            InstantSource.system());
    Recorder recorder =
        what -> events.add(what.type() + " " + what.reason() + ": " + what.message());
    agent =
        new NodeAgent(
            cluster,
            recorder,
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

  private void pod(String name, Path model, Map<String, String> annotations) {
    var pod =
        Json.parseObject(
            """
            {"apiVersion": "v1", "kind": "Pod",
             "metadata": {"name": "%s", "namespace": "default",
               "labels": {"serving.kserve.io/inferenceservice": "iris"}},
             "spec": {"nodeName": "slipway", "restartPolicy": "Always",
               "terminationGracePeriodSeconds": 0,
               "containers": [{"name": "kserve-container",
                 "image": "kserve/sklearnserver:v0.20.0",
                 "args": ["--model_name=iris", "--model_dir=%s", "--http_port=8080"]}]},
             "status": {"phase": "Pending"}}
            """
                .formatted(name, model));
    var metadata = Json.ensureObject(pod, "metadata", "annotations");
    annotations.forEach(metadata::put);
    cluster.create(Kinds.POD, pod);
  }

  private void ready(String name, Path model, Map<String, String> annotations) {
    pod(name, model, annotations);
    awaitPod(name, each -> each.isTrue("Ready"));
  }

  private Resource awaitPod(String name, Predicate<Resource> wanted) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> cluster.find(Kinds.POD, name), wanted);
  }

  private void gone(String name) {
    cluster.delete(Kinds.POD.key("default", name), Json.object());
    await().until(() -> cluster.get(Kinds.POD.key("default", name)).isEmpty());
  }

  private Path model(String name, String content) throws IOException {
    var directory = Files.createDirectories(data.resolve(name));
    Files.writeString(directory.resolve("model.joblib"), content);
    return directory;
  }

  /// Calls the engine gets by itself when a model is read.
  private int callsOfReading() throws IOException {
    ready("plain", model("plain", "7"), Map.of());
    gone("plain");
    return engine.calls.get();
  }

  @Test
  void aPodThatIsToBeWarmedUpAnswersARoundOfRequestsBeforeItIsReady() throws Exception {
    ready("one", model("iris", "2"), Map.of("slipway.dev/warmup-replicas", "2"));

    assertThat(events)
        .anyMatch(
            each ->
                each.contains(
                    "Normal WarmedUp: model iris answered "
                        + FirstRequests.ROUND
                        + " first requests"));
    try (var log =
        agent
            .log(cluster.find(Kinds.POD, "one").uid(), "kserve-container", false, false)
            .orElseThrow()) {
      assertThat(new String(log.readAllBytes(), StandardCharsets.UTF_8))
          .containsSubsequence("model iris is ready", "is warmed up after 10", "answering on");
    }
  }

  @Test
  void requestsGoOnForAsLongAsIsAsked() throws Exception {
    int reading = callsOfReading();

    ready("one", model("iris", "2"), Map.of("slipway.dev/warmup-duration", "300ms"));

    assertThat(engine.calls.get()).isGreaterThan(reading + 1);
    assertThat(events).anyMatch(each -> each.contains("Normal WarmedUp"));
  }

  @Test
  void aModelThatFailsItsFirstRequestsIsNeverReadyAndSaysWhy() throws Exception {
    pod("bad", model("iris", "0"), Map.of("slipway.dev/warmup-duration", "10s"));

    var pod =
        awaitPod(
            "bad", each -> each.status().at("/containerStatuses/0/lastState").has("terminated"));

    assertThat(pod.isTrue("Ready")).isFalse();
    assertThat(pod.status().at("/containerStatuses/0/lastState/terminated/message").asString())
        .contains("warm-up of model iris failed: HTTP 500", "division by zero");
    assertThat(events).anyMatch(each -> each.contains("Warning WarmUpFailed"));
  }

  @Test
  void aModelThatTakesNoZerosIsReadyWithAWarning() throws Exception {
    ready("picky", model("iris", "-1"), Map.of("slipway.dev/warmup-duration", "10s"));

    assertThat(events)
        .anyMatch(each -> each.contains("Warning WarmUpRefused") && each.contains("zeros"));
  }

  @Test
  void aKeptModelIsNeitherReadNorWarmedUpAgainWhenItsServiceWakes() throws Exception {
    var annotations =
        Map.of("slipway.dev/cache-size", "100", "slipway.dev/warmup-duration", "20ms");
    var place = model("iris", "2");
    ready("first", place, annotations);
    gone("first");
    events.clear();

    ready("second", place, annotations);

    assertThat(engine.loads).hasValue(1);
    assertThat(engine.inMemory).hasValue(1);
    assertThat(events).noneMatch(each -> each.contains("WarmedUp"));
  }

  @Test
  void withoutACacheAServiceAtZeroHoldsNothing() throws Exception {
    ready("first", model("iris", "2"), Map.of());
    gone("first");

    await().untilAsserted(() -> assertThat(engine.inMemory).hasValue(0));
  }

  @Test
  void theOldestModelLeavesAFullCache() throws Exception {
    for (var name : List.of("a", "b", "c")) {
      ready(name, model(name, "2"), Map.of("slipway.dev/cache-size", "2"));
      gone(name);
    }
    await().untilAsserted(() -> assertThat(engine.inMemory).hasValue(2));

    ready("again", data.resolve("c"), Map.of("slipway.dev/cache-size", "2"));
    gone("again");
    assertThat(engine.loads).hasValue(3);
    ready("first", data.resolve("a"), Map.of("slipway.dev/cache-size", "2"));

    assertThat(engine.loads).hasValue(4);
  }

  @Test
  void aCacheMayBeGivenInBytes() throws Exception {
    for (var name : List.of("a", "b", "c")) {
      ready(name, model(name, "2"), Map.of("slipway.dev/cache-size", "2k"));
      gone(name);
    }

    await().untilAsserted(() -> assertThat(engine.inMemory).hasValue(2));
  }

  @Test
  void keptModelsGiveWayToThoseInUseWhenMemoryIsShort() throws Exception {
    close();
    begin(2 * MODEL_BYTES);
    for (var name : List.of("a", "b", "c")) {
      ready(name, model(name, "2"), Map.of("slipway.dev/cache-size", "100"));
      gone(name);
    }

    await().untilAsserted(() -> assertThat(engine.inMemory).hasValue(2));
  }

  @Test
  void nothingIsKeptOfAServiceThatIsDeleted() throws Exception {
    cluster.create(
        Kinds.INFERENCE_SERVICE,
        Json.parseObject(
            """
            {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
             "metadata": {"name": "iris", "namespace": "default"}}
            """));
    ready("first", model("iris", "2"), Map.of("slipway.dev/cache-size", "100"));
    gone("first");
    assertThat(engine.inMemory).hasValue(1);

    cluster.delete(Kinds.INFERENCE_SERVICE.key("default", "iris"), Json.object());

    await().untilAsserted(() -> assertThat(engine.inMemory).hasValue(0));
  }

  private void list(String models) {
    var map =
        Json.parseObject(
            """
            {"apiVersion": "v1", "kind": "ConfigMap",
             "metadata": {"name": "modelconfig-iris-0", "namespace": "default"}, "data": {}}
            """);
    Json.ensureObject(map, "data").put("models.json", models);
    if (cluster.get(Kinds.CONFIG_MAP.key("default", "modelconfig-iris-0")).isPresent()) {
      cluster.update(Kinds.CONFIG_MAP, map);
    } else {
      cluster.create(Kinds.CONFIG_MAP, map);
    }
  }

  private static String entry(String name, Path place) {
    return "{\"modelName\":\"%s\",\"modelSpec\":{\"storageUri\":\"%s\",\"framework\":\"sklearn\",\"memory\":\"1Mi\"}}"
        .formatted(name, place);
  }

  private int status(Resource pod, String model) throws Exception {
    var at = new InetSocketAddress(pod.text("status", "podIP"), 8080);
    var body = "{\"instances\":[[2.0]]}".getBytes(StandardCharsets.UTF_8);
    var call = LocalCall.post(at, "/v1/models/" + model + ":predict", "client", body);
    endpoints.at(at).orElseThrow().handle(call, call);
    return call.code();
  }

  @Test
  void modelsOfAListComeAndGoOnARunningPod() throws Exception {
    list("[" + entry("one", model("one", "2")) + "]");
    var empty = Files.createDirectories(data.resolve("nothing"));
    ready(
        "many",
        empty,
        Map.of(
            "internal.serving.kserve.io/agent", "true",
            "internal.serving.kserve.io/configVolumeName", "modelconfig-iris-0"));
    var pod = cluster.find(Kinds.POD, "many");
    assertThat(status(pod, "one")).isEqualTo(200);

    var bad = model("bad", "no number");
    list("[" + entry("two", model("two", "3")) + "," + entry("bad", bad) + "]");

    await().untilAsserted(() -> assertThat(status(pod, "two")).isEqualTo(200));
    await().untilAsserted(() -> assertThat(status(pod, "one")).isEqualTo(404));
    await()
        .untilAsserted(
            () ->
                assertThat(events)
                    .anyMatch(each -> each.contains("ModelLoadFailed: model bad"))
                    .anyMatch(each -> each.contains("ModelUnloaded: model one")));
    assertThat(cluster.find(Kinds.POD, "many").isTrue("Ready")).isTrue();
  }

  @Test
  void payloadsAreToldAsKServesLoggerTellsThemButNotThoseOfTheWarmUp() throws Exception {
    ready(
        "one",
        model("iris", "2"),
        Map.of(
            "slipway.dev/warmup-replicas", "1",
            "internal.serving.kserve.io/logger", "true",
            "internal.serving.kserve.io/logger-mode", "all",
            "internal.serving.kserve.io/logger-metadata-headers", "Content-Type",
            "internal.serving.kserve.io/logger-metadata-annotations",
                "slipway.dev/warmup-replicas"));

    assertThat(status(cluster.find(Kinds.POD, "one"), "iris")).isEqualTo(200);

    await().untilAsserted(() -> assertThat(payloads).hasSize(2));
    assertThat(payloads)
        .allMatch(each -> each.contains("ce-inferenceservicename=iris"))
        .allMatch(each -> each.contains("ce-namespace=default"))
        .allMatch(each -> each.contains("ce-source=one"))
        .allMatch(each -> each.contains("ce-metadata={\"Content-Type\":[\"application/json\"]}"))
        .allMatch(each -> each.contains("ce-annotations={\"slipway.dev/warmup-replicas\":\"1\"}"))
        .anyMatch(each -> each.contains("inference.request") && each.contains("[[2.0]]"))
        .anyMatch(each -> each.contains("inference.response") && each.contains("[[4.0]]"));
  }
}
