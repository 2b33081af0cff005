package dev.slipway.autoscaling.knative;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What one decision of [KnativeScaler] hands to the next. Immutable.
///
/// @param desired pods wanted, before bounds; -1 until the first decision
/// @param excessBurstCapacity requests the ready pods could take at once beyond the target burst
/// capacity; negative: the gateway should stay in the path
/// @param panicSince when panic last began or was renewed; empty: no panic
/// @param panicFloor most pods wanted during this panic
/// @param peaks recent wishes that a scale-down delay still holds on to, oldest and largest first
public record ScalerState(
    int desired,
    int excessBurstCapacity,
    Optional<Instant> panicSince,
    int panicFloor,
    List<Peak> peaks) {

  /// @param slot two seconds of time, counted from 1970
  public record Peak(long slot, int pods) {}

  public ScalerState {
    peaks = List.copyOf(peaks);
  }

  /// Where deciding begins, for a new revision or after a restart.
  ///
  /// A restart forgets the load, so a revision of two and more pods begins in panic: it keeps them
  /// until a stable window has been seen.
  public static ScalerState starting(ScaleSettings settings, int readyPods, Instant now) {
    double burst = settings.targetBurstCapacity();
    double capacity = settings.bounds().initial() * settings.target().total();
    int excess = burst == 0 || burst == -1 ? (int) burst : (int) (capacity - burst);
    Optional<Instant> panic = readyPods > 1 ? Optional.of(now) : Optional.empty();
    return new ScalerState(-1, excess, panic, readyPods, List.of());
  }

  public boolean isPanicking() {
    return panicSince.isPresent();
  }
}
