package dev.slipway.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BytesTest {
  @ParameterizedTest(name = "{0} is {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
                      0 | 0 bytes     | nothing
                   1000 | 1000 bytes  | below a kibibyte every byte counts
                   1536 | 1.5 KiB     | one place
                1048576 | 1 MiB       | no place that says nothing
              314572800 | 300 MiB     |
          1099511627776 | 1048576 MiB | nothing above, so that sizes compare
          """)
  void words(long bytes, String words, String why) {
    assertThat(Bytes.words(bytes)).as(why).isEqualTo(words);
  }
}
