package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// How many requests wait for a program that is busy, and what those hear that are too many.
final class QueueJourneyTest {
  private static final GatewayStage STAGE = GatewayStage.get();
  private static final String FULL = "pending request queue full";

  private static Kubectl kubectl;

  @BeforeAll
  static void prepare() {
    kubectl = STAGE.kubectl().fresh("queues");
    GatewayStage.program(kubectl);
  }

  /// One pod, one request at a time, which lasts until the test ends it.
  private static String service(String name, String burst, int port) {
    return """
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata:
      name: %1$s
      annotations:
        autoscaling.knative.dev/target-burst-capacity: "%2$s"
    spec:
      predictor:
        minReplicas: 1
        maxReplicas: 1
        containerConcurrency: 1
        timeout: 600
        volumes: [{name: program, configMap: {name: program}}]
        containers:
        - name: kserve-container
          image: python:3.12-slim
          command: [python, /app/upstream.py, %1$s, "-", "%3$s"]
          ports: [{containerPort: %4$d}]
          volumeMounts: [{name: program, mountPath: /app}]
    """
        .formatted(name, burst, STAGE.gate().url(), port);
  }

  /// On a port of its own: the program listens on every address of the machine.
  private static String ready(String name, String burst) throws IOException {
    kubectl.apply(service(name, burst, GatewayStage.freePort()));
    kubectl.ok("wait", "--for=condition=Ready", "isvc/" + name, "--timeout=90s");
    var host = name + ".queues.localhost";
    STAGE.awaitStatus(200, STAGE.to(host, "/name"));
    return host;
  }

  /// Knative's queue-proxy takes the container's concurrency and ten times that beside it.
  @Test
  void elevenTimesTheConcurrencyIsTakenAndTheNextIsRefused() throws IOException {
    var host = ready("narrow", "0");
    var replies = Collections.synchronizedList(new ArrayList<String>());
    var calls = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < 30; i++) {
      var request = STAGE.to(host, "/hold/narrow").build();
      calls.add(
          STAGE
              .http()
              .sendAsync(request, java.net.http.HttpResponse.BodyHandlers.ofString())
              .thenAccept(reply -> replies.add(reply.statusCode() + " " + reply.body())));
    }
    await().atMost(GatewayStage.PATIENCE).until(() -> replies.size() >= 19);
    STAGE.gate().awaitCame("narrow", 1);
    assertThat(replies).hasSize(19).containsOnly("503 " + FULL);
    assertThat(STAGE.gate().came("narrow")).isEqualTo(1);

    STAGE.gate().letAll("narrow");
    calls.forEach(CompletableFuture::join);
    assertThat(replies).hasSize(30).filteredOn(each -> each.startsWith("200 ")).hasSize(11);
    assertThat(STAGE.gate().came("narrow")).isEqualTo(11);
  }

  /// While there is less to spare than the burst capacity, as by default, Knative's activator holds
  /// ten thousand.
  @Test
  void tenThousandAreHeldForABurst() throws Exception {
    var host = ready("wide", "211");
    try (var flood = H2Flood.to(STAGE.address(), host, "/hold/wide")) {
      flood.send(1);
      STAGE.gate().awaitCame("wide", 1);
      flood.send(10_007);
      await().atMost(GatewayStage.PATIENCE).until(() -> flood.count(FULL) >= 7);
      assertThat(flood.sent()).isEqualTo(10_008);
      assertThat(flood.answered()).as("all but those held are refused").isEqualTo(7);
      assertThat(STAGE.gate().came("wide")).isEqualTo(1);
    }
    STAGE.gate().letAll("wide");
    STAGE.awaitStatus(200, STAGE.to(host, "/name"));
  }
}
