package dev.slipway.autoscaling.hpa;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A pod of the workload, as far as scaling is concerned.
///
/// @param gone it failed, succeeded or is being deleted: it counts in no way
/// @param ready its condition `Ready`; empty: it has none yet
public record HpaPod(
    String name,
    boolean gone,
    boolean pending,
    Optional<Instant> started,
    Optional<Readiness> ready,
    List<Container> containers) {

  /// @param since when the condition last changed
  public record Readiness(boolean isReady, Instant since) {}

  /// @param requests thousandths, by resource
  public record Container(String name, Map<String, Long> requests) {
    public Container {
      requests = Map.copyOf(requests);
    }
  }

  public HpaPod {
    containers = List.copyOf(containers);
  }

  boolean isRunningAndReady() {
    return !pending && !gone && ready.isPresent() && ready.get().isReady();
  }
}
