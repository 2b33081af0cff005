package dev.slipway.engines.tensorflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.inference.engine.ModelSource;
import java.io.File;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The library writes to the console by itself, once in a process: so a process of its own.
final class QuietTest {
  /// Loads and asks the models named.
  public static void main(String... models) throws Exception {
    for (var name : models) {
      var directory = Samples.HOME.resolve(name).resolve("model");
      try (var model = new TensorFlowEngine().load(ModelSource.of(name, directory))) {
        for (var sample : Samples.of(name)) {
          model.infer(sample.call());
        }
      }
    }
    System.out.println("answered");
  }

  @Test
  void loadingAndAskingWritesNothingToTheConsole() throws Exception {
    var home =
        Objects.requireNonNull(
            Objects.requireNonNull(Samples.model("mlp").getParent(), "model").getParent(),
            "samples");
    var command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Dsamples=" + home,
            "-cp",
            System.getProperty("java.class.path"),
            QuietTest.class.getName(),
            "mlp",
            "words",
            "two_inputs");
    var errors = File.createTempFile("quiet", ".err", home.toFile());
    command.environment().remove("TF_CPP_MIN_LOG_LEVEL");
    var process = command.redirectError(errors).start();
    var answer = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(errors).isEmpty();
    assertThat(answer).endsWith("answered\n");
  }
}
