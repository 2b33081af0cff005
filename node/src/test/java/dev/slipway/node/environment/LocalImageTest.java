package dev.slipway.node.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalImageTest {
  @TempDir Path directory;
  private LocalImage image;
  private Path own;
  private Path other;

  @BeforeEach
  void make() throws IOException {
    own = program("environment/bin/tool");
    other = program("another/bin/tool");
    image =
        new LocalImage(
            "id", List.of(own.getParent()), Map.of(), EntryPoint.UNKNOWN, Map.of(), List.of());
  }

  private Path program(String name) throws IOException {
    var file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  @Test
  void aNameAndAPlaceOfImagesMeanTheEnvironmentsOwn() {
    assertThat(image.program("tool")).contains(own);
    assertThat(image.program("/usr/local/bin/tool")).contains(own);
    assertThat(image.program("/opt/somewhere/bin/tool")).contains(own);
  }

  @Test
  void aProgramOfThisMachineStaysWhatItIs() {
    assertThat(image.program(other.toString())).isEmpty();
  }

  @Test
  void aProgramThatTheEnvironmentHasNotIsLookedForElsewhere() {
    assertThat(image.program("sh")).isEmpty();
    assertThat(image.program("/work/tool")).isEmpty();
  }
}
