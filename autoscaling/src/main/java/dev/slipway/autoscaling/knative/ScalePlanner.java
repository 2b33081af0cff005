package dev.slipway.autoscaling.knative;

import dev.slipway.autoscaling.knative.Activity.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Turns what a revision's load asks for into replicas: bounds, the initial scale, the way to zero,
/// and the condition `Active`. Pure.
///
/// See knative/serving `pkg/reconciler/autoscaling/kpa`, `scaler.go` and `kpa.go`. Not taken over:
/// the probe through the activator before zero, because one gateway carries every request.
public final class ScalePlanner {
  /// Beyond the progress deadline, so that what keeps the pods from starting is seen before they
  /// go.
  private static final Duration ACTIVATION_BUFFER = Duration.ofSeconds(30);

  /// Between becoming inactive and the next look, if the gateway was in the path already.
  private static final Duration SOON = Duration.ofSeconds(3);

  private static final int MIN_GATEWAYS = 2;

  private final ScaleSettings settings;
  private final Situation seen;
  private final Instant now;

  private ScalePlanner(ScaleSettings settings, Situation seen, Instant now) {
    this.settings = settings;
    this.seen = seen;
    this.now = now;
  }

  /// Whether a route leads to a revision.
  public enum Reachability {
    REACHABLE,
    UNREACHABLE,
    UNKNOWN
  }

  /// A revision as it stands.
  ///
  /// @param state the last decision
  /// @param activity the condition `Active` so far
  /// @param initialized whether the initial scale was ever reached
  /// @param proxiedSince since when all its requests pass the gateway; empty: they do not
  public record Situation(
      ScalerState state,
      int readyPods,
      Activity activity,
      boolean initialized,
      Reachability reachability,
      Optional<Instant> proxiedSince) {

    /// With a gateway that always was in the path.
    public static Situation behindGateway(
        ScalerState state,
        int readyPods,
        Activity activity,
        boolean initialized,
        Reachability reachability) {
      return new Situation(
          state, readyPods, activity, initialized, reachability, Optional.of(Instant.EPOCH));
    }
  }

  public static ScalePlan plan(ScaleSettings settings, Situation seen, Instant now) {
    return new ScalePlanner(settings, seen, now).plan();
  }

  /// A count of replicas, and whether to apply it.
  private record Step(int pods, boolean scale, Duration lookAgain) {
    static Step scale(int pods) {
      return new Step(pods, true, KnativeScaler.TICK);
    }

    static Step keep(int pods, Duration lookAgain) {
      return new Step(pods, false, lookAgain);
    }

    static Step keep(int pods) {
      return keep(pods, KnativeScaler.TICK);
    }

    /// Looked at after `time`, if that is before the next regular look.
    Step within(Duration time) {
      return time.compareTo(lookAgain) < 0 ? new Step(pods, scale, time) : this;
    }
  }

  private ScalePlan plan() {
    Step step = step();
    int threshold = activeThreshold();
    Activity activity = activity(step.pods(), threshold);
    boolean settled = isSettled(step, activity);
    return new ScalePlan(
        step.pods(),
        step.scale(),
        activity,
        seen.initialized() || seen.readyPods() >= threshold,
        settled ? Optional.empty() : Optional.of(step.lookAgain()),
        step.pods() > 0 && seen.state().excessBurstCapacity() >= 0,
        gateways());
  }

  private Step step() {
    int desired = seen.state().desired();
    if (desired < 0 && !seen.activity().is(Status.ACTIVATING)) {
      return Step.keep(ScalePlan.UNKNOWN);
    }
    int bounded = bounded(desired);
    return bounded == 0 ? zero() : Step.scale(bounded);
  }

  private int bounded(int desired) {
    int min = min();
    boolean initial = !seen.initialized() && !isUnreachable() && settings.bounds().initial() > 1;
    int least = initial ? Math.max(min, settings.bounds().initial()) : min;
    int max = settings.bounds().max();
    if (desired < least) {
      return least;
    }
    return max != 0 ? Math.min(desired, max) : desired;
  }

