package dev.slipway.autoscaling;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// The load of revisions as gateways count it, read by whoever decides how many replicas they need.
///
/// A revision without requests costs nothing here: it says one last zero and then is silent until
/// its next request, which is told at once to the listener of [#whenWanted].
public interface LoadSamples {
  /// Takes what was counted since the last take, of each revision that had something to count.
  /// Meant to be called once a second ([#PERIOD_NANOS]); only one caller at a time is served.
  ///
  /// @param nanos now, on the clock that the meters are given (`System.nanoTime()`)
  void take(long nanos, BiConsumer<LoadKey, Sample> sink);

  /// Sets who hears of the first request after silence; replaces the one before.
  ///
  /// The listener runs on the thread of the request, event loops included, so it only passes the
  /// word on. It should record [Sample#FIRST] for the revision and, if the revision stands at zero,
  /// have it decided at once. The next sample of the meter leaves that request out.
  void whenWanted(Consumer<LoadKey> listener);

  /// How often samples are taken: one second, as Knative's proxies report.
  long PERIOD_NANOS = 1_000_000_000L;

  /// The load during one period.
  ///
  /// @param averageConcurrency requests in flight, averaged over the period
  /// @param requests requests that arrived in the period
  record Sample(double averageConcurrency, double requests) {
    /// What a revision's first request after silence stands for.
    public static final Sample FIRST = new Sample(1, 1);

    /// A period without any request.
    public static final Sample NONE = new Sample(0, 0);

    /// This sample without the request that was told as [#FIRST]; never below nothing.
    public Sample withoutFirst() {
      return new Sample(Math.max(0, averageConcurrency - 1), Math.max(0, requests - 1));
    }
  }
}
