package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The manifests of the two articles this platform answers, applied to one server in their order.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SeedManifestsTest {
  private static final Path MANIFESTS = Path.of("src/test/resources/manifests");
  private static final String UNFILLED_NAME = "a08-job-training-job-timestamp.yaml";
  private static final String UNFILLED_SECRET = "b15-secret-inferenceservice-secure-model.yaml";

  @RegisterExtension static final LiveServer SERVER = new LiveServer();

  @Test
  @Order(1)
  void acceptsEveryManifestWithoutPlaceholders() throws IOException {
    var refused = new ArrayList<String>();
    for (Path file : manifests()) {
      if (!isUnfilled(file)) {
        Commands.Result result = kubectl().run("apply", "-f", file.toString());
        if (!result.ok()) {
          refused.add(result.toString());
        }
      }
    }

    assertThat(refused).isEmpty();
  }

  @Test
  @Order(2)
  void changesNothingWhenAppliedAgain() throws IOException {
    for (Path file : manifests()) {
      if (!isUnfilled(file)) {
        String before = versions(file);
        kubectl().ok("apply", "-f", file.toString());

        assertThat(versions(file)).as(file.toString()).isEqualTo(before);
      }
    }
  }

  @Test
  @Order(3)
  void refusesAPlaceholderInAName() {
    String said = kubectl().refused("apply", "-f", file(UNFILLED_NAME).toString());

    assertThat(said)
        .contains("metadata.name")
        .contains("training-job-${TIMESTAMP}")
        .contains("lowercase RFC 1123 subdomain");
  }

  @Test
  @Order(3)
  void refusesAPlaceholderThatIsNoBase64() {
    String said = kubectl().refused("apply", "-f", file(UNFILLED_SECRET).toString());

    assertThat(said).contains("aws-access-key-id", "base64");
  }

  @Test
  @Order(4)
  void fillsAPlaceholderFromTheEnvironment() {
    Commands.Result result =
        slipway(Map.of("TIMESTAMP", "20260102"), "apply", "-f", file(UNFILLED_NAME).toString());

    assertThat(result.ok()).as(result::toString).isTrue();
    assertThat(result.out()).contains("training-job-20260102");
    assertThat(SERVER.kubectl().ok("get", "job", "-o", "name"))
        .contains("job.batch/training-job-20260102");
  }

  @Test
  @Order(4)
  void acceptsASecretOnceFilled() throws IOException {
    String key =
        Base64.getEncoder().encodeToString("AKIA-EXAMPLE".getBytes(StandardCharsets.UTF_8));
    String filled =
        Files.readString(file(UNFILLED_SECRET)).replaceAll("<base64-encoded-[a-z-]+>", key);
    Path written = Files.writeString(SERVER.scratch().resolve("secret.yaml"), filled);

    Commands.Result result = slipway(Map.of(), "apply", "-f", written.toString());

    assertThat(result.ok()).as(result::toString).isTrue();
    assertThat(SERVER.kubectl().field(".data.aws-access-key-id", "secret", "model-storage-secret"))
        .isEqualTo(key);
  }

  @Test
  @Order(4)
  void saysWhichLibertyItTook() {
    for (String name :
        List.of(
            "a14-podsecuritypolicy-ai-pod-security-policy.yaml",
            "a01-experiment-tfjob-experiment.yaml")) {
      Commands.Result result = kubectl().run("apply", "-f", file(name).toString());

      assertThat(result.ok()).as(result::toString).isTrue();
      assertThat(result.err()).as(result::toString).contains("Warning:");
    }
  }

  @Test
  @Order(5)
  void showsWhatWasApplied() {
    Kubectl kubectl = SERVER.kubectl();

    assertThat(kubectl.ok("get", "inferenceservices", "-o", "name").lines()).hasSizeGreaterThan(5);
    assertThat(kubectl.ok("get", "rayclusters", "-o", "name").lines()).hasSize(4);
    assertThat(kubectl.ok("get", "isvc,raycluster,tfjob,sdep,ksvc,scaledobject,servicemonitor"))
        .contains("sklearn-model", "ray-cluster", "tfjob-example", "model-serving");
    assertThat(kubectl.in("recommendation-system").ok("get", "tfjobs,ksvc", "-o", "name"))
        .contains("recommendation-training", "recommendation-api");
  }

  private static String versions(Path file) {
    return kubectl()
        .ok("get", "-f", file.toString(), "-o", "custom-columns=V:.metadata.resourceVersion");
  }

  /// As a user calls it: each manifest says its namespace, or none.
  private static Kubectl kubectl() {
    return SERVER.kubectl().in("");
  }

  private static Commands.Result slipway(Map<String, String> environment, String... args) {
    var command = new ArrayList<>(Commands.java("dev.slipway.app.Main"));
    command.addAll(List.of(args));
    command.addAll(List.of("--kubeconfig", SERVER.kubeconfig().toString()));
    return Commands.run(command, environment, "");
  }

  private static boolean isUnfilled(Path file) {
    return file.endsWith(UNFILLED_NAME) || file.endsWith(UNFILLED_SECRET);
  }

  private static Path file(String name) {
    return MANIFESTS.resolve(name);
  }

  private static List<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.list(MANIFESTS)) {
      List<Path> found = files.sorted().toList();
      assertThat(found).hasSize(31);
      return found;
    }
  }
}
