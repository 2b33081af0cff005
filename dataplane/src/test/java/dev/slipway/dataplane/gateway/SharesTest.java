package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SharesTest {
  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1       | 000000     | one backend takes all
          1 1     | 010101     | halves alternate
          100 0   | 000000     | weight 0 gets nothing
          0 3     | 111111     | wherever it stands
          90 10   | 0000010000 | a tenth is one in ten
          2 1 1   | 0120       | thirds are spread
          """)
  void spreadsTurnsEvenly(String weights, String turns, String why) {
    var shares = new Shares(parse(weights));
    var taken = new int[parse(weights).length];
    for (int i = 0; i < turns.length(); i++) {
      taken[shares.next()]++;
    }
    var expected = new int[taken.length];
    turns.chars().forEach(turn -> expected[turn - '0']++);
    assertThat(taken).as(why).isEqualTo(expected);
  }

  private static int[] parse(String weights) {
    return Arrays.stream(weights.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
  }

  @Test
  void everyStretchOfRequestsIsWithinTwoOfTheExactShares() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int[] weights = random.ints(1 + random.nextInt(5), 0, 101).toArray();
      weights[0]++;
      long sum = Arrays.stream(weights).sum();
      var shares = new Shares(weights);
      int start = random.nextInt(300);
      for (int i = 0; i < start; i++) {
        shares.next();
      }
      var taken = new int[weights.length];
      for (int n = 1; n <= 500; n++) {
        taken[shares.next()]++;
        for (int i = 0; i < weights.length; i++) {
          double exact = (double) n * weights[i] / sum;
          assertThat(Math.abs(taken[i] - exact))
              .as("seed %d: %s after %d", seed, Arrays.toString(weights), n)
              .isLessThan(2);
        }
      }
    }
  }

  @Test
  void aWholeRoundIsExact() {
    var shares = new Shares(new int[] {70, 29, 1});
    var taken = new int[3];
    for (int i = 0; i < 100; i++) {
      taken[shares.next()]++;
    }
    assertThat(taken).containsExactly(70, 29, 1);
  }

  @Test
  void largeWeightsKeepTheirProportion() {
    var shares = new Shares(new int[] {1_999_999, 1_000_003, 1});
    var taken = new int[3];
    for (int i = 0; i < 10_000; i++) {
      taken[shares.next()]++;
    }
    assertThat(taken[0]).isBetween(6_660, 6_670);
    assertThat(taken[2]).isBetween(1, 2);
  }

  @Test
  void needsAWeight() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Shares(new int[] {0, 0}));
  }
}
