package dev.slipway.autoscaling;

import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The meters of all revisions a gateway serves. Thread-safe.
///
/// Only the meters that are awake are walked by [#take], so ten thousand silent revisions cost no
/// time. A meter falls silent after it has reported one period without requests.
public final class LoadMeters implements LoadSamples {
  private final ConcurrentHashMap<LoadKey, Meter> meters = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Meter> awake = new ConcurrentLinkedQueue<>();
  private volatile Consumer<LoadKey> wanted = _ -> {};

  /// The meter of a revision, made if there is none; the gateway keeps it with its route.
  public Meter meter(LoadKey key, long nanos) {
    Meter known = meters.get(key);
    return known != null
        ? known
        : meters.computeIfAbsent(key, made -> new Meter(made, nanos, this::woken));
  }

  /// Drops the meter of a revision that is gone. Requests still in flight may exit it afterwards.
  public void forget(LoadKey key) {
    Meter gone = meters.remove(key);
    if (gone != null) {
      awake.remove(gone);
    }
  }

  /// The requests in flight at a revision; 0 for one that is not known.
  public int inFlight(LoadKey key) {
    Meter known = find(key);
    return known == null ? 0 : known.inFlight();
  }

  @Override
  public synchronized void take(long nanos, BiConsumer<LoadKey, Sample> sink) {
    for (Iterator<Meter> each = awake.iterator(); each.hasNext(); ) {
      Meter meter = each.next();
      Sample sample = meter.reportAfterWaking(nanos);
      sink.accept(meter.key(), sample);
      if (sample.equals(Sample.NONE) && meter.sleep()) {
        each.remove();
      }
    }
  }

  @Override
  public void whenWanted(Consumer<LoadKey> listener) {
    wanted = listener;
  }

  private void woken(Meter meter) {
    awake.add(meter);
    wanted.accept(meter.key());
  }

  private @Nullable Meter find(LoadKey key) {
    return meters.get(key);
  }
}
