package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The platform killed under load: it comes back with everything it served.
final class PlatformKillTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final PlatformModels MODELS = PlatformModels.made();

  private static String service(String name, String model, int replicas) {
    return """
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata:
      name: %s
    spec:
      predictor:
        minReplicas: %d
        model:
          modelFormat: {name: sklearn}
          storageUri: file://%s
    """
        .formatted(name, replicas, MODELS.path(model));
  }

  private static HttpResponse<String> call(LivePlatform platform, String name)
      throws IOException, InterruptedException {
    return platform.post(name + ".kill.localhost", "/v1/models/" + name + ":predict", MODELS.v1());
  }

  @Test
  void servicesComeBackByThemselvesAndStatusesTellTheTruth() throws Exception {
    var data = Files.createTempDirectory("slipway-data");
    try (var first = LivePlatform.start(data)) {
      var in = first.kubectl().fresh("kill");
      in.apply(service("many", "first", 2));
      in.apply(service("one", "second", 1));
      in.apply(service("broken", "damaged", 1));
      in.ok("wait", "--for=condition=Ready", "isvc/many", "isvc/one", "--timeout=90s");
      try (var load = Clients.start(4, () -> call(first, "many"))) {
        load.awaitAnswered(50);
        first.kill();
      }
      try (var again = first.again()) {
        comesBack(again, data);
      }
    } finally {
      LiveServer.deleteTree(data);
    }
  }

  private static void comesBack(LivePlatform again, Path data) {
    var in = new Kubectl(data.resolve("kubeconfig"), data, "kill");
    for (var name : new String[] {"many", "one"}) {
      await().atMost(PATIENCE).until(() -> call(again, name).statusCode() == 200);
      in.ok("wait", "--for=condition=Ready", "isvc/" + name, "--timeout=90s");
    }
    assertThat(in.field(".status.modelStatus.states.targetModelState", "isvc", "broken"))
        .isEqualTo("FailedToLoad");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        in.ok(
                                "get",
                                "pods",
                                "-l",
                                "serving.kserve.io/inferenceservice=many",
                                "--no-headers")
                            .lines()
                            .filter(each -> each.contains("Running"))
                            .count())
                    .isEqualTo(2));
  }
}
