package dev.slipway.katib.parse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.tuning.StoppingRule;
import dev.slipway.tuning.StoppingRule.Comparison;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StoppingWatchTest {
  @ParameterizedTest(name = "{5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # goal    | rule        | start | reports          | stops at | why
          maximize  | LESS 0.5    |   3   | .1 .2 .3 .4      |    3     | looked at from the third report
          maximize  | LESS 0.5    |   3   | .6 .2 .3 .1      |    0     | the best so far counts
          minimize  | GREATER 0.5 |   2   | .9 .8            |    2     | smaller is better
          minimize  | GREATER 0.5 |   2   | .9 .4 .9 .9      |    0     | the best so far counts
          maximize  | EQUAL 0.5   |   0   | .1 .5            |    2     | no start: at every report
          maximize  | LESS 0.5    |   2   | nan .1 x .2      |    4     | what is no number is no report
          """)
  void stops(String goal, String rule, int start, String reports, int stopsAt, String why) {
    var words = rule.split(" ", -1);
    var rules =
        List.of(
            new StoppingRule(
                "acc", Double.parseDouble(words[1]), Comparison.valueOf(words[0]), start));
    var watch = new StoppingWatch("acc", goal.equals("maximize"), rules);
    int at = 0;
    int stopped = 0;
    for (var each : reports.split(" ", -1)) {
      at++;
      if (watch.report(List.of(log("acc", each.equals("nan") ? "NaN" : each)))) {
        stopped = at;
      }
    }
    assertThat(stopped).as(why).isEqualTo(stopsAt);
  }

  @Test
  void allRulesHaveToHold() {
    var rules = new ArrayList<StoppingRule>();
    rules.add(new StoppingRule("acc", 0.5, Comparison.LESS, 0));
    rules.add(new StoppingRule("loss", 2, Comparison.GREATER, 0));
    var watch = new StoppingWatch("acc", true, rules);
    assertThat(watch.report(List.of(log("acc", ".1"), log("loss", "1")))).isFalse();
    assertThat(watch.report(List.of(log("loss", "3")))).isTrue();
    assertThat(watch.report(List.of(log("loss", "4")))).as("once").isFalse();
  }

  @Test
  void withoutRulesNothingStops() {
    var watch = new StoppingWatch("acc", true, List.of());
    assertThat(watch.report(List.of(log("acc", "0")))).isFalse();
  }

  private static MetricLog log(String name, String value) {
    return new MetricLog(LineParser.NO_TIME, name, value);
  }
}
