package dev.slipway.node.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ContainerLogTest {
  private static ContainerLog log() {
    return new ContainerLog(() -> Instant.EPOCH);
  }

  private static List<String> lines(ContainerLog log) throws IOException {
    var text = new String(log.read(false).readAllBytes(), StandardCharsets.UTF_8);
    return text.lines().map(line -> line.substring(line.indexOf(' ') + 1)).toList();
  }

  @Test
  void goesOnInTheLogOfWhoeverFollows() throws IOException {
    var first = log();
    var second = log();
    first.write("one");
    first.goesOnIn(second);
    second.write("two");
    first.write("three");
    first.end();
    assertThat(lines(second)).containsExactly("one", "two", "three");
    assertThat(lines(first)).containsExactly("one", "three");
  }

  @Test
  void tellsItsEnd() {
    var ends = new AtomicInteger();
    var log = log();
    log.atEnd(ends::incrementAndGet);
    assertThat(ends).hasValue(0);
    log.end();
    assertThat(ends).hasValue(1);
  }
}
