package dev.slipway.tuning.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.tuning.Distribution;
import dev.slipway.tuning.Parameter;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpaceTest {

  @ParameterizedTest(name = "{7}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # kind | min  | max   | step | distribution | place | text   | why
          real   | 0    | 10    | 0    | UNIFORM      | 0.25  | 2.5    | a line
          real   | 1e-5 | 1e-1  | 0    | LOG_UNIFORM  | 0     | 1e-05  | the range's end is itself
          real   | 1e-5 | 1e-1  | 0    | LOG_UNIFORM  | 1     | 0.1    | and so is the other
          real   | 0    | 1     | 0.1  | UNIFORM      | 0.32  | 0.3    | no binary rest
          real   | 0    | 1     | 0.3  | UNIFORM      | 1     | 0.9    | the last step within the range
          real   | 0    | 6     | 0    | NORMAL       | 0.5   | 3.0    | the mean is the middle
          real   | 1    | 10000 | 0    | LOG_NORMAL   | 0.5   | 100.0  | of the logarithms
          real   | 2    | 2     | 0    | UNIFORM      | 0.7   | 2.0    | a range of one value
          real   | 0    | 2e20  | 0    | UNIFORM      | 0.5   | 1e+20  | large numbers keep their size
          whole  | 1    | 5     | 1    | UNIFORM      | 0     | 1      | no fraction
          whole  | 1    | 5     | 1    | UNIFORM      | 0.999 | 5      | all cells are equally wide
          whole  | 16   | 128   | 16   | UNIFORM      | 0.13  | 32     | steps count from min
          whole  | 1    | 1024  | 1    | LOG_UNIFORM  | 0.5   | 23     | between one half and 1024 and a half
          whole  | -3   | 3     | 1    | NORMAL       | 0.5   | 0      | ranges may be negative
          """)
  void text(
      String kind,
      double min,
      double max,
      double step,
      Distribution distribution,
      double place,
      String text,
      String why) {
    Parameter parameter =
        kind.equals("real")
            ? new Parameter.Real("x", min, max, step, distribution)
            : new Parameter.Whole("x", (long) min, (long) max, (long) step, distribution);
    Axis axis = Space.of(List.of(parameter)).axis(0);
    assertThat(axis.text(place)).as(why).isEqualTo(text);
    assertThat(axis.text(axis.place(text).orElseThrow())).as("there and back").isEqualTo(text);
  }

  @Test
  void numbersOfAListStandInOrder() {
    Axis axis =
        Space.of(
                List.of(
                    new Parameter.Discrete(
                        "x", List.of("128", "16", "1e3", "32"), Distribution.UNIFORM)))
            .axis(0);
    assertThat(List.of(axis.value(0), axis.value(1), axis.value(2), axis.value(3)))
        .containsExactly("16", "32", "128", "1e3");
    assertThat(axis.ordered()).isTrue();
    assertThat(axis.place("1000")).as("the same number").hasValue(0.875);
  }

  @Test
  void wordsOfAListHaveNoOrder() {
    var list = new Parameter.Discrete("x", List.of("b", "1"), Distribution.UNIFORM);
    Axis axis = Space.of(List.of(list)).axis(0);
    assertThat(axis.ordered()).isFalse();
    assertThat(axis.value(0)).isEqualTo("b");
  }

  @Test
  void normalDistributionsHaveASixthOfTheRangeAsDeviation() {
    Axis axis = Space.of(List.of(new Parameter.Real("x", 0, 6, 0, Distribution.NORMAL))).axis(0);
    assertThat(Double.parseDouble(axis.text(0.8413 * 0.9973 + 0.00135))).isCloseTo(4, within(0.01));
  }

  @Test
  void nothingLiesOutsideItsRange() {
    long seed = 20;
    SplittableRandom random = new SplittableRandom(seed);
    for (Distribution distribution : Distribution.values()) {
      for (int i = 0; i < 300; i++) {
        double min = Math.exp(random.nextDouble(-20, 10));
        double max = min * (1 + random.nextDouble(0, 3));
        double step = i % 2 == 0 ? 0 : (max - min) * random.nextDouble(0.01, 1.2) + 1e-300;
        Axis axis =
            Space.of(List.of(new Parameter.Real("x", min, max, step, distribution))).axis(0);
        double value = Double.parseDouble(axis.text(random.nextDouble(-0.2, 1.2)));
        assertThat(value).as("seed %s, draw %s", seed, i).isBetween(min, max);
      }
    }
  }

  @Test
  void aPointOutsideIsNone() {
    Space space = Space.of(List.of(new Parameter.Whole("x", 1, 4, 1, Distribution.UNIFORM)));
    assertThat(space.point(Map.of("x", "5"))).isEmpty();
    assertThat(space.point(Map.of("x", "four"))).isEmpty();
    assertThat(space.point(Map.of("y", "2"))).isEmpty();
    assertThat(space.point(Map.of("x", "2.0"))).isPresent();
  }
}
