package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LogQueryTest {
  private static InputStream log() {
    return new ByteArrayInputStream(
        """
        2026-01-01T00:00:01.000000000Z one
        2026-01-01T00:00:02.000000000Z two words
        2026-01-01T00:00:03.000000000Z three
        """
            .getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest(name = "{6}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # follow | timestamps | tail | since | limit | wanted | why
          false | false | - | - | - | one/two words/three/ | everything, without times
          false | true  | 1 | - | - | 2026-01-01T00:00:03.000000000Z three/ | the last line with its time
          false | false | 2 | - | - | two words/three/ | the last two
          false | false | 0 | - | - | '' | none of what is there
          false | false | 9 | - | - | one/two words/three/ | more than there are
          false | false | - | 2026-01-01T00:00:02Z | - | two words/three/ | from a time on
          false | false | - | - | 6 | one/tw | so many bytes
          true  | false | 1 | - | - | three/ | follows from the last line
          true  | false | - | - | - | one/two words/three/ | follows from the beginning
          """)
  void copy(
      boolean follow,
      boolean timestamps,
      Long tail,
      Instant since,
      Long limit,
      String wanted,
      String why)
      throws IOException {
    var query =
        new LogQuery(
            follow,
            timestamps,
            Optional.ofNullable(tail),
            Optional.ofNullable(since),
            Optional.ofNullable(limit));
    var out = new ByteArrayOutputStream();

    query.copy(log(), LogQueryTest::log, out);

    assertThat(out.toString(StandardCharsets.UTF_8).replace('\n', '/')).as(why).isEqualTo(wanted);
  }
}
