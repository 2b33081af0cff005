package dev.slipway.autoscaling.knative;

import dev.slipway.autoscaling.knative.ScaleAnnotations.Entry;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// Judges the autoscaling annotations of a revision's template; the words are those of
/// knative/serving `pkg/apis/autoscaling/annotation_validation.go`.
public final class ScaleRules {
  private static final Set<String> AVERAGES =
      Set.of("", "linear", "weighted-exponential", "weightedExponential");
  private static final String WHOLE = "must be a whole number";
  private static final String NUMBER = "must be a number";
  private static final String DURATION = "must be a duration such as 90s or 1m30s";
  private static final String SECONDS = "must be specified with at most second precision";

  private final FieldPath at;
  private final Map<String, String> annotations;
  private final AutoscalerConfig config;
  private final List<Problem> problems = new ArrayList<>();

  private ScaleRules(FieldPath at, Map<String, String> annotations, AutoscalerConfig config) {
    this.at = at;
    this.annotations = annotations;
    this.config = config;
  }

  /// Everything that is wrong with `annotations`.
  ///
  /// @param at the field they stand in: `spec.template.metadata.annotations`
  public static List<Problem> judge(
      FieldPath at, Map<String, String> annotations, AutoscalerConfig config) {
    var rules = new ScaleRules(at, annotations, config);
    rules.judgeClass();
    rules.judgeBounds();
    rules.judgeInitialScale();
    rules.judgePercentage(ScaleAnnotations.PANIC_WINDOW, 1, 100);
    rules.judgePercentage(ScaleAnnotations.PANIC_THRESHOLD, 110, 1000);
    rules.judgePercentage(ScaleAnnotations.TARGET_UTILIZATION, 1, 100);
    rules.judgeTarget();
    rules.judgeBurstCapacity();
    rules.judgeDuration(ScaleAnnotations.WINDOW, ScaleAnnotations.WINDOW_MIN, true);
    rules.judgeDuration(ScaleAnnotations.POD_RETENTION, Duration.ZERO, false);
    rules.judgeDuration(ScaleAnnotations.SCALE_DOWN_DELAY, Duration.ZERO, true);
    rules.judgeMetric();
    rules.judgeAggregation();
    return List.copyOf(rules.problems);
  }

  private void judgeClass() {
    ScaleAnnotations.CLASS
        .in(annotations)
        .filter(found -> found.value().endsWith(".knative.dev"))
        .filter(found -> !found.value().equals(ScaleAnnotations.KPA))
        .filter(found -> !found.value().equals(ScaleAnnotations.HPA))
        .ifPresent(
            found ->
                add(
                    found,
                    "must be "
                        + ScaleAnnotations.KPA
                        + ", "
                        + ScaleAnnotations.HPA
                        + " or a class outside knative.dev"));
  }

  private void judgeBounds() {
    int min = count(ScaleAnnotations.MIN_SCALE);
    int max = count(ScaleAnnotations.MAX_SCALE);
    Optional<Entry> maxEntry = ScaleAnnotations.MAX_SCALE.in(annotations);
    if (max != 0 && max < min) {
      maxEntry.ifPresent(
          found -> add(found, "max-scale=" + max + " is less than min-scale=" + min));
    }
    maxEntry.ifPresent(found -> judgeLimit(found, max));
    ScaleAnnotations.ACTIVATION_SCALE
        .in(annotations)
        .ifPresent(found -> judgeActivation(found, min, max));
  }

  private void judgeLimit(Entry found, int max) {
    int limit = config.maxScaleLimit();
    if (limit == 0) {
      return;
    }
    if (max > limit) {
      add(found, "expected 1 <= " + max + " <= " + limit);
    } else if (max == 0) {
      add(found, "max-scale=0 (unlimited), must be less than " + limit);
    }
  }

  private void judgeActivation(Entry found, int min, int max) {
    Optional<Integer> parsed = TextFields.parseWhole(found.value());
    if (parsed.isEmpty()) {
      add(found, WHOLE);
      return;
    }
    int scale = parsed.get();
    if (min > scale) {
      add(found, "min-scale=" + min + " is greater than activation-scale=" + scale);
    } else if (max != 0 && max < scale) {
      add(found, "max-scale=" + max + " is less than activation-scale=" + scale);
    } else if (scale < 2) {
      add(found, "activation-scale=" + scale + " must be greater than 1");
    }
  }

