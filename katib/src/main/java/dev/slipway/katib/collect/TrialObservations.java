package dev.slipway.katib.collect;

import dev.slipway.controllers.katib.Observations;
import dev.slipway.katib.parse.LineParser;
import dev.slipway.katib.store.ObservationStore;
import dev.slipway.katib.store.ObservationStore.Position;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// What trials have reported, by whatever way. Thread-safe.
public final class TrialObservations implements Observations {
  private final ObservationStore store;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile Watcher watcher =
      new Watcher() {
        @Override
        public boolean isComplete(String namespace, String trial) {
          return true;
        }

        @Override
        public void reported(String namespace, String trial, List<MetricLog> logs) {}

        @Override
        public void forget(String namespace, String trial) {}
      };

  /// Looks after trials that run.
  interface Watcher {
    /// Whether nothing more will be collected of a trial.
    boolean isComplete(String namespace, String trial);

    /// These have been stored.
    void reported(String namespace, String trial, List<MetricLog> logs);

    void forget(String namespace, String trial);
  }

  public TrialObservations(ObservationStore store) {
    this.store = store;
  }

  ObservationStore store() {
    return store;
  }

  void watchedBy(Watcher who) {
    watcher = who;
  }

  @Override
  public void report(String namespace, String trial, List<MetricLog> logs) {
    add(namespace, trial, logs, Optional.empty());
  }

  /// Stores reports, and where they were read from.
  void add(String namespace, String trial, List<MetricLog> logs, Optional<Position> position) {
    store.add(namespace, trial, logs, position);
    watcher.reported(namespace, trial, logs);
    tell(namespace, trial);
  }

  @Override
  public Report of(String namespace, String trial) {
    boolean complete = watcher.isComplete(namespace, trial); // before its reports are read
    return new Report(store.logs(namespace, trial), complete, store.isStopped(namespace, trial));
  }

  @Override
  public void unavailable(String namespace, String trial, String metric) {
    if (store.unavailable(namespace, trial, metric, LineParser.NO_TIME)) {
      tell(namespace, trial);
    }
  }

  /// The trial's stopping rules held.
  public void stopped(String namespace, String trial) {
    store.stopped(namespace, trial);
    tell(namespace, trial);
  }

  @Override
  public void delete(String namespace, String trial) {
    store.delete(namespace, trial);
    watcher.forget(namespace, trial);
  }

  @Override
  public void follow(Listener listener) {
    listeners.add(listener);
  }

  void tell(String namespace, String trial) {
    listeners.forEach(each -> each.reported(namespace, trial));
  }
}
