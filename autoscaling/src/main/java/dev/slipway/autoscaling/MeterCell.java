package dev.slipway.autoscaling;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// One stripe of a [Meter]: requests in flight and their integral over time, under a spin lock.
///
/// All figures are sums, so a request may enter at one stripe and leave at another, and an event
/// whose time is a little older than the last one's is still counted exactly. The lock is held for
/// a few instructions; waiting spins, and yields after [#SPINS] tries in case its holder lost the
/// processor.
abstract sealed class MeterCell permits Meter, MeterCell.Spaced {
  private static final int SPINS = 200;
  private static final VarHandle BUSY;

  static {
    try {
      BUSY = MethodHandles.lookup().findVarHandle(MeterCell.class, "busy", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through BUSY
  private volatile int busy;

  private int inFlight;
  private long lastNanos;
  private long area; // request-nanoseconds until lastNanos; wraps around, differences do not
  private long arrivals;

  MeterCell(long nanos) {
    this.lastNanos = nanos;
  }

  /// Counts a request in (`+1`) or out (`-1`), unless another thread is in this cell.
  final boolean tryAdd(int change, long nanos) {
    if (!BUSY.compareAndSet(this, 0, 1)) {
      return false;
    }
    area += inFlight * (nanos - lastNanos);
    lastNanos = nanos;
    inFlight += change;
    arrivals += (change + 1) >> 1;
    BUSY.setRelease(this, 0);
    return true;
  }

  final void add(int change, long nanos) {
    int tries = 0;
    while (!tryAdd(change, nanos)) {
      pause(++tries);
    }
  }

  /// Adds this cell's figures to `totals`.
  final void sum(long nanos, Totals totals) {
    int tries = 0;
    while (!BUSY.compareAndSet(this, 0, 1)) {
      pause(++tries);
    }
    totals.area += area + inFlight * (nanos - lastNanos);
    totals.arrivals += arrivals;
    totals.inFlight += inFlight;
    BUSY.setRelease(this, 0);
  }

  @SuppressWarnings("ThreadPriorityCheck") // after spinning, for a holder without a processor
  private static void pause(int tries) {
    if (tries < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  /// Sums over the cells of one meter.
  static final class Totals {
    long area;
    long arrivals;
    long inFlight;
  }

  /// A cell on cache lines of its own.
  static final class Spaced extends MeterCell {
    @SuppressWarnings("unused") // room
    private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12;

    Spaced(long nanos) {
      super(nanos);
    }
  }
}
