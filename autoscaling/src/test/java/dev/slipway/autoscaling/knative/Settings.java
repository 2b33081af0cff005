package dev.slipway.autoscaling.knative;

import dev.slipway.autoscaling.knative.LoadWindow.Averaging;
import dev.slipway.autoscaling.knative.ScaleSettings.Bounds;
import dev.slipway.autoscaling.knative.ScaleSettings.Rates;
import dev.slipway.autoscaling.knative.ScaleSettings.Target;
import dev.slipway.autoscaling.knative.ScaleSettings.ToZero;
import dev.slipway.autoscaling.knative.ScaleSettings.Windows;
import java.time.Duration;

/// Settings for tests, changed one at a time from those of upstream's tests of the autoscaler.
record Settings(
    double target,
    double total,
    double burst,
    Rates rates,
    double panicThreshold,
    Duration delay,
    Bounds bounds,
    ToZero toZero) {

  private static final Duration STABLE = Duration.ofSeconds(60);
  static final Duration GRACE = Duration.ofSeconds(60);
  static final Duration DEADLINE = Duration.ofSeconds(121);

  /// Pods loaded to 75 %, at most ten times as many or as few in a step.
  static Settings of(double target, double burst) {
    return new Settings(
        target,
        target / 0.75,
        burst,
        new Rates(10, 10),
        2,
        Duration.ZERO,
        new Bounds(0, 0, 1, 0),
        new ToZero(true, GRACE, Duration.ZERO));
  }

  Settings rates(double up, double down) {
    return new Settings(
        target, total, burst, new Rates(up, down), panicThreshold, delay, bounds, toZero);
  }

  Settings delay(Duration wanted) {
    return new Settings(target, total, burst, rates, 100, wanted, bounds, toZero);
  }

  Settings bounds(int min, int max, int initial, int activation) {
    var wanted = new Bounds(min, max, initial, activation);
    return new Settings(target, total, burst, rates, panicThreshold, delay, wanted, toZero);
  }

  Settings retention(int seconds) {
    var wanted = new ToZero(toZero.enabled(), toZero.grace(), Duration.ofSeconds(seconds));
    return new Settings(target, total, burst, rates, panicThreshold, delay, bounds, wanted);
  }

  Settings neverZero() {
    var wanted = new ToZero(false, GRACE, Duration.ZERO);
    return new Settings(target, total, burst, rates, panicThreshold, delay, bounds, wanted);
  }

  ScaleSettings build() {
    return new ScaleSettings(
        ScaleAnnotations.KPA,
        "concurrency",
        new Target(target, total),
        bounds,
        new Windows(STABLE, Duration.ofSeconds(6), Averaging.LINEAR),
        panicThreshold,
        rates,
        burst,
        150,
        delay,
        toZero,
        DEADLINE);
  }
}
