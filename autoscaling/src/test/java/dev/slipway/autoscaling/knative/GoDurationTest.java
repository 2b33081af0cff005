package dev.slipway.autoscaling.knative;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GoDurationTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "0, PT0S, 0s",
    "5s, PT5S, 5s",
    "30s, PT30S, 30s",
    "1478s, PT1478S, 24m38s",
    "-5s, PT-5S, -5s",
    "+5s, PT5S, 5s",
    "5.6s, PT5.6S, 5.6s",
    "5.s, PT5S, 5s",
    ".5s, PT0.5S, 500ms",
    "1.004s, PT1.004S, 1.004s",
    "10ns, PT0.00000001S, 10ns",
    "11us, PT0.000011S, 11µs",
    "12µs, PT0.000012S, 12µs",
    "13ms, PT0.013S, 13ms",
    "3h30m, PT3H30M, 3h30m0s",
    "10.5s4m, PT4M10.5S, 4m10.5s",
    "1h2m3s4ms, PT1H2M3.004S, 1h2m3.004s",
    "365h, PT365H, 365h0m0s",
    "0.1h, PT6M, 6m0s",
  })
  void readsAndWritesAsGo(String text, Duration duration, String printed) {
    assertThat(GoDuration.parse(text)).contains(duration);
    assertThat(GoDuration.text(duration)).isEqualTo(printed);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"", "3", "-", "s", ".", "-.", ".s", "+.s", "1d", "1 s", "1s ", "x1s", "9999999h"})
  void whatGoRefuses(String text) {
    assertThat(GoDuration.parse(text)).isEmpty();
  }

  @Test
  void longText_isRefusedWithoutReadingIt() {
    assertThat(GoDuration.parse("9".repeat(1_000_000) + "s")).isEmpty();
  }
}
