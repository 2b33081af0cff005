package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostPathTest {
  @TempDir Path directory = Path.of("");

  @ParameterizedTest(name = "{0} of {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                | nothing   | ''
          Directory         | directory | ''
          Directory         | file      | directory
          Directory         | nothing   | directory
          DirectoryOrCreate | nothing   | ''
          DirectoryOrCreate | file      | directory
          File              | file      | ''
          File              | directory | file
          FileOrCreate      | nothing   | ''
          FileOrCreate      | directory | file
          Socket            | file      | socket file
          CharDevice        | file      | character device
          BlockDevice       | nothing   | block device
          """)
  void checked(String type, String there, String missing) throws IOException {
    var path = directory.resolve("place");
    switch (there) {
      case "directory" -> Files.createDirectory(path);
      case "file" -> Files.createFile(path);
      default -> {}
    }
    if (missing.isEmpty()) {
      assertThat(HostPath.checked(path, type)).isEqualTo(path);
      assertThat(Files.exists(path)).isEqualTo(!type.isEmpty());
    } else {
      assertThatThrownBy(() -> HostPath.checked(path, type))
          .isInstanceOf(IOException.class)
          .hasMessage("hostPath type check failed: " + path + " is not a " + missing);
    }
  }

  @Test
  void aDeviceIsKnownByItsKind() throws IOException {
    var device = Path.of("/dev/null");
    assertThat(HostPath.checked(device, "CharDevice")).isEqualTo(device);
    assertThatThrownBy(() -> HostPath.checked(device, "BlockDevice"))
        .hasMessage("hostPath type check failed: /dev/null is not a block device");
  }
}
