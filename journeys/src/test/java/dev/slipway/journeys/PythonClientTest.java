package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Debian's python3-kubernetes.
final class PythonClientTest {
  private static final String PYTHON = "/usr/bin/python3";

  @RegisterExtension static final LiveServer SERVER = new LiveServer();

  @Test
  void thePythonClientIsThere() {
    Commands.Result result = Commands.run(List.of(PYTHON, "-c", "import kubernetes"), Map.of(), "");

    assertThat(result.ok()).as("needs the Debian package python3-kubernetes\n" + result).isTrue();
  }

  @Test
  void createsReadsPatchesWatchesAndDeletes() {
    Commands.Result result =
        Commands.run(
            List.of(
                PYTHON,
                Path.of("src/test/python/journey.py").toString(),
                SERVER.kubeconfig().toString()),
            Map.of("PYTHONDONTWRITEBYTECODE", "1", "HOME", SERVER.scratch().toString()),
            "");

    assertThat(result.ok()).as(result::toString).isTrue();
    assertThat(result.out()).endsWith("done\n");
  }
}
