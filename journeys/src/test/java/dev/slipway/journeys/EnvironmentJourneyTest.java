package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What stands for images, as a user edits the ConfigMap and makes environments; without a network.
final class EnvironmentJourneyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String IMAGE = "registry.example.com/team/widget:2.0";

  private static Path data = Path.of("");
  private static Path wheels = Path.of("");
  private static LivePlatform platform;
  private static Kubectl kubectl;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    data = Files.createTempDirectory("slipway-data");
    wheels = Files.createTempDirectory("slipway-wheels");
    wheel(wheels.resolve("widget-1.5-py3-none-any.whl"));
    platform = LivePlatform.start(data);
    kubectl = platform.kubectl();
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(data);
    LiveServer.deleteTree(wheels);
  }

  /// A package as pip installs it.
  private static void wheel(Path file) throws IOException {
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      entry(zip, "widget/__init__.py", "SIZE = 42\n");
      entry(
          zip,
          "widget-1.5.dist-info/METADATA",
          "Metadata-Version: 2.1\nName: widget\nVersion: 1.5\n");
      entry(
          zip,
          "widget-1.5.dist-info/WHEEL",
          "Wheel-Version: 1.0\nGenerator: journey\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
      entry(
          zip,
          "widget-1.5.dist-info/RECORD",
          "widget/__init__.py,,\nwidget-1.5.dist-info/METADATA,,\n"
              + "widget-1.5.dist-info/WHEEL,,\nwidget-1.5.dist-info/RECORD,,\n");
    }
  }

  private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  private static Commands.Result slipway(String... words) {
    var environment =
        Map.of(
            "PIP_NO_INDEX", "1",
            "PIP_FIND_LINKS", wheels.toString(),
            "PIP_CONFIG_FILE", "/dev/null");
    return Commands.run(Commands.java("dev.slipway.app.Main", words), environment, "");
  }

  private static String key(String name) {
    var path = "/api/v1/namespaces/slipway-system/configmaps/slipway-environments";
    return Json.text(PlatformModels.json(kubectl.ok("get", "--raw", path)), "data", name);
  }

  private static String describe(String pod) {
    return kubectl.ok("describe", "pod", pod);
  }

  /// Events come a little later than what they tell of.
  private static void awaitTold(String pod, String words) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(describe(pod)).contains(words));
  }

  @Test
  void aMappedImageWaitsForItsEnvironmentAndThenRunsInIt() {
    assertThat(key("images")).contains("tensorflow").contains("# Which environment stands for");
    var patch = Json.object();
    patch
        .putObject("data")
        .put("images", "- {image: 'widget*', environment: widget}\n" + key("images"))
        .put("environments", key("environments") + "widget: {packages: [widget]}\n");
    kubectl
        .in("slipway-system")
        .ok("patch", "configmap", "slipway-environments", "--type=merge", "-p", patch.toString());

    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: trainer}
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: %s
              command: [/usr/local/bin/python, -c]
              args: ["import os, sys, widget; print(widget.SIZE, sys.prefix == os.environ['VIRTUAL_ENV'])"]
        """
            .formatted(IMAGE));
    var run = "slipway env create widget --data " + data;
    awaitTold("trainer", "has no widget; run: " + run);
    assertThat(describe("trainer")).contains("ImagePullBackOff");

    var lacking = slipway("env", "create", "widget", "-p", "no-such-thing", "--data", "" + data);
    assertThat(lacking.ok()).isFalse();
    assertThat(lacking.err()).contains("No matching distribution found for no-such-thing");
    assertThat(slipway("env", "list", "--data", "" + data).out())
        .containsPattern("widget +python +no +run: slipway env create widget");

    var made = slipway(run.substring("slipway ".length()).split(" ", -1));
    assertThat(made.ok()).as(made::toString).isTrue();
    kubectl.ok("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/trainer", "--timeout=90s");

    assertThat(kubectl.ok("logs", "trainer")).isEqualTo("42 True\n");
    assertThat(kubectl.field(".status.containerStatuses[0].imageID", "pod/trainer"))
        .matches("slipway://widget@python3\\.\\d+/widget-1\\.5");
    assertThat(kubectl.field(".status.containerStatuses[0].restartCount", "pod/trainer"))
        .isEqualTo("0");
    awaitTold("trainer", "environment widget stands for it: Python 3.");
    awaitTold("trainer", "asks for widget 2.0; found: 1.5 (environment widget)");
    assertThat(slipway("env", "list", "--data", "" + data).out())
        .containsPattern("widget +python +yes +" + data + ".* widget 1.5.* widget\\*");
  }

  @Test
  void anyOtherImageRunsWithTheMachinesPrograms() {
    kubectl.ok("run", "plain", "--image=alpine", "--restart=Never", "--", "echo", "hi");
    kubectl.ok("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/plain", "--timeout=90s");

    assertThat(kubectl.ok("logs", "plain")).isEqualTo("hi\n");
    awaitTold("plain", "image \"alpine\" is not pulled: its command runs with this machine's own");
  }

  @Test
  void environmentsAreMadeAndDeletedByName() {
    assertThat(slipway("env", "create", "tensorfolw", "--data", "" + data).err())
        .contains("no environment is called tensorfolw; known: java, jax, ")
        .contains("tensorflow");
    var python =
        Commands.run(List.of("sh", "-c", "command -v python3"), Map.of(), "").out().strip();
    var made = slipway("env", "create", "tiny", "--python", python, "--data", "" + data);
    assertThat(made.ok()).as(made::toString).isTrue();
    assertThat(slipway("env", "create", "tiny", "--python", python, "--data", "" + data).err())
        .contains("is there already")
        .contains("--replace");
    var again =
        slipway("env", "create", "tiny", "--python", python, "--replace", "--data", "" + data);
    assertThat(again.ok()).as(again::toString).isTrue();

    assertThat(slipway("env", "delete", "tiny", "--data", "" + data).out())
        .isEqualTo("environment tiny deleted\n");
    assertThat(slipway("env", "delete", "tiny", "--data", "" + data).ok()).isFalse();
  }
}
