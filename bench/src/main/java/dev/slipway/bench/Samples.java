package dev.slipway.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Durations of one kind of operation and what they say.
@SuppressWarnings("ArrayRecordComponent") // never compared
record Samples(long[] nanos, double seconds) {
  Samples {
    nanos = nanos.clone();
    Arrays.sort(nanos);
  }

  /// Those of several runs together.
  static Samples joined(List<Samples> all) {
    return new Samples(
        all.stream().flatMapToLong(each -> Arrays.stream(each.nanos)).toArray(),
        all.stream().mapToDouble(Samples::seconds).sum());
  }

  double perSecond() {
    return nanos.length / seconds;
  }

  double millis(double quantile) {
    return nanos[(int) Math.min(nanos.length - 1L, (long) (nanos.length * quantile))] / 1e6;
  }

  String row(String name) {
    return String.format(
        Locale.ROOT,
        "| %-34s | %8.0f | %7.2f | %7.2f |",
        name,
        perSecond(),
        millis(0.5),
        millis(0.99));
  }
}
