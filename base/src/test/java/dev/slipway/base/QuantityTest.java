package dev.slipway.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuantityTest {
  @ParameterizedTest(name = "{0} is {1}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          500m    | 500m   | 500       | thousandths stay
          0.5     | 500m   | 500       | a fraction becomes thousandths
          1000m   | 1      | 1000      | whole units drop the suffix
          2Gi     | 2Gi    | 2147483648000 | binary stays binary
          1024Mi  | 1Gi    | 1073741824000 | the largest binary suffix
          1.5Gi   | 1536Mi | 1610612736000 | no fraction is printed
          1e3     | 1e3    | 1000000   | exponents stay exponents
          100k    | 100k   | 100000000 | decimal thousands
          1500    | 1500   | 1500000   | no suffix where it would need a fraction
          12000   | 12k    | 12000000  | the largest decimal suffix
          0       | 0      | 0         | zero is bare
          -1      | -1     | -1000     | signs are kept
          0.1n    | 1n     | 1         | smaller than nano rounds up
          .5Ki    | 512    | 512000    | under 1024 binary prints bare
          """)
  void parse(String text, String canonical, long milli, String why) {
    Quantity quantity = Quantity.parse(text).orElseThrow();
    assertThat(quantity.toString()).as(why).isEqualTo(canonical);
    assertThat(quantity.milliUnits()).as(why).isEqualTo(milli);
  }

  @ParameterizedTest
  @CsvSource({"1.2.3", "Gi", "1 Gi", "1gi", "abc", "1e", "--1", "1Kii", "1e9999999"})
  void parse_noQuantity_isEmpty(String text) {
    assertThat(Quantity.parse(text)).isEmpty();
  }

  @Test
  void equals_sameValueOtherForm_isTrue() {
    assertThat(Quantity.parse("1").orElseThrow()).isEqualTo(Quantity.parse("1000m").orElseThrow());
  }
}
