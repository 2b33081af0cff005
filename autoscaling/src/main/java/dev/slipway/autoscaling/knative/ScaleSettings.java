package dev.slipway.autoscaling.knative;

import dev.slipway.autoscaling.knative.LoadWindow.Averaging;
import dev.slipway.autoscaling.knative.ScaleAnnotations.Entry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// How one revision scales: its annotations over the cluster's settings. Immutable.
///
/// @param scalerClass who scales it, [ScaleAnnotations#KPA] or another
/// @param metric `concurrency` or `rps`; other names belong to other classes
/// @param panicThreshold pods wanted for each ready one from which on there is panic (2.0)
/// @param targetBurstCapacity requests it should be able to take at once; -1: no limit
/// @param activatorCapacity requests in flight one gateway is meant to carry
public record ScaleSettings(
    String scalerClass,
    String metric,
    Target target,
    Bounds bounds,
    Windows windows,
    double panicThreshold,
    Rates rates,
    double targetBurstCapacity,
    double activatorCapacity,
    Duration scaleDownDelay,
    ToZero toZero,
    Duration progressDeadline) {

  /// How long a revision may take to become ready, unless something says otherwise
  /// (`config-deployment` or the annotation).
  public static final Duration PROGRESS_DEADLINE = Duration.ofMinutes(10);

  /// Load a pod is meant to have.
  ///
  /// @param perPod what is aimed for: `max(0.01, total * utilization)`
  /// @param total what a pod may have
  public record Target(double perPod, double total) {}

  /// @param max 0: no limit
  /// @param activation least count to wake up to; 0: off
  public record Bounds(int min, int max, int initial, int activation) {}

  /// @param panic a share of the stable window, rounded to whole seconds, at least one
  public record Windows(Duration stable, Duration panic, Averaging averaging) {}

  /// How fast one decision may change the count: at most `ready * up`, at least `ready / down`.
  public record Rates(double up, double down) {}

  /// @param grace least time between becoming inactive and zero, unless the gateway already was in
  /// the path
  /// @param retention least time the last pod stays after becoming inactive
  public record ToZero(boolean enabled, Duration grace, Duration retention) {}

  /// The settings of a revision; annotations that are wrong count as absent ([ScaleRules] judges).
  ///
  /// @param containerConcurrency most requests a pod takes at once; 0: any
  public static ScaleSettings of(
      Map<String, String> annotations, int containerConcurrency, AutoscalerConfig config) {
    return of(annotations, containerConcurrency, config, PROGRESS_DEADLINE);
  }

  /// @param progressDeadline what holds where the revision has no annotation for it
  public static ScaleSettings of(
      Map<String, String> annotations,
      int containerConcurrency,
      AutoscalerConfig config,
      Duration progressDeadline) {
    var read = new Reader(annotations, config);
    return new ScaleSettings(
        read.scalerClass(),
        read.metric(),
        read.target(containerConcurrency),
        read.bounds(),
        read.windows(),
        read.number(ScaleAnnotations.PANIC_THRESHOLD, config.panicThresholdPercentage()) / 100,
        new Rates(config.maxScaleUpRate(), config.maxScaleDownRate()),
        read.number(ScaleAnnotations.TARGET_BURST_CAPACITY, config.targetBurstCapacity()),
        config.activatorCapacity(),
        read.duration(ScaleAnnotations.SCALE_DOWN_DELAY, config.scaleDownDelay()),
        read.toZero(),
        read.progressDeadline(progressDeadline));
  }

  /// Whether the load is requests a second rather than requests in flight.
  public boolean byRate() {
    return metric.equals(ScaleAnnotations.RPS);
  }

  private record Reader(Map<String, String> annotations, AutoscalerConfig config) {
    String scalerClass() {
      return text(ScaleAnnotations.CLASS).orElse(config.scalerClass());
    }

    String metric() {
      return text(ScaleAnnotations.METRIC)
          .orElse(
              scalerClass().equals(ScaleAnnotations.HPA) ? "cpu" : ScaleAnnotations.CONCURRENCY);
    }

    Target target(int containerConcurrency) {
      boolean byRate = metric().equals(ScaleAnnotations.RPS);
      double total = byRate ? config.rateTotal() : config.concurrencyTotal();
      if (!byRate && containerConcurrency > 0) {
        total = containerConcurrency;
      }
      double wanted = number(ScaleAnnotations.TARGET, total);
      total = !byRate && containerConcurrency > 0 ? Math.min(wanted, total) : wanted;
      double share = byRate ? AutoscalerConfig.RATE_UTILIZATION : config.concurrencyUtilization();
      double percentage = number(ScaleAnnotations.TARGET_UTILIZATION, -1);
      double utilization = percentage < 0 ? share : percentage / 100;
      return new Target(Math.max(ScaleAnnotations.TARGET_MIN, total * utilization), total);
    }

    Bounds bounds() {
      int initial = whole(ScaleAnnotations.INITIAL_SCALE, config.initialScale());
      boolean refused = initial == 0 && !config.allowZeroInitialScale();
      return new Bounds(
          whole(ScaleAnnotations.MIN_SCALE, config.minScale()),
          whole(ScaleAnnotations.MAX_SCALE, config.maxScale()),
          refused ? config.initialScale() : initial,
          whole(ScaleAnnotations.ACTIVATION_SCALE, 0));
    }

    Windows windows() {
      Duration stable = duration(ScaleAnnotations.WINDOW, config.stableWindow());
      double percentage = number(ScaleAnnotations.PANIC_WINDOW, config.panicWindowPercentage());
      long seconds = Math.round(stable.toSeconds() * percentage / 100);
      return new Windows(stable, Duration.ofSeconds(Math.max(1, seconds)), averaging());
    }

    private Averaging averaging() {
      String algorithm = text(ScaleAnnotations.AGGREGATION).orElse("linear");
      return algorithm.equals("weighted-exponential") || algorithm.equals("weightedExponential")
          ? Averaging.WEIGHTED_EXPONENTIAL
          : Averaging.LINEAR;
    }

    ToZero toZero() {
      return new ToZero(
          config.enableScaleToZero(),
          config.scaleToZeroGrace(),
          duration(ScaleAnnotations.POD_RETENTION, config.podRetention()));
    }

    Duration progressDeadline(Duration otherwise) {
      String text = annotations.get(ScaleAnnotations.PROGRESS_DEADLINE);
      return text == null ? otherwise : GoDuration.parse(text).orElse(otherwise);
    }

    double number(ScaleAnnotations annotation, double otherwise) {
      return text(annotation).stream()
          .flatMapToDouble(text -> TextFields.parseNumber(text).stream())
          .findFirst()
          .orElse(otherwise);
    }

    private int whole(ScaleAnnotations annotation, int otherwise) {
      return text(annotation)
          .flatMap(TextFields::parseWhole)
          .filter(count -> count >= 0)
          .orElse(otherwise);
    }

    Duration duration(ScaleAnnotations annotation, Duration otherwise) {
      return text(annotation)
          .flatMap(GoDuration::parse)
          .filter(time -> !time.isNegative())
          .orElse(otherwise);
    }

    private Optional<String> text(ScaleAnnotations annotation) {
      return annotation.in(annotations).map(Entry::value);
    }
  }
}
