package dev.slipway.autoscaling.knative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.autoscaling.knative.LoadWindow.Averaging;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The figures of knative/serving `pkg/autoscaler/aggregation/bucketing_test.go`, then our own.
final class LoadWindowTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00.250Z");

  private static Instant at(double seconds) {
    return START.plusMillis((long) (seconds * 1000));
  }

  private static LoadWindow linear(int seconds) {
    return new LoadWindow(Duration.ofSeconds(seconds), Averaging.LINEAR);
  }

  private static LoadWindow weighted(int seconds) {
    return new LoadWindow(Duration.ofSeconds(seconds), Averaging.WEIGHTED_EXPONENTIAL);
  }

  @ParameterizedTest(name = "{0} buckets")
  @CsvSource({"100, 0.2", "60, 0.2", "40, 0.20567", "6, 0.78456"})
  void smoothing_isSoThatTheWindowsWeightsSumToNearlyOne(int buckets, double expected) {
    assertThat(LoadWindow.smoothing(buckets)).isCloseTo(expected, within(1e-5));
  }

  /// TestTimedFloat64BucketsWindowAverage, step by step.
  @Test
  void average_followsUpstreamsSequence() {
    LoadWindow window = linear(5);
    window.record(at(0), 1);
    assertThat(window.average(at(0))).as("divided by seconds seen, not by the window").isEqualTo(1);
    for (int i = 1; i < 5; i++) {
      window.record(at(i), i + 1);
    }
    assertThat(window.average(at(4))).isEqualTo(3);
    assertThat(window.average(at(3.6))).as("now lags behind").isEqualTo(3);
    assertThat(window.average(at(6))).as("a short silence").isEqualTo(12.0 / 3);
    assertThat(window.average(at(10))).as("a long silence").isZero();
    window.record(at(6), 91);
    assertThat(window.average(at(6))).as("a hole counts as 0").isEqualTo(103.0 / 5);

    window.record(at(60), 1984);
    assertThat(window.average(at(60))).as("starts afresh").isEqualTo(1984);
    window.record(at(57), 4);
    assertThat(window.average(at(60))).as("late").isEqualTo(1988.0 / 4);
    window.record(at(61), 5);
    assertThat(window.average(at(61))).isEqualTo(1993.0 / 5);
    window.record(at(58), 10);
    assertThat(window.average(at(61))).isEqualTo(2003.0 / 5);
    window.record(at(55), 10);
    window.record(at(56), 10);
    assertThat(window.average(at(61))).as("too late").isEqualTo(2003.0 / 5);
    window.record(at(66), 10);
    assertThat(window.average(at(66))).as("exactly a window of silence").isEqualTo(10);
  }

  /// TestDescendingRecord.
  @Test
  void average_recordsInReverse_keepsTheNewest() {
    LoadWindow window = linear(5);
    for (int i = 8; i >= 0; i--) {
      window.record(at(i), 5);
    }
    assertThat(window.average(at(5))).isEqualTo(5);
  }

  /// TestTimedFloat64BucketsWeightedAverage.
  @Test
  void average_weighted_followsUpstreamsSequence() {
    LoadWindow window = weighted(5);
    double a = LoadWindow.smoothing(5);
    window.record(at(0), 2);
    assertThat(window.average(at(0))).isEqualTo(2 * a);
    assertThat(window.average(at(1))).isEqualTo(2 * a * (1 - a));
    window.record(at(1), 2);
    assertThat(window.average(at(1))).isCloseTo(2 * a * (1 - a) + 2 * a, within(1e-12));
    for (int i = 0; i < 5; i++) {
      window.record(at(2 + i), i + 2);
    }
    double expected = 0;
    for (int ago = 0; ago < 5; ago++) {
      expected += (6 - ago) * a * Math.pow(1 - a, ago);
    }
    assertThat(window.average(at(6))).isCloseTo(expected, within(1e-12));
    assertThat(window.average(at(16))).isZero();
  }

  /// TestTimedFloat64BucketsResizeWindow and TestWeightedFloat64BucketsResizeWindow.
  @Test
  void resize_keepsWhatFits() {
    LoadWindow window = linear(5);
    LoadWindow weighted = weighted(5);
    for (int i = 0; i < 6; i++) {
      window.record(at(i), i + 1);
      weighted.record(at(i), i + 1);
    }
    assertThat(weighted.average(at(5))).isCloseTo(5.812, within(5e-4));
    assertThat(window.average(at(5))).isEqualTo(20.0 / 5);
    window.resize(Duration.ofSeconds(10), at(5));
    assertThat(window.length()).isEqualTo(Duration.ofSeconds(10));
    assertThat(window.average(at(5))).as("five seconds are known").isEqualTo(20.0 / 5);
    window.record(at(6), 7);
    assertThat(window.average(at(6))).as("six digits").isEqualTo(4.5);
    window.resize(Duration.ofSeconds(4), at(6));
    assertThat(window.average(at(6))).as("the oldest are gone").isEqualTo(22.0 / 4);
  }

  /// TestTimedFloat64BucketsWindowUpdateNoOp.
  @Test
  void resize_silentWindow_forgets() {
    LoadWindow window = linear(5);
    window.record(at(-60), 19.82);
    window.resize(Duration.ofSeconds(10), at(0));
    window.record(at(0), 3);
    assertThat(window.average(at(0))).isEqualTo(3);
  }

  @Test
  void average_isRoundedToSixDigits() {
    LoadWindow window = linear(3);
    window.record(at(0), 1);
    window.record(at(1), 0);
    window.record(at(2), 0);
    assertThat(window.average(at(2))).isEqualTo(0.333333);
  }

  @Test
  void isEmpty_onlyAfterMoreThanAWindow() {
    LoadWindow window = linear(6);
    assertThat(window.isEmpty(at(0))).isTrue();
    window.record(at(0), 1);
    assertThat(window.isEmpty(at(6))).isFalse();
    assertThat(window.isEmpty(at(7))).isTrue();
  }

  @Test
  void zeros_holdNoBuckets() {
    LoadWindow window = linear(60);
    for (int i = 0; i < 100; i++) {
      window.record(at(i), 0);
    }
    assertThat(window.holdsBuckets()).isFalse();
    window.record(at(100), 4);
    assertThat(window.holdsBuckets()).isTrue();
    assertThat(window.average(at(100))).isEqualTo(0.066667);
    for (int i = 101; i < 161; i++) {
      window.record(at(i), 0);
    }
    assertThat(window.holdsBuckets()).isFalse();
    assertThat(window.average(at(160))).isZero();
  }

  /// Against a window that keeps every record.
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void average_isWhatAListOfAllRecordsGives(long seed) {
    var random = new Random(seed);
    int seconds = 1 + random.nextInt(20);
    LoadWindow window = linear(seconds);
    var model = new Model(seconds);
    int now = 0;
    for (int i = 0; i < 3_000; i++) {
      now += random.nextInt(10) == 0 ? random.nextInt(2 * seconds) : random.nextInt(2);
      int late = random.nextInt(4) == 0 ? random.nextInt(seconds + 2) : 0;
      int value = random.nextInt(3) == 0 ? 0 : random.nextInt(100);
      window.record(at(now - late), value);
      model.record(now - late, value);
      int later = now + random.nextInt(seconds + 2);
      assertThat(window.average(at(later)))
          .as("seed %d, step %d", seed, i)
          .isCloseTo(model.average(later), within(1e-6));
    }
  }

  private static final class Model {
    private final int seconds;
    private final TreeMap<Long, Double> records = new TreeMap<>();
    private long first;

    Model(int seconds) {
      this.seconds = seconds;
    }

    void record(long second, double value) {
      if (!records.isEmpty()) {
        long last = records.lastKey();
        if (second + seconds <= last) {
          return;
        }
        if (second - last >= seconds) {
          records.clear();
        }
      }
      first = records.isEmpty() ? second : Math.min(first, second);
      records.merge(second, value, Double::sum);
    }

    double average(long now) {
      long last = records.lastKey();
      long silent = Math.max(0, now - last);
      if (silent >= seconds) {
        return 0;
      }
      long from = last - seconds + 1 + silent;
      double sum = records.tailMap(from, true).values().stream().mapToDouble(v -> v).sum();
      return sum / (double) Math.min(last - first + 1, seconds - silent);
    }
  }
}
