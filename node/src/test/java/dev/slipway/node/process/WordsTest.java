package dev.slipway.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WordsTest {
  private static final Words WORDS =
      new Words(
          Map.of("/data", "/host/d", "/data/deep", "/host/deep", "/host", "/elsewhere"),
          Map.of(8080, 41000));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /data/x                   | /host/d/x                 | below a mount
          /data                     | /host/d                   | a mount itself
          --in=/data,/data/deep/y   | --in=/host/d,/host/deep/y | the deepest mount counts
          cat '/data/a' > /data     | cat '/host/d/a' > /host/d | within a script
          /database/x               | /database/x               | another name
          /var/data/x               | /var/data/x               | within another path
          https://a.b/data/x        | https://a.b/data/x        | within an address
          file:///data/x            | file:///host/d/x          | a file's address
          --http_port=8080          | --http_port=41000         | a flag named for a port
          --grpc-port=8081          | --grpc-port=8081          | another port
          --workers=8080            | --workers=8080            | a flag named otherwise
          8080                      | 8080                      | a number alone
          """)
  void aWordMeansWhatItMeantInTheContainer(String word, String here, String why) {
    assertThat(WORDS.command(List.of(word))).as(why).containsExactly(here);
  }

  @ParameterizedTest
  @CsvSource({
    "PORT,8080,41000",
    "HTTP_PORT,8080,41000",
    "PORTION,8080,8080",
    "SIZE,8080,8080",
    "CONFIG,/data/c,/host/d/c"
  })
  void aVariableToo(String name, String value, String here) {
    assertThat(WORDS.variable(name, value)).isEqualTo(here);
  }

  @ParameterizedTest
  @CsvSource({"--port,41000", "-p,41000", "--http_port,41000", "--seed,8080"})
  void aPortFollowsItsFlag(String flag, String here) {
    assertThat(WORDS.command(List.of(flag, "8080"))).containsExactly(flag, here);
  }
}
