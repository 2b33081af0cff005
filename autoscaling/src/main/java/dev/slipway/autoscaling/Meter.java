package dev.slipway.autoscaling;

import dev.slipway.autoscaling.LoadSamples.Sample;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Counts the requests of one revision: how many arrived, and how many were in flight on average.
///
/// [#enter] and [#exit] may be called by any thread, allocate nothing and take a few nanoseconds;
/// every request that enters must exit exactly once. [#report] is for one thread at a time.
///
/// The average is exact: the number in flight is integrated over time at each event
/// (`area += inFlight * dt`), as Knative's `pkg/http/stats` does. A meter is its own first cell;
/// threads that meet there spread over more cells, made when first needed, so an idle revision
/// costs one small object. Sums over cells are exact because integration is linear.
public final class Meter extends MeterCell {
  private static final int SPREAD = // a power of two
      Math.min(16, Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1));
  private static final VarHandle AWAKE;
  private static final VarHandle CELLS;

  static {
    try {
      var lookup = MethodHandles.lookup();
      AWAKE = lookup.findVarHandle(Meter.class, "awake", boolean.class);
      CELLS = lookup.findVarHandle(Meter.class, "cells", Spaced[].class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Consumer<Meter> woken;
  private final LoadKey key;
  private volatile boolean awake;
  private volatile Spaced @Nullable [] cells;

  // Touched by the reporting thread alone.
  private long reportedNanos;
  private long reportedArea;
  private long reportedArrivals;

  private long wokenNanos; // published by firstWasTold
  private volatile boolean firstWasTold;

  /// A meter of its own, whose reports are read directly.
  ///
  /// @param nanos now; all times given later are on the same clock
  public Meter(LoadKey key, long nanos) {
    this(key, nanos, _ -> {});
  }

  /// @param woken told of the first request after silence, on its thread
  Meter(LoadKey key, long nanos, Consumer<Meter> woken) {
    super(nanos);
    this.key = key;
    this.woken = woken;
    this.reportedNanos = nanos;
  }

  public LoadKey key() {
    return key;
  }

  /// A request came in.
  public void enter(long nanos) {
    if (!tryAdd(1, nanos)) {
      addElsewhere(1, nanos);
    }
    if (!awake) {
      wake(nanos);
    }
  }

  /// A request that came in is done, in whatever way.
  public void exit(long nanos) {
    if (!tryAdd(-1, nanos)) {
      addElsewhere(-1, nanos);
    }
  }

  /// Requests that have entered and not exited.
  public int inFlight() {
    return (int) totals(0).inFlight;
  }

  /// The load since the last report, or since the meter was made.
  public Sample report(long nanos) {
    Totals totals = totals(nanos);
    double elapsed = Math.max(1, nanos - reportedNanos);
    var sample =
        new Sample(
            Math.max(0, (totals.area - reportedArea) / elapsed),
            totals.arrivals - reportedArrivals);
    reportedNanos = nanos;
    reportedArea = totals.area;
    reportedArrivals = totals.arrivals;
    return sample;
  }

  /// As [#report], leaving out the request that was told when the meter woke.
  Sample reportAfterWaking(long nanos) {
    if (!firstWasTold) {
      return report(nanos);
    }
    firstWasTold = false;
    reportedNanos = wokenNanos;
    return report(nanos).withoutFirst();
  }

  /// Falls silent, unless there is something to count.
  ///
  /// A request may enter meanwhile. It either finds the meter asleep and wakes it, or its cell was
  /// written before it is read here: the cell's lock orders the two.
  ///
  /// @return whether the meter sleeps now
  boolean sleep() {
    awake = false;
    Totals totals = totals(0);
    boolean busy = totals.inFlight != 0 || totals.arrivals != reportedArrivals;
    return !busy || !AWAKE.compareAndSet(this, false, true);
  }

  /// Counts time from here on: what lies between sleep and waking is no part of the next report.
  private void wake(long nanos) {
    if (AWAKE.compareAndSet(this, false, true)) {
      wokenNanos = nanos;
      firstWasTold = true;
      woken.accept(this);
    }
  }

  private void addElsewhere(int change, long nanos) {
    Spaced[] spread = cells;
    if (spread == null) {
      spread = spread(nanos);
    }
    spread[(int) Thread.currentThread().threadId() & (SPREAD - 1)].add(change, nanos);
  }

  private Spaced[] spread(long nanos) {
    var made = new Spaced[SPREAD];
    for (int i = 0; i < SPREAD; i++) {
      made[i] = new Spaced(nanos);
    }
    var before = (Spaced @Nullable []) CELLS.compareAndExchange(this, null, made);
    return before == null ? made : before;
  }

  private Totals totals(long nanos) {
    var totals = new Totals();
    sum(nanos, totals);
    Spaced[] spread = cells;
    if (spread != null) {
      for (Spaced cell : spread) {
        cell.sum(nanos, totals);
      }
    }
    return totals;
  }
}
