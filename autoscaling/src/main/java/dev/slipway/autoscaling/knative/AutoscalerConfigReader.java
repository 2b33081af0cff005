package dev.slipway.autoscaling.knative;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/// Reads and judges `config-autoscaler`, one key after another.
final class AutoscalerConfigReader {
  private final FieldPath at;
  private final TextFields fields;
  private final List<Problem> problems;

  private AutoscalerConfigReader(FieldPath at, Map<String, String> data, List<Problem> problems) {
    this.at = at;
    this.fields = new TextFields(at, data, problems);
    this.problems = problems;
  }

  static AutoscalerConfig read(FieldPath at, Map<String, String> data, List<Problem> problems) {
    var reader = new AutoscalerConfigReader(at, data, problems);
    AutoscalerConfig config = reader.read(AutoscalerConfig.DEFAULT);
    reader.judgeTimes(config);
    reader.judgeTargets(config);
    reader.judgeScales(config);
    return config;
  }

  private AutoscalerConfig read(AutoscalerConfig base) {
    double percentage =
        fields.number("container-concurrency-target-percentage", base.concurrencyUtilization());
    return new AutoscalerConfig(
        fields.text("pod-autoscaler-class", base.scalerClass()),
        fields.flag("enable-scale-to-zero", base.enableScaleToZero()),
        fields.flag("allow-zero-initial-scale", base.allowZeroInitialScale()),
        fields.number("max-scale-up-rate", base.maxScaleUpRate()),
        fields.number("max-scale-down-rate", base.maxScaleDownRate()),
        percentage > 1 ? percentage / 100 : percentage,
        fields.number("container-concurrency-target-default", base.concurrencyTotal()),
        fields.number("requests-per-second-target-default", base.rateTotal()),
        fields.number("target-burst-capacity", base.targetBurstCapacity()),
        fields.number("activator-capacity", base.activatorCapacity()),
        fields.number("panic-window-percentage", base.panicWindowPercentage()),
        fields.number("panic-threshold-percentage", base.panicThresholdPercentage()),
        fields.duration("stable-window", base.stableWindow()),
        fields.duration("scale-down-delay", base.scaleDownDelay()),
        fields.duration("scale-to-zero-grace-period", base.scaleToZeroGrace()),
        fields.duration("scale-to-zero-pod-retention-period", base.podRetention()),
        fields.whole("initial-scale", base.initialScale()),
        fields.whole("min-scale", base.minScale()),
        fields.whole("max-scale", base.maxScale()),
        fields.whole("max-scale-limit", base.maxScaleLimit()));
  }

  private void judgeTimes(AutoscalerConfig config) {
    Duration grace = config.scaleToZeroGrace();
    expect(grace.isPositive(), "scale-to-zero-grace-period", grace, "must be positive");
    Duration delay = config.scaleDownDelay();
    expect(!delay.isNegative(), "scale-down-delay", delay, "cannot be negative");
    expectSeconds("scale-down-delay", delay);
    Duration retention = config.podRetention();
    expect(
        !retention.isNegative(),
        "scale-to-zero-pod-retention-period",
        retention,
        "cannot be negative");
    Duration window = config.stableWindow();
    boolean inRange =
        window.compareTo(ScaleAnnotations.WINDOW_MIN) >= 0
            && window.compareTo(ScaleAnnotations.WINDOW_MAX) <= 0;
    expect(inRange, "stable-window", window, "must be in [6s; 1h0m0s] range");
    expectSeconds("stable-window", window);
  }

  private void judgeTargets(AutoscalerConfig config) {
    double burst = config.targetBurstCapacity();
    expect(
        burst >= 0 || burst == -1,
        "target-burst-capacity",
        burst,
        "must be either non-negative or -1 (for unlimited)");
    double share = config.concurrencyUtilization();
    expect(
        share > 0 && share <= 1,
        "container-concurrency-target-percentage",
        share,
        "is outside of valid range of (0, 100]");
    double target = share * config.concurrencyTotal();
    expect(
        target >= ScaleAnnotations.TARGET_MIN,
        "container-concurrency-target-default",
        config.concurrencyTotal(),
        "with container-concurrency-target-percentage yields target concurrency of "
            + target
            + ", can't be less than 0.01");
    expect(
        config.rateTotal() >= ScaleAnnotations.TARGET_MIN,
        "requests-per-second-target-default",
        config.rateTotal(),
        "must be at least 0.01");
    expect(
        config.activatorCapacity() >= 1,
        "activator-capacity",
        config.activatorCapacity(),
        "must be at least 1");
    expectAboveOne("max-scale-up-rate", config.maxScaleUpRate());
    expectAboveOne("max-scale-down-rate", config.maxScaleDownRate());
    double window = config.panicWindowPercentage();
    expect(
        window >= 1 && window <= 100,
        "panic-window-percentage",
        window,
        "must be in [1, 100] interval");
  }

  private void judgeScales(AutoscalerConfig config) {
    int initial = config.initialScale();
    expect(
        initial > 0 || (initial == 0 && config.allowZeroInitialScale()),
        "initial-scale",
        initial,
        "must be at least 0 (or at least 1 when allow-zero-initial-scale is false)");
    expect(config.minScale() >= 0, "min-scale", config.minScale(), "must be at least 0");
    int limit = config.maxScaleLimit();
    expect(limit >= 0, "max-scale-limit", limit, "must be at least 0");
    int max = config.maxScale();
    int least = limit > 0 ? 1 : 0;
    expect(
        max >= least && (limit <= 0 || max <= limit),
        "max-scale",
        max,
        "must be in [" + least + ", max-scale-limit(" + limit + ")] range");
    expect(
        max <= 0 || config.minScale() <= max,
        "min-scale",
        config.minScale(),
        "must be less than max-scale (" + max + ")");
  }

  private void expectAboveOne(String key, double rate) {
    expect(rate > 1, key, rate, "must be greater than 1.0");
  }

  private void expectSeconds(String key, Duration found) {
    expect(
        found.equals(found.truncatedTo(ChronoUnit.SECONDS)),
        key,
        found,
        "must be specified with at most second precision");
  }

  private void expect(boolean holds, String key, Object found, String detail) {
    if (!holds) {
      Object shown = found instanceof Duration time ? GoDuration.text(time) : found;
      problems.add(Problem.invalid(at.field(key), shown, detail));
    }
  }
}
