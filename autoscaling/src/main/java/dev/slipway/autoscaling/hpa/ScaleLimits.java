package dev.slipway.autoscaling.hpa;

import dev.slipway.autoscaling.hpa.HpaDecision.Condition;
import dev.slipway.autoscaling.hpa.HpaSpec.Behavior;
import dev.slipway.autoscaling.hpa.HpaSpec.Policy;
import dev.slipway.autoscaling.hpa.HpaSpec.Rules;
import dev.slipway.autoscaling.hpa.HpaSpec.Select;
import dev.slipway.autoscaling.hpa.HpaState.Change;
import dev.slipway.autoscaling.hpa.HpaState.Recommendation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Holds a wish to what was wished recently, to the policies and to the bounds. Pure.
///
/// See kubernetes/kubernetes `pkg/controller/podautoscaler/horizontal.go`,
/// `normalizeDesiredReplicas` and `normalizeDesiredReplicasWithBehaviors`.
final class ScaleLimits {
  private static final String LESS =
      "recent recommendations were higher than current one,"
          + " applying the highest recent recommendation";
  private static final String MORE =
      "recent recommendations were lower than current one,"
          + " applying the lowest recent recommendation";
  private static final int LEAST_UP_LIMIT = 4;

  private final HpaSpec spec;
  private final HpaState state;
  private final int current;
  private final Instant now;

  ScaleLimits(HpaSpec spec, HpaState state, int current, Instant now) {
    this.spec = spec;
    this.state = state;
    this.current = current;
    this.now = now;
  }

  /// @param conditions `AbleToScale` and `ScalingLimited`
  record Limited(int replicas, List<Condition> conditions, List<Recommendation> recommendations) {}

  Limited limit(int wish, HpaSettings settings) {
    return spec.behavior().isPresent()
        ? byBehavior(wish, spec.behavior().get())
        : withoutBehavior(wish, settings.downStabilization());
  }

  private Limited withoutBehavior(int wish, Duration window) {
    Instant from = now.minus(window);
    List<Recommendation> recent =
        state.recommendations().stream().filter(each -> !each.at().isBefore(from)).toList();
    int stable = Math.max(wish, recommended(recent).max().orElse(wish));
    int most = Math.min(spec.maxReplicas(), Math.max(2 * current, LEAST_UP_LIMIT));
    Bounded bounded;
    if (stable < spec.minReplicas()) {
      bounded = Bounded.tooFew(spec.minReplicas());
    } else if (stable > most) {
      bounded = most < spec.maxReplicas() ? Bounded.tooFast(most) : Bounded.tooMany(most);
    } else {
      bounded = Bounded.fits(stable);
    }
    Condition able = stable == wish ? ready() : able("ScaleDownStabilized", LESS);
    return limited(bounded, able, stable, recent, wish);
  }

  private Limited byBehavior(int wish, Behavior behavior) {
    Instant upFrom = now.minus(behavior.up().stabilization());
    Instant downFrom = now.minus(behavior.down().stabilization());
    int lowest = Math.min(wish, since(upFrom).min().orElse(wish));
    int highest = Math.max(wish, since(downFrom).max().orElse(wish));
    int stable = Math.min(Math.max(current, lowest), highest);
    Bounded bounded =
        stable > current
            ? up(stable, behavior.up())
            : stable < current ? down(stable, behavior.down()) : Bounded.fits(stable);
    List<Recommendation> recent =
        state.recommendations().stream()
            .filter(each -> !each.at().isBefore(upFrom) || !each.at().isBefore(downFrom))
            .toList();
    Condition able =
        stable == wish
            ? ready()
            : wish >= current ? able("ScaleUpStabilized", MORE) : able("ScaleDownStabilized", LESS);
    return limited(bounded, able, stable, recent, wish);
  }

  private Limited limited(
      Bounded bounded, Condition able, int stable, List<Recommendation> recent, int wish) {
    var limited =
        new Condition(
            HpaDecision.SCALING_LIMITED,
            bounded.replicas != stable,
            bounded.reason,
            bounded.message);
    var recommendations = new ArrayList<>(recent);
    recommendations.add(new Recommendation(wish, now));
    return new Limited(bounded.replicas, List.of(able, limited), recommendations);
  }

  private Bounded up(int wish, Rules rules) {
    int policy = Math.max(current, allowed(rules, true));
    int most = Math.min(spec.maxReplicas(), policy);
    if (wish <= most) {
      return Bounded.fits(wish);
    }
    return policy < spec.maxReplicas() ? Bounded.tooFast(most) : Bounded.tooMany(most);
  }

  private Bounded down(int wish, Rules rules) {
    int policy = Math.min(current, allowed(rules, false));
    int least = Math.max(spec.minReplicas(), policy);
    if (wish >= least) {
      return Bounded.fits(wish);
    }
    return policy > spec.minReplicas() ? Bounded.tooFastDown(least) : Bounded.tooFew(least);
  }

  /// How far the policies let the count go.
  private int allowed(Rules rules, boolean up) {
    if (rules.select() == Select.DISABLED) {
      return current;
    }
    IntStream each = rules.policies().stream().mapToInt(policy -> allowed(policy, up));
    boolean largest = (rules.select() == Select.MAX) == up;
    return (largest ? each.max() : each.min()).orElse(current);
  }

  private int allowed(Policy policy, boolean up) {
    Instant from = now.minus(policy.period());
    int changed =
        state.changes().stream()
            .filter(each -> each.at().isAfter(from))
            .mapToInt(Change::pods)
            .sum();
    int base = current - changed;
    return switch (policy.type()) {
      case PODS -> up ? base + policy.value() : base - policy.value();
      case PERCENT ->
          up
              ? (int) Math.ceil(base * (1 + policy.value() / 100.0))
              : (int) (base * (1 - policy.value() / 100.0));
    };
  }

  private IntStream since(Instant from) {
    return recommended(
        state.recommendations().stream().filter(each -> each.at().isAfter(from)).toList());
  }

  private static IntStream recommended(List<Recommendation> recommendations) {
    return recommendations.stream().mapToInt(Recommendation::replicas);
  }

  private static Condition ready() {
    return able("ReadyForNewScale", "recommended size matches current size");
  }

  private static Condition able(String reason, String message) {
    return new Condition(HpaDecision.ABLE_TO_SCALE, true, reason, message);
  }

  private record Bounded(int replicas, String reason, String message) {
    static Bounded fits(int replicas) {
      return new Bounded(
          replicas, "DesiredWithinRange", "the desired count is within the acceptable range");
    }

    static Bounded tooMany(int replicas) {
      return new Bounded(
          replicas,
          "TooManyReplicas",
          "the desired replica count is more than the maximum replica count");
    }

    static Bounded tooFew(int replicas) {
      return new Bounded(
          replicas,
          "TooFewReplicas",
          "the desired replica count is less than the minimum replica count");
    }

    static Bounded tooFast(int replicas) {
      return new Bounded(
          replicas,
          "ScaleUpLimit",
          "the desired replica count is increasing faster than the maximum scale rate");
    }

    static Bounded tooFastDown(int replicas) {
      return new Bounded(
          replicas,
          "ScaleDownLimit",
          "the desired replica count is decreasing faster than the maximum scale rate");
    }
  }
}
