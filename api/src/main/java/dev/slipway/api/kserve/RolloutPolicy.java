package dev.slipway.api.kserve;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a service takes over the version that its alias or stage has moved to, as annotations say it
/// (`slipway.dev/follow-alias`, `slipway.dev/rollout-…`).
///
/// @param follow whether a move is followed at all
/// @param steps shares of the requests in percent, growing, each below 100; after the last one the
///     new version takes all
/// @param interval how long a step lasts at the least
/// @param maxErrorRate by how much the new version's share of failed requests may exceed that of
///     the stable one, 0 to 1
/// @param maxLatencyRatio how often slower the new version's 90th percentile may be
/// @param minRequests requests the new version must have had in a step before it is judged
/// @param deadline how long it may take to become ready
public record RolloutPolicy(
    boolean follow,
    List<Integer> steps,
    Duration interval,
    double maxErrorRate,
    double maxLatencyRatio,
    int minRequests,
    Duration deadline) {
  public static final String FOLLOW = "slipway.dev/follow-alias";
  public static final String STEPS = "slipway.dev/rollout-steps";
  public static final String INTERVAL = "slipway.dev/rollout-interval";
  public static final String MAX_ERROR_RATE = "slipway.dev/rollout-max-error-rate";
  public static final String MAX_LATENCY_RATIO = "slipway.dev/rollout-max-latency-ratio";
  public static final String MIN_REQUESTS = "slipway.dev/rollout-min-requests";
  public static final String DEADLINE = "slipway.dev/rollout-deadline";

  /// All of them; a change of one is no reason for a new revision.
  public static final Set<String> ANNOTATIONS =
      Set.of(FOLLOW, STEPS, INTERVAL, MAX_ERROR_RATE, MAX_LATENCY_RATIO, MIN_REQUESTS, DEADLINE);

  public static final RolloutPolicy STANDARD =
      new RolloutPolicy(
          true, List.of(10, 50), Duration.ofMinutes(1), 0.01, 2, 10, Duration.ofMinutes(10));

  private static final int WHOLE = 100;
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final Pattern DURATION = Pattern.compile("(\\d{1,7}(?:\\.\\d{1,3})?)(ms|s|m|h)?");
  private static final Pattern NUMBER = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,9})?)(%?)");

  public RolloutPolicy {
    steps = List.copyOf(steps);
  }

  /// What is not understood is as by default; [#judge] tells it.
  public static RolloutPolicy of(Map<String, String> annotations) {
    return new RolloutPolicy(
        !annotations.getOrDefault(FOLLOW, "").equals("false"),
        steps(annotations.getOrDefault(STEPS, "")).orElse(STANDARD.steps),
        duration(annotations.getOrDefault(INTERVAL, "")).orElse(STANDARD.interval),
        rate(annotations.getOrDefault(MAX_ERROR_RATE, "")).orElse(STANDARD.maxErrorRate),
        ratio(annotations.getOrDefault(MAX_LATENCY_RATIO, "")).orElse(STANDARD.maxLatencyRatio),
        count(annotations.getOrDefault(MIN_REQUESTS, "")).orElse(STANDARD.minRequests),
        duration(annotations.getOrDefault(DEADLINE, "")).orElse(STANDARD.deadline));
  }

  /// What is wrong with the annotations.
  public static List<Problem> judge(Map<String, String> annotations, FieldPath at) {
    var problems = new ArrayList<Problem>();
    var judged = new Judged(annotations, at, problems);
    judged.check(
        FOLLOW,
        Set.of("true", "false").contains(annotations.getOrDefault(FOLLOW, "true")),
        "expected true or false");
    judged.check(
        STEPS,
        steps(annotations.getOrDefault(STEPS, "")).isPresent(),
        "expected growing percentages from 1 to 100, like 10,50,100");
    for (var name : List.of(INTERVAL, DEADLINE)) {
      judged.check(
          name,
          duration(annotations.getOrDefault(name, "")).isPresent(),
          "expected a duration of at most 168h, like 30s");
    }
    judged.check(
        MAX_ERROR_RATE,
        rate(annotations.getOrDefault(MAX_ERROR_RATE, "")).isPresent(),
        "expected a share from 0 to 1, like 0.05 or 5%");
    judged.check(
        MAX_LATENCY_RATIO,
        ratio(annotations.getOrDefault(MAX_LATENCY_RATIO, "")).isPresent(),
        "expected a number of at least 1, like 1.5");
    judged.check(
        MIN_REQUESTS,
        count(annotations.getOrDefault(MIN_REQUESTS, "")).isPresent(),
        "expected a number from 0 to 1000000");
    return problems;
  }

  private record Judged(Map<String, String> annotations, FieldPath at, List<Problem> problems) {
    void check(String name, boolean understood, String expected) {
      var written = annotations.getOrDefault(name, "");
      if (annotations.containsKey(name) && !understood) {
        problems.add(Problem.invalid(at.key(name), written, expected));
      }
    }
  }

  private static Optional<List<Integer>> steps(String text) {
    var found = new ArrayList<Integer>();
    int last = 0;
    for (var word : text.split(",", -1)) {
      var digits = word.strip().replaceFirst("%$", "");
      if (!digits.matches("\\d{1,3}")) {
        return Optional.empty();
      }
      int percent = Integer.parseInt(digits);
      if (percent <= last || percent > WHOLE) {
        return Optional.empty();
      }
      last = percent;
      found.add(percent);
    }
    found.removeIf(percent -> percent == WHOLE);
    return Optional.of(found);
  }

  /// A bare number is seconds.
  private static Optional<Duration> duration(String text) {
    Matcher read = DURATION.matcher(text.strip());
    if (!read.matches()) {
      return Optional.empty();
    }
    long unit =
        switch (read.group(2) == null ? "s" : read.group(2)) {
          case "ms" -> 1;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 1_000;
        };
    var found = Duration.ofMillis((long) (Double.parseDouble(read.group(1)) * unit));
    return found.compareTo(LONGEST) <= 0 ? Optional.of(found) : Optional.empty();
  }

  private static Optional<Double> rate(String text) {
    Matcher read = NUMBER.matcher(text.strip());
    if (!read.matches()) {
      return Optional.empty();
    }
    double value = Double.parseDouble(read.group(1)) / (read.group(2).isEmpty() ? 1 : WHOLE);
    return value <= 1 ? Optional.of(value) : Optional.empty();
  }

  private static Optional<Double> ratio(String text) {
    Matcher read = NUMBER.matcher(text.strip());
    return read.matches() && read.group(2).isEmpty() && Double.parseDouble(read.group(1)) >= 1
        ? Optional.of(Double.parseDouble(read.group(1)))
        : Optional.empty();
  }

  private static Optional<Integer> count(String text) {
    return text.strip().matches("\\d{1,6}|1000000")
        ? Optional.of(Integer.parseInt(text.strip()))
        : Optional.empty();
  }
}