  /// How to go to zero: not while active for less than a stable window, and then not before the
  /// grace period and the retention are over.
  private Step zero() {
    if (!settings.toZero().enabled()) {
      return Step.scale(1);
    }
    Activity activity = seen.activity();
    return switch (activity.status()) {
      case ACTIVATING -> whileActivating(activity);
      case ACTIVE -> whileActive(activity);
      case INACTIVE -> whileInactive(activity.lasted(now));
    };
  }

  private Step whileActivating(Activity activity) {
    Duration limit = settings.progressDeadline().plus(ACTIVATION_BUFFER);
    return activity.lasted(now).compareTo(limit) > 0 ? Step.scale(0) : Step.keep(ScalePlan.UNKNOWN);
  }

  private Step whileActive(Activity activity) {
    Duration missing = settings.windows().stable().minus(activity.lasted(now));
    if (missing.isPositive()) {
      return Step.scale(1).within(missing);
    }
    return seen.proxiedSince().isPresent() ? Step.keep(0, SOON) : Step.keep(0);
  }

  private Step whileInactive(Duration inactive) {
    Duration grace = settings.toZero().grace();
    Duration retention = isUnreachable() ? Duration.ZERO : settings.toZero().retention();
    Duration longer = grace.compareTo(retention) > 0 ? grace : retention;
    if (inactive.compareTo(longer) >= 0) {
      return Step.scale(0);
    }
    if (inactive.compareTo(retention) < 0) {
      return Step.keep(0).within(retention.minus(inactive));
    }
    Duration proxied =
        seen.proxiedSince().map(since -> Duration.between(since, now)).orElse(Duration.ZERO);
    Duration missing = grace.minus(proxied);
    return missing.isPositive() ? Step.keep(0).within(missing) : Step.scale(0);
  }

  /// Ready pods from which on a revision is active; 0 only for one that may start at zero.
  private int activeThreshold() {
    return Math.max(min(), seen.initialized() ? 1 : settings.bounds().initial());
  }

  private Activity activity(int wanted, int threshold) {
    Activity before = seen.activity();
    boolean asleep = wanted <= 0 && before.is(Status.INACTIVE);
    if (wanted == 0 || threshold == 0) {
      // Zero while activating means that the deadline has passed.
      return before.is(Status.ACTIVATING) && threshold > 0
          ? before.timedOut(now)
          : before.noTraffic(now);
    }
    if (seen.readyPods() < threshold) {
      return asleep ? before.noTraffic(now) : before.queued(now);
    }
    return asleep ? before : before.active(now);
  }

  /// Whether nothing will change by itself: no load, and the replicas that no load needs.
  private boolean isSettled(Step step, Activity after) {
    if (seen.state().desired() != 0 || !step.scale()) {
      return false;
    }
    return step.pods() == 0
        ? after.is(Status.INACTIVE)
        : step.pods() == seen.readyPods() && step.pods() == bounded(1) && isResting(after);
  }

  /// Active, and held up by its bounds rather than by a window that has yet to pass.
  private boolean isResting(Activity after) {
    return after.is(Status.ACTIVE) && (bounded(0) > 0 || !settings.toZero().enabled());
  }

  private int gateways() {
    double burst = settings.targetBurstCapacity();
    if (burst == 0) {
      return MIN_GATEWAYS;
    }
    double capacity = seen.readyPods() * settings.target().total() + Math.max(0, burst);
    return (int) Math.max(MIN_GATEWAYS, Math.ceil(capacity / settings.activatorCapacity()));
  }

  private int min() {
    return isUnreachable() ? 0 : settings.bounds().min();
  }

  private boolean isUnreachable() {
    return seen.reachability() == Reachability.UNREACHABLE;
  }
}
