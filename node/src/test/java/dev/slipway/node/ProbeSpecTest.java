package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProbeSpecTest {
  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                          | 10 | 1 | 3 | Kubernetes' own numbers
          {"periodSeconds":0,"timeoutSeconds":0}      | 10 | 1 | 3 | 0 is not given
          {"failureThreshold":0,"periodSeconds":1}    |  1 | 1 | 3 | each for itself
          {"periodSeconds":5,"timeoutSeconds":2,"failureThreshold":1} | 5 | 2 | 1 | as given
          """)
  void numbers(String given, int period, int timeout, int failures, String why) {
    var container = Json.object();
    var probe = Json.parseObject(given);
    probe.putObject("tcpSocket").put("port", 8080);
    container.set("readinessProbe", probe);

    var spec = ProbeSpec.of(container, "readinessProbe").orElseThrow();

    assertThat(spec.period()).as(why).isEqualTo(Duration.ofSeconds(period));
    assertThat(spec.timeout()).isEqualTo(Duration.ofSeconds(timeout));
    assertThat(spec.failures()).isEqualTo(failures);
    assertThat(spec.successes()).isEqualTo(1);
  }
}
