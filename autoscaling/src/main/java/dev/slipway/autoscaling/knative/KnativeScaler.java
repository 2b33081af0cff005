package dev.slipway.autoscaling.knative;

import dev.slipway.autoscaling.knative.ScalerState.Peak;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides how many pods a revision's load asks for. Pure.
///
/// In stable mode the mean over the stable window decides. When the short panic window asks for
/// twice the ready pods there is panic: the larger of both windows decides and the count never
/// falls, until the panic window has been calm for a whole stable window. See knative/serving
/// `pkg/autoscaler/scaling/autoscaler.go`; bounds and zero are [ScalePlanner]'s.
public final class KnativeScaler {
  /// How often a revision with load or pods is decided.
  public static final Duration TICK = Duration.ofSeconds(2);

  private KnativeScaler() {}

  /// What a decision sees.
  ///
  /// @param readyPods pods that can take requests
  /// @param reachable false if no route leads to the revision any more: then it may shrink at once
  public record Observation(Load load, int readyPods, boolean reachable) {}

  /// Decides once; with an unknown load nothing changes.
  public static ScalerState decide(
      ScaleSettings settings, ScalerState before, Observation seen, Instant now) {
    if (!seen.load().known()) {
      return before;
    }
    int stable = wanted(settings, seen, seen.load().stable());
    int panic = wanted(settings, seen, seen.load().panic());
    Optional<Instant> panicSince = panicSince(settings, before, seen, now);
    int floor = before.panicFloor();
    int desired = stable;
    if (panicSince.isPresent()) {
      floor = Math.max(floor, Math.max(stable, panic));
      desired = floor;
    } else if (before.isPanicking()) {
      floor = 0;
    }
    List<Peak> peaks = peaks(settings, before, new Peak(slot(now), desired), seen.reachable());
    if (!peaks.isEmpty() && seen.reachable()) {
      desired = peaks.getFirst().pods();
    }
    return new ScalerState(desired, excessBurstCapacity(settings, seen), panicSince, floor, peaks);
  }

  /// Pods for a load, within what one step may change.
  private static int wanted(ScaleSettings settings, Observation seen, double load) {
    double ready = Math.max(1, seen.readyPods());
    double most = Math.ceil(settings.rates().up() * ready);
    double least = seen.reachable() ? Math.floor(ready / settings.rates().down()) : 0;
    double pods = Math.ceil(load / settings.target().perPod());
    int within = (int) Math.min(Math.max(pods, least), most);
    int activation = settings.bounds().activation();
    return activation > 1 && pods > 0 ? Math.max(within, activation) : within;
  }

  private static Optional<Instant> panicSince(
      ScaleSettings settings, ScalerState before, Observation seen, Instant now) {
    double pods = Math.ceil(seen.load().panic() / settings.target().perPod());
    if (pods / Math.max(1, seen.readyPods()) >= settings.panicThreshold()) {
      return Optional.of(now);
    }
    return before
        .panicSince()
        .filter(since -> !since.plus(settings.windows().stable()).isBefore(now));
  }

  /// The wishes within the scale-down delay that a later one does not exceed; none without a delay.
  ///
  /// While unreachable nothing is added, and what is held waits.
  private static List<Peak> peaks(
      ScaleSettings settings, ScalerState before, Peak wish, boolean reachable) {
    if (settings.scaleDownDelay().isZero()) {
      return List.of();
    }
    if (!reachable) {
      return before.peaks();
    }
    long slots = Math.ceilDiv(settings.scaleDownDelay().toSeconds(), TICK.toSeconds());
    var kept = new ArrayList<Peak>();
    for (Peak each : before.peaks()) {
      if (each.pods() > wish.pods() && wish.slot() - each.slot() < slots) {
        kept.add(each);
      }
    }
    // A wish in the slot of a larger one adds nothing.
    if (kept.isEmpty() || kept.getLast().slot() != wish.slot()) {
      kept.add(wish);
    }
    return kept;
  }

  private static long slot(Instant now) {
    return Math.floorDiv(now.getEpochSecond(), TICK.toSeconds());
  }

  private static int excessBurstCapacity(ScaleSettings settings, Observation seen) {
    double burst = settings.targetBurstCapacity();
    if (burst <= 0) {
      return burst == 0 ? 0 : -1;
    }
    double capacity = seen.readyPods() * settings.target().total();
    return (int) Math.floor(capacity - burst - seen.load().panic());
  }
}
