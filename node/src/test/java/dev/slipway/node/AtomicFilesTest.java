package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.node.AtomicFiles.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFilesTest {
  @TempDir Path directory = Path.of("");
  private AtomicFiles files = new AtomicFiles(directory);

  @BeforeEach
  void make() {
    files = new AtomicFiles(directory);
  }

  private static Content content(String text) {
    return new Content(text.getBytes(StandardCharsets.UTF_8), 0640);
  }

  private List<String> names() throws IOException {
    try (var all = Files.list(directory)) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void filesAreReadThroughOneLinkThatTurnsOver() throws IOException {
    assertThat(files.write(Map.of("a", content("1"), "d/b", content("2")), "one")).isTrue();

    assertThat(names()).containsExactly("..data", "..one", "a", "d");
    assertThat(directory.resolve("a")).hasContent("1");
    assertThat(directory.resolve("d/b")).hasContent("2");
    assertThat(Files.readSymbolicLink(directory.resolve("..data"))).hasToString("..one");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a"))))
        .isEqualTo("rw-r-----");

    assertThat(files.write(Map.of("a", content("3")), "two")).isTrue();

    assertThat(names())
        .as("what is not wanted any more is gone")
        .containsExactly("..data", "..two", "a");
    assertThat(directory.resolve("a")).hasContent("3");
  }

  @Test
  void whatIsTheSameIsNotWrittenAgain() throws IOException {
    files.write(Map.of("a", content("1")), "one");

    assertThat(files.write(Map.of("a", content("1")), "two")).isFalse();

    assertThat(names()).containsExactly("..data", "..one", "a");
  }

  @Test
  void aNameThatLeadsOutIsRefused() {
    assertThatThrownBy(() -> files.write(Map.of("../../out", content("1")), "one"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("leads out of its volume");
    assertThat(Files.exists(directory.resolve("../out"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }
}
