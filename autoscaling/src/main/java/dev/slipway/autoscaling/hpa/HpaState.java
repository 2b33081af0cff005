package dev.slipway.autoscaling.hpa;

import java.time.Instant;
import java.util.List;

/// What one decision of [HpaScaler] hands to the next. Immutable; lost on a restart, as upstream.
///
/// @param recommendations counts that were asked for, as far back as any stabilization looks
/// @param changes changes that were applied, as far back as any policy looks
public record HpaState(List<Recommendation> recommendations, List<Change> changes) {
  public static final HpaState NONE = new HpaState(List.of(), List.of());

  public record Recommendation(int replicas, Instant at) {}

  /// @param pods added; negative: removed
  public record Change(int pods, Instant at) {}

  public HpaState {
    recommendations = List.copyOf(recommendations);
    changes = List.copyOf(changes);
  }
}
