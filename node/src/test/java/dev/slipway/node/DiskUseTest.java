package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DiskUseTest {
  private static final int FILE_BYTES = 300 * 1024;

  @TempDir Path home = Path.of("");

  /// @param limit of container `a`, and of the volume
  private static Resource pod(String limit, String volume) {
    return Resource.of(
        Kinds.POD,
        Json.parseObject(
            """
            {"metadata": {"name": "p"}, "spec": {
              "containers": [{"name": "a", "resources": {"limits": {%s}}}, {"name": "b"}],
              "volumes": [{"name": "v", "emptyDir": {%s}}]}}
            """
                .formatted(limit, volume)));
  }

  private static Path filled(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.write(directory.resolve("file"), new byte[FILE_BYTES]);
    return directory;
  }

  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # limit of a                 | of the volume                              | a writes | expected                                            | why
          "ephemeral-storage": "1Mi"   | ``                                         | true     | ``                                                  | all within
          "ephemeral-storage": "100Ki" | ``                                         | true     | `Container a exceeded its local ephemeral storage limit "100Ki". ` | its own files
          "ephemeral-storage": "400Ki" | ``                                         | true     | `Pod ephemeral local storage usage exceeds the total limit of containers 400Ki. ` | volumes count for the pod
          "ephemeral-storage": "200Ki" | "medium": "Memory"                         | false    | ``                                                  | what is in memory is not on disk
          ``                           | "sizeLimit": "100Ki"                       | false    | `Usage of EmptyDir volume "v" exceeds the limit "100Ki". ` | a volume's own limit
          ``                           | "sizeLimit": "0"                           | false    | ``                                                  | 0 is no limit
          """)
  void excess(String limit, String volume, boolean writes, String expected, String why)
      throws IOException {
    if (writes) {
      filled(home.resolve("home/a"));
    }
    var own = filled(home.resolve("volumes/v"));

    assertThat(DiskUse.excess(pod(limit, volume), home, Map.of("v", own)).orElse(""))
        .as(why)
        .isEqualTo(expected);
  }

  @Test
  void onlyPodsWithALimitAreLookedAt() {
    assertThat(DiskUse.isLimited(pod("", ""))).isFalse();
    assertThat(DiskUse.isLimited(pod("\"memory\": \"1Gi\"", ""))).isFalse();
    assertThat(DiskUse.isLimited(pod("\"ephemeral-storage\": \"1Gi\"", ""))).isTrue();
    assertThat(DiskUse.isLimited(pod("", "\"sizeLimit\": \"1Mi\""))).isTrue();
  }
}
