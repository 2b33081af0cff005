package dev.slipway.controllers.autoscaling;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What pods use, as whoever runs them measures it (`metrics.k8s.io`). Thread-safe; answers at
/// once.
@FunctionalInterface
public interface PodMetrics {
  /// Measures nothing.
  PodMetrics NONE = (_, _) -> Optional.empty();

  /// @return empty where the pod was not measured yet, or is not known
  Optional<Usage> usage(String namespace, String pod);

  /// @param at when the window ended that it was measured over
  /// @param containers thousandths by resource (`cpu` in cores, `memory` in bytes), by container
  record Usage(Instant at, Duration window, Map<String, Map<String, Long>> containers) {
    public Usage {
      containers = Map.copyOf(containers);
    }
  }
}
