package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `slipway operator` as processes of their own on an API server without controllers, with nothing
/// but its kubeconfig.
class OperatorJourneyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @RegisterExtension static final LiveServer server = new LiveServer();

  private final List<Process> operators = new ArrayList<>();

  private static final String IRIS =
      """
      apiVersion: serving.kserve.io/v1beta1
      kind: InferenceService
      metadata: {name: %s}
      spec:
        predictor:
          model: {modelFormat: {name: sklearn}, storageUri: "https://example.com/iris"}
      """;

  private Process operator(String name) throws IOException {
    Path home = Files.createDirectories(server.scratch().resolve(name));
    var process =
        new ProcessBuilder(
                Commands.java(
                    "dev.slipway.app.Main",
                    "operator",
                    "--data",
                    home.toString(),
                    "--kubeconfig",
                    server.kubeconfig().toString(),
                    "--webhook-port",
                    "0"))
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("output").toFile())
            .start();
    operators.add(process);
    return process;
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Process each : operators) {
      each.destroyForcibly();
      each.waitFor();
    }
  }

  private static String holder() {
    return server
        .kubectl()
        .in("kube-system")
        .run("get", "lease", "slipway-operator", "-o", "jsonpath={.spec.holderIdentity}")
        .out();
  }

  private static boolean there(String... what) {
    var words = new ArrayList<>(List.of("get"));
    words.addAll(List.of(what));
    return server.kubectl().run(words.toArray(String[]::new)).ok();
  }

  private static Commands.Result apply(String manifest) {
    return server.kubectl().fed(manifest, "apply", "-f", "-");
  }

  private static void applied(String name) {
    await().atMost(PATIENCE).until(() -> apply(IRIS.formatted(name)).ok());
  }

  @Test
  void anotherOperatorTakesOverFromOneThatIsKilled() throws Exception {
    Process first = operator("first");
    await().atMost(PATIENCE).until(() -> !holder().isEmpty());
    applied("iris");
    await().atMost(PATIENCE).until(() -> there("ksvc", "iris-predictor"));
    assertThat(
            server
                .kubectl()
                .run(
                    "get",
                    "crd",
                    "inferenceservices.serving.kserve.io",
                    "-o",
                    "jsonpath={.metadata.managedFields[*].operation}",
                    "--show-managed-fields")
                .out())
        .contains("Apply");
    var refused = apply(IRIS.formatted("bad").replaceAll("(?m)^    model:.*$", "    {}"));
    assertThat(refused.err()).contains("is invalid: spec.predictor");

    String before = holder();
    operator("second");
    first.destroyForcibly().waitFor();
    await().atMost(PATIENCE).until(() -> !holder().equals(before) && !holder().isEmpty());
    applied("second");
    await().atMost(PATIENCE).until(() -> there("ksvc", "second-predictor"));
  }
}
