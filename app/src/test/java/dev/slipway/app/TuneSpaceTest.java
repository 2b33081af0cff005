package dev.slipway.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TuneSpaceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lr=1e-5..1:log      | Real[name=lr, min=1.0E-5, max=1.0, step=0.0, distribution=LOG_UNIFORM]
          layers=1..8         | Whole[name=layers, min=1, max=8, step=1, distribution=UNIFORM]
          rate=0..1:step=0.1  | Real[name=rate, min=0.0, max=1.0, step=0.1, distribution=UNIFORM]
          n=-4..4:step=2      | Whole[name=n, min=-4, max=4, step=2, distribution=UNIFORM]
          width=16,32         | Discrete[name=width, values=[16, 32], distribution=UNIFORM]
          opt=adam,sgd        | Categorical[name=opt, values=[adam, sgd]]
          """)
  void parses(String text, String expected) {
    assertThat(TuneSpace.parse(text)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"lr", "lr=", "=1..2", "lr=1..", "lr=1..2..3", "lr=1..2:up", "n=1..2:step=x"})
  void saysWhatItExpects(String text) {
    assertThatThrownBy(() -> TuneSpace.parse(text)).hasMessageContaining("expected NAME=MIN..MAX");
  }
}
