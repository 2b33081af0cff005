package dev.slipway.api.kserve;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import dev.slipway.base.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How models are warmed up before their pods are ready, and which stay in memory while no pod
/// runs, as annotations say it (`slipway.dev/warmup-replicas`, `slipway.dev/warmup-duration`,
/// `slipway.dev/cache-size`).
///
/// @param replicas that are there from the start; 0 where nothing is said
/// @param asked whether pods are to be warmed up
/// @param duration of the requests; zero for one round
/// @param cache what the service may keep
public record Warmth(int replicas, boolean asked, Duration duration, Optional<Cache> cache) {
  /// Longer than this, pods would not be ready before their progress deadline.
  public static final Duration LONGEST = Duration.ofMinutes(9);

  private static final int MOST_REPLICAS = 1_000;
  private static final Pattern COUNT = Pattern.compile("\\d{1,6}");
  private static final Pattern DURATION = Pattern.compile("(?:\\d{1,7}(?:\\.\\d+)?(?:ms|s|m|h))+");
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)");

  /// What a service may keep in memory.
  public sealed interface Cache {
    /// So many models.
    record Models(int count) implements Cache {}

    /// So many bytes of models.
    record Bytes(long limit) implements Cache {}
  }

  /// What is not understood is left out; [#judge] tells it.
  public static Warmth of(Map<String, String> annotations) {
    var replicas = count(annotations.getOrDefault(Kserve.WARMUP_REPLICAS, ""));
    var duration = duration(annotations.getOrDefault(Kserve.WARMUP_DURATION, ""));
    return new Warmth(
        replicas.orElse(0),
        replicas.orElse(0) > 0 || duration.isPresent(),
        duration.orElse(Duration.ZERO),
        cache(annotations.getOrDefault(Kserve.CACHE_SIZE, "")));
  }

  /// What is wrong with the annotations.
  public static List<Problem> judge(Map<String, String> annotations, FieldPath at) {
    var problems = new ArrayList<Problem>();
    var replicas = annotations.getOrDefault(Kserve.WARMUP_REPLICAS, "");
    if (!replicas.isEmpty() && count(replicas).isEmpty()) {
      problems.add(
          Problem.invalid(
              at.key(Kserve.WARMUP_REPLICAS), replicas, "expected a number from 0 to 1000"));
    }
    var duration = annotations.getOrDefault(Kserve.WARMUP_DURATION, "");
    if (!duration.isEmpty() && duration(duration).isEmpty()) {
      problems.add(
          Problem.invalid(
              at.key(Kserve.WARMUP_DURATION),
              duration,
              "expected a duration of at most 9m, like 30s"));
    }
    var size = annotations.getOrDefault(Kserve.CACHE_SIZE, "");
    if (!size.isEmpty() && cache(size).isEmpty()) {
      problems.add(
          Problem.invalid(
              at.key(Kserve.CACHE_SIZE),
              size,
              "expected a number of models, like 100, or a quantity of memory, like 512Mi"));
    }
    return problems;
  }

  private static Optional<Integer> count(String text) {
    return COUNT.matcher(text).matches() && Integer.parseInt(text) <= MOST_REPLICAS
        ? Optional.of(Integer.parseInt(text))
        : Optional.empty();
  }

  /// `30s`, `1m30s`; a bare number is seconds.
  private static Optional<Duration> duration(String text) {
    if (COUNT.matcher(text).matches()) {
      return bounded(Duration.ofSeconds(Integer.parseInt(text)));
    }
    if (!DURATION.matcher(text).matches()) {
      return Optional.empty();
    }
    double millis = 0;
    Matcher parts = PART.matcher(text);
    while (parts.find()) {
      millis += Double.parseDouble(parts.group(1)) * unitMillis(parts.group(2));
    }
    return bounded(Duration.ofMillis((long) millis));
  }

  private static double unitMillis(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      default -> 1_000;
    };
  }

  private static Optional<Duration> bounded(Duration found) {
    return found.compareTo(LONGEST) <= 0 ? Optional.of(found) : Optional.empty();
  }

  private static Optional<Cache> cache(String text) {
    if (COUNT.matcher(text).matches()) {
      return Optional.of(new Cache.Models(Integer.parseInt(text)));
    }
    return Quantity.parse(text)
        .map(found -> found.value().longValue())
        .filter(bytes -> bytes >= 0)
        .map(Cache.Bytes::new);
  }
}
