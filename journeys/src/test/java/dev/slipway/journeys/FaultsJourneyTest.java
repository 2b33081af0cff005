package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What goes wrong is told where people look, and hurts nobody else.
final class FaultsJourneyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final PlatformModels MODELS = PlatformModels.made();

  private static Path data = Path.of("");
  private static Path files = Path.of("");
  private static GoogleBucket store;
  private static LivePlatform platform;
  private static Kubectl kubectl;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    data = Files.createTempDirectory("slipway-data");
    files = Files.createTempDirectory("slipway-files");
    var text = Files.createDirectory(files.resolve("text"));
    Files.writeString(text.resolve("model.joblib"), "a,b\n1,2\n");
    var giant = Files.createDirectory(files.resolve("giant"));
    try (var file = new RandomAccessFile(giant.resolve("model.joblib").toFile(), "rw")) {
      file.setLength(1L << 40); // sparse
    }
    store = GoogleBucket.start();
    store.put("models/first/model.joblib", MODELS.path("first").resolve("model.joblib"));
    platform = LivePlatform.start(data, Map.of("STORAGE_EMULATOR_HOST", store.url()));
    kubectl = platform.kubectl();
    kubectl.ok("create", "namespace", "faults");
    kubectl = kubectl.in("faults");
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    store.close();
    LiveServer.deleteTree(data);
    LiveServer.deleteTree(files);
  }

  private static String service(String name, String predictor, String address) {
    return """
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata:
      name: %s
    spec:
      predictor:
        %s
        minReplicas: 1
        model:
          modelFormat: {name: sklearn}
          storageUri: "%s"
    """
        .formatted(name, predictor, address);
  }

  private static String address(String written) {
    return written
        .replace("MODELS", MODELS.directory().toString())
        .replace("FILES", files.toString());
  }

  /// Each fault: where the model is said to be, and words that `kubectl describe` must hold.
  @ParameterizedTest
  @CsvSource({
    "missing,     file://MODELS/nowhere,       nowhere,                  no such file",
    "damaged,     file://MODELS/damaged,       model.joblib,             pickle",
    "empty,       file://MODELS/empty,         empty,                    no",
    "wrong,       file://FILES/text,           model.joblib,             a text file, not a pickle",
    "giant,       file://FILES/giant,          model.joblib,             1048576 MiB, more than",
    "absent,      gs://models/second,          gs://models/second,       no object",
    "forbidden,   gs://closed-bucket/first,    gs://closed-bucket/first, 403",
    "unreachable, http://127.0.0.1:1/m.joblib, 127.0.0.1:1,              refused the connection",
  })
  void aModelThatCannotBeHadIsToldInItsService(
      String name, String written, String what, String why) {
    kubectl.apply(service(name, "timeout: 60", address(written)));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        kubectl.field(".status.modelStatus.states.targetModelState", "isvc", name))
                    .isEqualTo("FailedToLoad"));
    assertThat(ready(name)).isEqualTo("False");
    var told = kubectl.field(".status.modelStatus.lastFailureInfo.message", "isvc", name);
    assertThat(told).containsIgnoringCase(what).containsIgnoringCase(why);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(events(kubectl.ok("describe", "isvc", name)))
                    .containsPattern("Warning +ModelLoadFailed ")
                    .contains(told.strip()));
    kubectl.ok("delete", "isvc", name, "--wait=false");
  }

  /// The end of what `kubectl describe` prints.
  private static String events(String described) {
    return described.substring(described.indexOf("Events:"));
  }

  private static String ready(String name) {
    return kubectl.field(".status.conditions[?(@.type==\"Ready\")].status", "isvc", name);
  }

  private static HttpResponse<String> call(String name) throws IOException, InterruptedException {
    return platform.post(
        name + ".faults.localhost", "/v1/models/" + name + ":predict", MODELS.v1());
  }

  /// One request at a time, ten in line: the one after is turned away, until the first, which
  /// never sends its body, is timed out.
  @Test
  void aClientThatStallsHoldsOnePlaceAndTheLineBehindItHasAnEnd() throws Exception {
    var narrow = "containerConcurrency: 1\n    timeout: 8\n    maxReplicas: 1";
    kubectl.apply(service("narrow", narrow, address("file://MODELS/first")));
    kubectl.ok("wait", "--for=condition=Ready", "isvc/narrow", "--timeout=90s");
    try (var socket = new Socket()) {
      socket.connect(platform.gateway());
      var head =
          "POST /v1/models/narrow:predict HTTP/1.1\r\nhost: narrow.faults.localhost\r\n"
              + "content-type: application/json\r\ncontent-length: 100\r\n\r\n{";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      var calls =
          IntStream.range(0, 30).mapToObj(_ -> CompletableFuture.supplyAsync(this::line)).toList();
      var replies = calls.stream().map(CompletableFuture::join).toList();
      assertThat(replies).allMatch(each -> each.startsWith("200") || each.startsWith("503"));
      assertThat(replies).contains("200 " + MODELS.v1Answer("first"));
    }
    assertThat(call("narrow").statusCode()).isEqualTo(200);
    kubectl.ok("delete", "isvc", "narrow");
  }

  private String line() {
    try {
      var reply = call("narrow");
      return reply.statusCode() + " " + reply.body();
    } catch (IOException problem) {
      return problem.toString();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  @Test
  void aModelTooBigForEveryNodeWaitsAndSaysForWhat() {
    var big = service("big", "timeout: 60", address("file://MODELS/first"));
    kubectl.apply(big + "      resources: {requests: {memory: 900Ti}, limits: {memory: 900Ti}}\n");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.ok("describe", "isvc", "big"))
                    .contains("RevisionFailed", "Insufficient memory"));
    assertThat(ready("big")).isNotEqualTo("True");
    kubectl.ok("delete", "isvc", "big");
  }

  @Test
  void aPodThatNeverBecomesReadyIsToldAfterItsDeadline() {
    kubectl.apply(
        """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: unready
        spec:
          template:
            metadata:
              annotations:
                serving.knative.dev/progress-deadline: "5s"
            spec:
              containers:
              - image: kserve/sklearnserver:v0.15.0
                args: ["--model_name=m", "--model_dir=file://%s"]
                readinessProbe:
                  httpGet: {path: /never}
                  periodSeconds: 1
        """
            .formatted(MODELS.path("first")));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.ok("describe", "ksvc", "unready"))
                    .contains("RevisionFailed", "has timed out progressing"));
    kubectl.ok("delete", "ksvc", "unready");
  }
}
