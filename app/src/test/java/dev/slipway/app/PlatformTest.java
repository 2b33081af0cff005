package dev.slipway.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Everything of one machine in this process: the model of the examples, from its manifest to
/// answers.
final class PlatformTest {
  private static final Path EXAMPLE =
      Path.of("..", "examples", "iris").toAbsolutePath().normalize();
  private static final Path EXAMPLES = EXAMPLE.resolveSibling("").normalize();
  private static final Path SEEDS =
      Path.of("..", "journeys", "src", "test", "resources", "manifests");
  private static final Key IRIS = Kinds.INFERENCE_SERVICE.key("default", "iris");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path data;
  private Platform platform;

  @BeforeEach
  void start() {
    platform = started();
  }

  private Platform started() {
    return Platform.start(
        Platform.Settings.of(
            data, "127.0.0.1", 0, 0, Map.of("STORAGE_EMULATOR_HOST", "127.0.0.1:1")),
        new FrontDoor(new ServeOptions().room()));
  }

  @AfterEach
  void end() {
    platform.close();
  }

  private void deploy() throws IOException {
    var text =
        Files.readString(EXAMPLE.resolve("inferenceservice.yaml"))
            .replace("file://examples/iris", "file://" + EXAMPLE);
    var manifest = new Manifests(Map.of(), Instant.EPOCH).parse("example", text);
    var object = manifest.getFirst().object();
    Json.ensureObject(object, "metadata").put("namespace", "default");
    platform.api().cluster().apply(Kinds.INFERENCE_SERVICE, object);
    awaitReady();
  }

  private void awaitReady() {
    var cluster = platform.api().cluster();
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.get(IRIS).filter(each -> each.isTrue("Ready")).isPresent());
  }

  private DemoCalls calls() {
    var port = URI.create(platform.url()).getPort();
    return new DemoCalls(
        new InetSocketAddress("127.0.0.1", port), "iris.default.localhost", "iris");
  }

  @Test
  void aModelAnswersOverBothProtocolsUnderTheNameOfItsService() throws Exception {
    deploy();
    assertThat(calls().http()).isEqualTo(List.of(0L, 1L, 2L));
    assertThat(calls().grpc()).isEqualTo(List.of(0L, 1L, 2L));
  }

  @Test
  void aSecondPassOverASettledWorldWritesNothing() throws Exception {
    deploy();
    settle();
    long before = platform.loop().counts().writes();
    platform.loop().planAll();
    await().atMost(PATIENCE).until(() -> platform.loop().isIdle());
    assertThat(platform.loop().counts().writes()).isEqualTo(before);
  }

  /// Pods that crash are started again now and then, which is news to their owners: of several
  /// passes, one must fall between two starts and write nothing.
  @Test
  void aSecondPassOverEveryManifestWritesNothing() throws Exception {
    applyAll(SEEDS);
    applyAll(EXAMPLES);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              settle();
              var before = platform.loop().counts();
              platform.loop().planAll();
              await().atMost(PATIENCE).until(() -> platform.loop().isIdle());
              var after = platform.loop().counts();
              assertThat(after.plans()).isGreaterThan(before.plans());
              assertThat(after.failures()).isEqualTo(before.failures());
              assertThat(after.writes()).isEqualTo(before.writes());
            });
  }

  /// Without the quota: the pods it refuses are asked for in every pass.
  private static boolean isManifest(Path file) {
    return file.toString().endsWith(".yaml") && !file.endsWith("b03-resourcequota-ai-quota.yaml");
  }

  private void applyAll(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.filter(PlatformTest::isManifest).sorted().toList()) {
        // A Secret whose values are still to be filled in is refused, as it should be.
        var text = Files.readString(file).replaceAll("<base64-encoded-[a-z-]+>", "c2VjcmV0");
        var filled = Files.writeString(data.resolve("manifest.yaml"), text);
        var out = new StringWriter();
        var line = Main.commandLine();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(out, true));
        int code = line.execute("apply", "-f", filled.toString(), "--data", data.toString());
        assertThat(code).as("%s: %s", file, out).isZero();
      }
    }
  }

  /// Waits until nothing was written for half a second.
  private void settle() {
    await().atMost(PATIENCE).during(Duration.ofMillis(500)).until(() -> platform.loop().isIdle());
  }

  @Test
  void aRestartFindsTheServiceAgain() throws Exception {
    deploy();
    platform.close();
    platform = started();
    awaitReady();
    assertThat(calls().http()).isEqualTo(List.of(0L, 1L, 2L));
  }

  @Test
  void whatIsDeletedIsGoneWithAllItMade() throws Exception {
    deploy();
    var cluster = platform.api().cluster();
    ObjectNode options = Json.object();
    cluster.delete(IRIS, options);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                cluster.list(Kinds.POD, "default").isEmpty()
                    && cluster.list(Kinds.KNATIVE_INGRESS, "default").isEmpty()
                    && cluster.list(Kinds.DEPLOYMENT, "default").isEmpty());
  }
}
