package dev.slipway.autoscaling.knative;

import dev.slipway.autoscaling.LoadSamples.Sample;
import java.time.Instant;

/// What is remembered of one revision's load: its stable and its panic window. Not thread-safe.
///
/// Feed it each sample of the revision's meter, at the time it was taken, and **call
/// [#recordSilence] before each decision while the revision has a ready pod**: that is what
/// Knative's scraping of idle pods amounts to, and what lets the mean decline. In silence alone it
/// would stand until the window has passed, as it does for a revision without pods.
public final class LoadHistory {
  private boolean byRate;
  private LoadWindow.Averaging averaging;
  private LoadWindow stable;
  private LoadWindow panic;

  public LoadHistory(ScaleSettings settings) {
    this.byRate = settings.byRate();
    this.averaging = settings.windows().averaging();
    this.stable = new LoadWindow(settings.windows().stable(), averaging);
    this.panic = new LoadWindow(settings.windows().panic(), averaging);
  }

  /// Adds a sample; a rate counts its requests as those of one second.
  public void record(Instant at, Sample sample) {
    double value = byRate ? sample.requests() : sample.averageConcurrency();
    stable.record(at, value);
    panic.record(at, value);
  }

  /// Counts seconds without a sample as seconds without load; the current one is still open.
  public void recordSilence(Instant now) {
    Instant until = now.minusSeconds(1);
    stable.recordSilence(until);
    panic.recordSilence(until);
  }

  /// Follows changed settings: keeps what was measured if the metric and the averaging stay.
  public void follow(ScaleSettings settings, Instant now) {
    if (settings.byRate() == byRate && settings.windows().averaging() == averaging) {
      stable.resize(settings.windows().stable(), now);
      panic.resize(settings.windows().panic(), now);
      return;
    }
    byRate = settings.byRate();
    averaging = settings.windows().averaging();
    stable = new LoadWindow(settings.windows().stable(), averaging);
    panic = new LoadWindow(settings.windows().panic(), averaging);
  }

  /// The load now. Silence is no load: the gateway is in the path of every request.
  public Load load(Instant now) {
    return Load.of(stable.average(now), panic.average(now));
  }

  /// Whether nothing was recorded for longer than the stable window; the history may be dropped.
  public boolean isEmpty(Instant now) {
    return stable.isEmpty(now);
  }
}
