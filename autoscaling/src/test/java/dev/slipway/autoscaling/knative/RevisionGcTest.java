package dev.slipway.autoscaling.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.autoscaling.knative.RevisionGc.Revision;
import dev.slipway.base.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The cases of knative/serving `pkg/reconciler/gc/gc_test.go` and `pkg/gc/config_test.go`.
final class RevisionGcTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  private static Optional<Duration> minutes(int minutes) {
    return minutes < 0 ? Optional.empty() : Optional.of(Duration.ofMinutes(minutes));
  }

  /// `a-13 b-12! c-11+`: minutes since the last traffic; `!` is kept, `+` was created by then and
  /// never routed.
  private static List<Revision> revisions(String text) {
    var list = new ArrayList<Revision>();
    for (String each : text.split(" ", -1)) {
      int dash = each.indexOf('-');
      boolean kept = each.endsWith("!");
      boolean fresh = each.endsWith("+");
      String number = each.substring(dash + 1).replace("!", "").replace("+", "");
      Instant active = NOW.minus(Duration.ofMinutes(Integer.parseInt(number)));
      list.add(
          new Revision(
              each.substring(0, dash),
              fresh ? active : NOW.minus(Duration.ofDays(1)),
              fresh ? Optional.empty() : Optional.of(active),
              kept));
    }
    return list;
  }

  @ParameterizedTest(name = "{6}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # revisions | since created | since active | least | most | deleted | why
          a-11!           | 5  | 5  | 1 | -1 | ''    | too few
          a-13 b-12 c-11! | 5  | 5  | 1 | -1 | a     | the oldest goes, one stays
          a-13! b-12! c-11! | 5 | 5 | 1 | -1 | ''    | all have traffic or may get some
          a-0 b-0 c-0     | 5  | 5  | 1 | -1 | ''    | none is stale
          a-13! b-12 c-11 | 5  | 5  | 1 | -1 | b     | the oldest is marked to be kept
          a-12 b-12 c-11! | 60 | 60 | 1 | 2  | ''    | no more than allowed
          a-13 b-12 c-12 d-11! | 60 | 60 | 1 | 2 | a | one more than allowed
          a-13! b-12! c-11! d-10! | 60 | 60 | 1 | 2 | '' | more than allowed, but with traffic
          a-13 b-12 c-11! | -1 | -1 | 1 | -1 | ''    | all is off
          a-13 b-12 c-11! | -1 | -1 | 0 | 1  | a     | nothing is stale, but one is too many
          a-13 b-12 c-11! | -1 | 1  | 1 | -1 | a     | no limit of number
          a-15 b-14 c-13 d-12 e-11 | 5 | 5 | 2 | -1 | a b c | oldest first
          a-15+ b-14+ c-13! | 20 | 5 | 1 | -1 | ''  | created too recently
          a-15+ b-14+ c-13! | 10 | 5 | 1 | -1 | a   | never routed counts from its creation
          """)
  void collects(
      String revisions, int created, int active, int least, int most, String deleted, String why) {
    var settings =
        new GcSettings(
            minutes(created),
            minutes(active),
            least,
            most < 0 ? OptionalInt.empty() : OptionalInt.of(most));
    assertThat(String.join(" ", RevisionGc.collect(revisions(revisions), settings, NOW)))
        .as(why)
        .isEqualTo(deleted);
  }

  @Test
  void settingsAreRead() {
    var problems = new ArrayList<Problem>();
    assertThat(GcSettings.parse(Map.of(), problems)).isEqualTo(GcSettings.DEFAULT);
    assertThat(
            GcSettings.parse(
                Map.of(
                    "retain-since-create-time", "17h",
                    "retain-since-last-active-time", "Disabled",
                    "min-non-active-revisions", "5",
                    "max-non-active-revisions", "disabled"),
                problems))
        .isEqualTo(
            new GcSettings(
                Optional.of(Duration.ofHours(17)), Optional.empty(), 5, OptionalInt.empty()));
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "retain-since-create-time, invalid",
    "retain-since-last-active-time, -1h",
    "min-non-active-revisions, -1",
    "min-non-active-revisions, x",
    "max-non-active-revisions, -2",
    "max-non-active-revisions, 19",
  })
  void whatIsWrongIsSaid(String key, String value) {
    assertThat(GcSettings.problems(Map.of(key, value))).hasSize(1);
  }
}
