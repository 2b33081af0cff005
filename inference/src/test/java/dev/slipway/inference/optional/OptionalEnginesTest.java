package dev.slipway.inference.optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionalEnginesTest {
  private static final String SOURCE =
      """
      package elsewhere;
      import dev.slipway.inference.engine.*;
      public final class FarEngine implements Engine {
        public String format() { return "tensorflow"; }
        public boolean recognises(java.nio.file.Path artifact) { return true; }
        public LoadedModel load(ModelSource source) throws ModelLoadException {
          throw new ModelLoadException("far engine asked for " + source.name());
        }
      }
      """;

  @TempDir private Path home;
  private Path jar = Path.of("");

  @BeforeEach
  void engineInAJar() throws IOException, URISyntaxException {
    var source = home.resolve("FarEngine.java");
    Files.writeString(source, SOURCE);
    var compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                Path.of(Engine.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString(),
                "-d",
                home.resolve("classes").toString(),
                source.toString());
    assertThat(compiled).isZero();
    jar = home.resolve("far.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("elsewhere/FarEngine.class"));
      out.write(Files.readAllBytes(home.resolve("classes/elsewhere/FarEngine.class")));
      out.putNextEntry(new JarEntry("META-INF/services/" + Engine.class.getName()));
      out.write("elsewhere.FarEngine".getBytes(StandardCharsets.UTF_8));
    }
  }

  private OptionalEngine proxy(Optional<Path> checkout) {
    return new OptionalEngine.TensorFlow(new OptionalEngines(home.resolve("engines"), checkout));
  }

  private void assertLoads(OptionalEngine proxy) {
    assertThatThrownBy(() -> proxy.load(ModelSource.of("m", home)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("far engine asked for m");
  }

  @Test
  void loadsAnEngineFromADirectoryOfJars() throws IOException {
    Files.createDirectories(home.resolve("engines/tensorflow"));
    Files.copy(jar, home.resolve("engines/tensorflow/far.jar"));
    assertLoads(proxy(Optional.empty()));
  }

  @Test
  void saysWhatToPutWhereIfThereIsNoCheckout() {
    assertThatThrownBy(() -> proxy(Optional.empty()).load(ModelSource.of("m", home)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContainingAll(
            "engines/tensorflow", "org.tensorflow:tensorflow-core-native:1.1.0:linux-x86_64");
  }

  @Test
  void fetchesOnceWithTheMavenWrapperHoweverManyAsk() throws Exception {
    var checkout = checkout("cp '" + jar + "' \"$directory\"");
    try (var threads = Executors.newFixedThreadPool(4)) {
      var asked =
          threads.invokeAll(
              java.util.Collections.nCopies(
                  4,
                  (Callable<Boolean>)
                      () -> {
                        assertLoads(proxy(Optional.of(checkout)));
                        return true;
                      }));
      for (var each : asked) {
        assertThat(each.get()).isTrue();
      }
    }
    assertThat(Files.readAllLines(checkout.resolve("calls"))).hasSize(1);
    assertThat(Files.readString(checkout.resolve("calls")))
        .contains("-pl engines/tensorflow -am package");
    assertThat(names(home.resolve("engines"))).containsExactly("tensorflow", "tensorflow.lock");
  }

  @Test
  void leavesNothingBehindWhereMavenFails() throws IOException {
    var checkout = checkout("touch \"$directory/half.jar\"; echo '[ERROR] no network'; exit 1");
    assertThatThrownBy(() -> proxy(Optional.of(checkout)).load(ModelSource.of("m", home)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContainingAll("cannot be fetched", "no network");
    assertThat(names(home.resolve("engines"))).containsExactly("tensorflow.lock");
  }

  private Path checkout(String action) throws IOException {
    var checkout = Files.createDirectories(home.resolve("checkout"));
    Files.createDirectories(checkout.resolve("engines/tensorflow"));
    Files.createFile(checkout.resolve("engines/tensorflow/pom.xml"));
    var script =
        """
        #!/bin/sh
        echo "$*" >> calls
        for each; do case "$each" in -Dengine.directory=*) directory="${each#*=}";; esac; done
        """;
    var wrapper = checkout.resolve("mvnw");
    Files.writeString(wrapper, script + action + "\n");
    Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
    return checkout;
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void isFoundAsAnEngineAndRecognisesModelsWithoutLoadingOne() throws IOException {
    assertThat(ServiceLoader.load(Engine.class).stream().map(each -> each.get().format()))
        .contains("tensorflow", "pytorch");
    var tensorflow = proxy(Optional.empty());
    var torch = new OptionalEngine.PyTorch(OptionalEngines.ofSystem());
    var saved = Files.createDirectories(home.resolve("saved/3"));
    Files.createFile(saved.resolve("saved_model.pb"));
    assertThat(tensorflow.recognises(home.resolve("saved"))).isTrue();
    assertThat(torch.recognises(home.resolve("saved"))).isFalse();
    Files.createFile(home.resolve("net.pth"));
    assertThat(torch.recognises(home.resolve("net.pth"))).isTrue();
    assertThat(torch.recognises(home)).isTrue();
    assertThat(tensorflow.recognises(home.resolve("net.pth"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Downloaded from central: https://r.io/a/big-1.0.jar (155 MB at 20 MB/s) | downloaded big-1.0.jar (155 MB at 20 MB/s)
          Downloaded from central: https://r.io/a/small-1.0.jar (15 kB at 2 kB/s) | ''
          Downloading from central: https://r.io/a/big-1.0.jar                    | ''
          [INFO] Building Slipway inference 0.1.0                           [2/4] | building Slipway inference 0.1.0                           [2/4]
          [INFO] Nothing to compile                                               | ''
          """)
  void tellsOfLargeDownloadsAndModules(String line, String told) {
    assertThat(EngineFetch.progress(line).orElse("")).isEqualTo(told);
  }
}