  /// A count of 0 or more; a wrong one is a problem and counts as 0.
  private int count(ScaleAnnotations annotation) {
    Optional<Entry> found = annotation.in(annotations);
    if (found.isEmpty()) {
      return 0;
    }
    String text = found.get().value();
    Optional<Integer> value = TextFields.parseWhole(text);
    if (value.isPresent() && value.get() >= 0) {
      return value.get();
    }
    boolean number = value.isPresent() || text.matches("[-+]?[0-9]+");
    add(found.get(), number ? "expected 0 <= " + text + " <= 2147483647" : WHOLE);
    return 0;
  }

  private void judgeInitialScale() {
    Optional<Entry> entry = ScaleAnnotations.INITIAL_SCALE.in(annotations);
    if (entry.isEmpty()) {
      return;
    }
    Optional<Integer> scale = TextFields.parseWhole(entry.get().value());
    if (scale.isEmpty()) {
      add(entry.get(), WHOLE);
    } else if (scale.get() < 0) {
      add(entry.get(), "must be greater than 0");
    } else if (scale.get() == 0 && !config.allowZeroInitialScale()) {
      add(entry.get(), "0 not allowed by cluster");
    }
  }

  private void judgePercentage(ScaleAnnotations annotation, int least, int most) {
    annotation
        .in(annotations)
        .ifPresent(
            found -> {
              OptionalDouble value = TextFields.parseNumber(found.value());
              if (value.isEmpty()) {
                add(found, NUMBER);
              } else if (value.getAsDouble() < least || value.getAsDouble() > most) {
                add(found, "expected " + least + " <= " + found.value() + " <= " + most);
              }
            });
  }

  private void judgeTarget() {
    ScaleAnnotations.TARGET
        .in(annotations)
        .ifPresent(
            found -> {
              OptionalDouble value = TextFields.parseNumber(found.value());
              if (value.isEmpty()) {
                add(found, NUMBER);
              } else if (value.getAsDouble() < ScaleAnnotations.TARGET_MIN) {
                add(found, "target " + found.value() + " should be at least 0.01");
              }
            });
  }

  private void judgeBurstCapacity() {
    ScaleAnnotations.TARGET_BURST_CAPACITY
        .in(annotations)
        .filter(found -> !isBurstCapacity(TextFields.parseNumber(found.value())))
        .ifPresent(found -> add(found, "must be 0 or more, or -1 for no limit"));
  }

  private static boolean isBurstCapacity(OptionalDouble value) {
    return value.isPresent() && (value.getAsDouble() >= 0 || value.getAsDouble() == -1);
  }

  private void judgeDuration(ScaleAnnotations annotation, Duration least, boolean wholeSeconds) {
    Optional<Entry> entry = annotation.in(annotations);
    if (entry.isEmpty()) {
      return;
    }
    Optional<Duration> value = GoDuration.parse(entry.get().value());
    if (value.isEmpty()) {
      add(entry.get(), DURATION);
    } else if (value.get().compareTo(least) < 0
        || value.get().compareTo(ScaleAnnotations.WINDOW_MAX) > 0) {
      String range = GoDuration.text(least) + " <= " + entry.get().value() + " <= 1h0m0s";
      add(entry.get(), "expected " + range);
    } else if (wholeSeconds && !value.get().equals(value.get().truncatedTo(ChronoUnit.SECONDS))) {
      add(entry.get(), SECONDS);
    }
  }

  private void judgeMetric() {
    Optional<Entry> entry = ScaleAnnotations.METRIC.in(annotations);
    if (entry.isEmpty()) {
      return;
    }
    String metric = entry.get().value();
    String scaler =
        ScaleAnnotations.CLASS.in(annotations).map(Entry::value).orElse(config.scalerClass());
    if (scaler.equals(ScaleAnnotations.KPA)
        && !metric.equals(ScaleAnnotations.CONCURRENCY)
        && !metric.equals(ScaleAnnotations.RPS)) {
      add(entry.get(), "must be concurrency or rps with " + ScaleAnnotations.KPA);
    } else if (scaler.equals(ScaleAnnotations.HPA) && metric.isEmpty()) {
      add(entry.get(), "must name a metric");
    }
  }

  /// Other classes may have averages of their own, so only a class that is named is judged.
  private void judgeAggregation() {
    boolean knative =
        ScaleAnnotations.CLASS
            .in(annotations)
            .filter(found -> found.value().equals(ScaleAnnotations.KPA))
            .isPresent();
    if (knative) {
      ScaleAnnotations.AGGREGATION
          .in(annotations)
          .filter(found -> !AVERAGES.contains(found.value()))
          .ifPresent(found -> add(found, "must be linear or weighted-exponential"));
    }
  }

  private void add(Entry found, String detail) {
    problems.add(Problem.invalid(at.field(found.key()), found.value(), detail));
  }
}
