package dev.slipway.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.ApiServer;
import dev.slipway.apiserver.ApiServerSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// The commands for people without kubectl, against a server in this process.
final class ExamplesTest {
  @TempDir static Path data;

  private static ApiServer server;

  private record Run(int code, String out, String err) {}

  @BeforeAll
  static void start() {
    server = ApiServer.start(new ApiServerSettings(data, "127.0.0.1", 0));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("..", "examples"))) {
      return files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleApplies(Path example) {
    Run run = slipway("apply", "-f", example.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(slipway("apply", "-f", example.toString()).out()).doesNotContain("created");
  }

  @Test
  void applyNamesEveryVariableThatIsNotSet() throws IOException {
    Path manifest = data.resolve("unset.yaml");
    Files.writeString(manifest, "metadata: {name: \"${NO_SUCH_NAME_A}-${NO_SUCH_NAME_B}\"}\n");
    Run run = slipway("apply", "-f", manifest.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("not set in the environment: NO_SUCH_NAME_A, NO_SUCH_NAME_B");
  }

  @Test
  void applyFillsInTheTime() throws IOException {
    Path manifest = data.resolve("stamped.yaml");
    Files.writeString(
        manifest,
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: stamped-${TIMESTAMP}
        """);
    Run run = slipway("apply", "-f", manifest.toString());
    assertThat(run.out()).matches("configmap/stamped-\\d{8}-\\d{6} created\\s+");
  }

  @Test
  void getPrintsTheServersTable() {
    Run run = slipway("get", "ns");
    assertThat(run.out().lines().findFirst().orElseThrow()).startsWith("NAME");
    assertThat(run.out()).contains("default", "kube-system", "Active");
  }

  @Test
  void anUnknownTypeIsOneSentence() {
    Run run = slipway("get", "unicorns");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .isEqualToIgnoringNewLines("slipway: the server doesn't have a resource type \"unicorns\"");
  }

  @Test
  void deleteTakesWhatAManifestNames() throws IOException {
    Path manifest = data.resolve("gone.yaml");
    Files.writeString(manifest, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: gone}\n");
    slipway("apply", "-f", manifest.toString());
    assertThat(slipway("delete", "-f", manifest.toString()).out())
        .contains("configmap/gone deleted");
    Run again = slipway("get", "cm", "gone");
    assertThat(again.err()).contains("Error from server (NotFound): configmaps \"gone\" not found");
  }

  private static Run slipway(String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] all =
        Stream.concat(Stream.of(words), Stream.of("--kubeconfig", server.kubeconfig().toString()))
            .toArray(String[]::new);
    return new Run(line.execute(all), out.toString(), err.toString());
  }
}
