package dev.slipway.controllers.katib;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Reports in memory. What a trial reports may be a function of its name; it is complete unless it
/// is said to be awaited.
final class FakeObservations implements Observations {
  private final Map<String, List<MetricLog>> logs = new HashMap<>();
  private final Set<String> awaited = new HashSet<>();
  private final Set<String> stopped = new HashSet<>();
  private Function<String, List<MetricLog>> spoken = _ -> List.of();

  static MetricLog log(long second, String name, String value) {
    return new MetricLog(Instant.ofEpochSecond(second), name, value);
  }

  /// Lets every trial report this, by its name.
  FakeObservations saying(Function<String, List<MetricLog>> words) {
    spoken = words;
    return this;
  }

  FakeObservations awaiting(String trial) {
    awaited.add(trial);
    return this;
  }

  FakeObservations stopping(String trial) {
    stopped.add(trial);
    return this;
  }

  @Override
  public void report(String namespace, String trial, List<MetricLog> more) {
    logs.computeIfAbsent(trial, _ -> new ArrayList<>()).addAll(more);
  }

  @Override
  public Report of(String namespace, String trial) {
    var all = new ArrayList<>(logs.getOrDefault(trial, List.of()));
    all.addAll(spoken.apply(trial));
    return new Report(all, !awaited.contains(trial), stopped.contains(trial));
  }

  @Override
  public void unavailable(String namespace, String trial, String metric) {
    if (of(namespace, trial).of(metric).isEmpty()) {
      report(namespace, trial, List.of(log(0, metric, UNAVAILABLE)));
    }
  }

  @Override
  public void delete(String namespace, String trial) {
    logs.remove(trial);
  }

  @Override
  public void follow(Listener listener) {
    throw new UnsupportedOperationException("tests wake trials themselves");
  }
}
