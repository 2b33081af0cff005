package dev.slipway.autoscaling.knative;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The data of the ConfigMap `config-gc`: which revisions without traffic are kept.
///
/// @param sinceCreation how long a revision is kept after its creation; empty: no limit by this
/// @param sinceActive how long after its last traffic; empty: no limit by this
/// @param leastKept revisions without traffic that are always kept
/// @param mostKept revisions without traffic beyond which the oldest go; empty: no limit
/// @see <a href="https://github.com/knative/serving/blob/main/pkg/gc/config.go">knative/serving
/// pkg/gc/config.go</a>
public record GcSettings(
    Optional<Duration> sinceCreation,
    Optional<Duration> sinceActive,
    int leastKept,
    OptionalInt mostKept) {

  public static final GcSettings DEFAULT =
      new GcSettings(
          Optional.of(Duration.ofHours(48)),
          Optional.of(Duration.ofHours(15)),
          20,
          OptionalInt.of(1000));

  private static final FieldPath DATA = FieldPath.of("data");

  /// Reads the ConfigMap's `data`; keys it does not know are ignored.
  ///
  /// @param problems gets what is wrong; if anything is, keep the settings that were in force
  public static GcSettings parse(Map<String, String> data, List<Problem> problems) {
    var settings =
        new GcSettings(
            duration(data, "retain-since-create-time", DEFAULT.sinceCreation, problems),
            duration(data, "retain-since-last-active-time", DEFAULT.sinceActive, problems),
            new TextFields(DATA, data, problems)
                .whole("min-non-active-revisions", DEFAULT.leastKept),
            most(data, problems));
    settings.judge(problems);
    return settings;
  }

  private void judge(List<Problem> problems) {
    if (leastKept < 0) {
      problems.add(
          Problem.invalid(
              DATA.field("min-non-active-revisions"), leastKept, "must be non-negative"));
    }
    if (mostKept.isPresent() && leastKept > mostKept.getAsInt()) {
      problems.add(
          Problem.invalid(
              DATA.field("min-non-active-revisions"),
              leastKept,
              "must be <= max-non-active-revisions(" + mostKept.getAsInt() + ")"));
    }
  }

  private static Optional<Duration> duration(
      Map<String, String> data, String key, Optional<Duration> otherwise, List<Problem> problems) {
    String text = data.getOrDefault(key, "");
    if (text.isEmpty()) {
      return otherwise;
    }
    if (isDisabled(text)) {
      return Optional.empty();
    }
    Optional<Duration> found = GoDuration.parse(text).filter(time -> !time.isNegative());
    if (found.isEmpty()) {
      problems.add(
          Problem.invalid(
              DATA.field(key), text, "must be a duration such as 48h, or \"disabled\""));
      return otherwise;
    }
    return found;
  }

  private static OptionalInt most(Map<String, String> data, List<Problem> problems) {
    String key = "max-non-active-revisions";
    String text = data.getOrDefault(key, "");
    if (text.isEmpty()) {
      return DEFAULT.mostKept;
    }
    if (isDisabled(text)) {
      return OptionalInt.empty();
    }
    Optional<Integer> found = TextFields.parseWhole(text).filter(count -> count >= 0);
    if (found.isEmpty()) {
      problems.add(
          Problem.invalid(
              DATA.field(key), text, "must be a whole number, 0 or more, or \"disabled\""));
      return DEFAULT.mostKept;
    }
    return OptionalInt.of(found.get());
  }

  private static boolean isDisabled(String text) {
    return text.toLowerCase(Locale.ROOT).equals("disabled");
  }

  /// What is wrong with `data`.
  public static List<Problem> problems(Map<String, String> data) {
    var problems = new ArrayList<Problem>();
    parse(data, problems);
    return problems;
  }
}
