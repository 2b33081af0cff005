package dev.slipway.autoscaling.hpa;

import dev.slipway.autoscaling.hpa.HpaDecision.Condition;
import dev.slipway.autoscaling.hpa.HpaDecision.Current;
import dev.slipway.autoscaling.hpa.HpaSpec.Rules;
import dev.slipway.autoscaling.hpa.HpaState.Change;
import dev.slipway.autoscaling.hpa.HpaState.Recommendation;
import dev.slipway.autoscaling.hpa.MetricReplicas.Proposal;
import dev.slipway.autoscaling.hpa.MetricReplicas.Tolerance;
import dev.slipway.autoscaling.hpa.MetricReplicas.Unmeasured;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Decides for a HorizontalPodAutoscaler how many replicas its workload should have. Pure.
///
/// The largest count that any metric asks for holds. If some metrics cannot be had, the others may
/// let it grow but not shrink. See kubernetes/kubernetes
/// `pkg/controller/podautoscaler/horizontal.go`.
public final class HpaScaler {
  private final HpaSpec spec;
  private final HpaSettings settings;
  private final Observed seen;
  private final Instant now;
  private final List<Condition> conditions = new ArrayList<>();
  private final List<Current> metrics = new ArrayList<>();

  private HpaScaler(HpaSpec spec, HpaSettings settings, Observed seen, Instant now) {
    this.spec = spec;
    this.settings = settings;
    this.seen = seen;
    this.now = now;
  }

  /// The workload and what was measured.
  ///
  /// @param replicas its `spec.replicas`
  /// @param currentPods its `status.replicas`
  /// @param pods those its selector matches
  /// @param readings one for each metric of the spec, in its order
  public record Observed(
      int replicas, int currentPods, List<HpaPod> pods, List<HpaReading> readings) {
    public Observed {
      pods = List.copyOf(pods);
      readings = List.copyOf(readings);
    }
  }

  /// Decides once.
  ///
  /// @throws IllegalArgumentException if there is not one reading for each metric
  public static HpaDecision decide(
      HpaSpec spec, HpaSettings settings, HpaState before, Observed seen, Instant now) {
    if (seen.readings().size() != spec.metrics().size()) {
      throw new IllegalArgumentException(
          seen.readings().size() + " readings for " + spec.metrics().size() + " metrics");
    }
    return new HpaScaler(spec, settings, seen, now).decide(before);
  }

  private HpaDecision decide(HpaState before) {
    int current = seen.replicas();
    HpaState known =
        before.recommendations().isEmpty()
            ? new HpaState(List.of(new Recommendation(current, now)), before.changes())
            : before;
    set(able("SucceededGetScale", "the HPA controller was able to get the target's current scale"));
    if (current == 0 && spec.minReplicas() != 0) {
      set(
          active(
              false,
              "ScalingDisabled",
              "scaling is disabled since the replica count of the target is zero"));
      return stay(known, 0, Optional.empty());
    }
    if (current > spec.maxReplicas()) {
      return change(known, spec.maxReplicas(), "Current number of replicas above Spec.MaxReplicas");
    }
    if (current < spec.minReplicas()) {
      return change(known, spec.minReplicas(), "Current number of replicas below Spec.MinReplicas");
    }
    return byMetrics(known);
  }

  private HpaDecision byMetrics(HpaState known) {
    Wish wish = wish();
    if (wish.replicas < 0) {
      return stay(known, seen.replicas(), wish.error);
    }
    var limits = new ScaleLimits(spec, known, seen.replicas(), now);
    ScaleLimits.Limited limited = limits.limit(wish.replicas, settings);
    limited.conditions().forEach(this::set);
    var next = new HpaState(limited.recommendations(), known.changes());
    if (limited.replicas() == seen.replicas()) {
      return stay(next, seen.replicas(), wish.error);
    }
    String reason =
        wish.replicas > seen.replicas()
            ? wish.metric + " above target"
            : wish.replicas < seen.replicas() ? "All metrics below target" : "";
    HpaDecision changed = change(next, limited.replicas(), reason);
    return wish.error.isEmpty() ? changed : withError(changed, wish.error);
  }

  private record Wish(int replicas, String metric, Optional<String> error) {}

  /// The largest proposal; -1 if there is none to act on.
  private Wish wish() {
    var calculator = new MetricReplicas(seen, tolerance(), settings, now);
    int most = -1;
    String metric = "";
    int failed = 0;
    String firstError = "";
    String firstReason = "";
    for (int i = 0; i < spec.metrics().size(); i++) {
      try {
        Proposal proposal = calculator.propose(i, spec.metrics().get(i), seen.readings().get(i));
        metrics.add(proposal.current());
        if (proposal.replicas() > most) {
          most = proposal.replicas();
          metric = proposal.metric();
        }
      } catch (Unmeasured e) {
        firstError = failed == 0 ? String.valueOf(e.getMessage()) : firstError;
        firstReason = failed == 0 ? e.reason() : firstReason;
        failed++;
      }
    }
    Optional<String> error =
        failed == 0
            ? Optional.empty()
            : Optional.of(
                "invalid metrics (%d invalid out of %d), first error is: %s"
                    .formatted(failed, spec.metrics().size(), firstError));
    if (failed > 0 && (failed == spec.metrics().size() || most < seen.replicas())) {
      set(
          active(
              false,
              firstReason,
              "the HPA was unable to compute the replica count: " + firstError));
      return new Wish(-1, "", error);
    }
    set(
        active(
            true,
            "ValidMetricFound",
            "the HPA was able to successfully calculate a replica count from " + metric));
    return new Wish(Math.max(0, most), metric, error);
  }

  private Tolerance tolerance() {
    return new Tolerance(
        spec.behavior().map(each -> of(each.down())).orElse(settings.tolerance()),
        spec.behavior().map(each -> of(each.up())).orElse(settings.tolerance()));
  }

  private double of(Rules rules) {
    return rules.tolerance().orElse(settings.tolerance());
  }

  private HpaDecision stay(HpaState next, int replicas, Optional<String> error) {
    return new HpaDecision(replicas, false, "", conditions, metrics, error, next, next);
  }

  private HpaDecision change(HpaState next, int replicas, String reason) {
    set(
        able(
            "SucceededRescale",
            "the HPA controller was able to update the target scale to " + replicas));
    var applied = new HpaState(next.recommendations(), changes(next, replicas - seen.replicas()));
    return new HpaDecision(
        replicas, true, reason, conditions, metrics, Optional.empty(), applied, next);
  }

  /// The changes that some policy still looks at, with this one; without policies none are kept.
  private List<Change> changes(HpaState state, int change) {
    if (spec.behavior().isEmpty()) {
      return List.of();
    }
    Duration longest =
        Stream.of(spec.behavior().get().up(), spec.behavior().get().down())
            .flatMap(rules -> rules.policies().stream())
            .map(HpaSpec.Policy::period)
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    Instant from = now.minus(longest);
    return Stream.concat(
            state.changes().stream().filter(each -> each.at().isAfter(from)),
            Stream.of(new Change(change, now)))
        .toList();
  }

  private static HpaDecision withError(HpaDecision decision, Optional<String> error) {
    return new HpaDecision(
        decision.replicas(),
        decision.rescale(),
        decision.reason(),
        decision.conditions(),
        decision.metrics(),
        error,
        decision.state(),
        decision.stateIfRefused());
  }

  private void set(Condition condition) {
    conditions.removeIf(each -> each.type().equals(condition.type()));
    conditions.add(condition);
  }

  private static Condition able(String reason, String message) {
    return new Condition(HpaDecision.ABLE_TO_SCALE, true, reason, message);
  }

  private static Condition active(boolean status, String reason, String message) {
    return new Condition(HpaDecision.SCALING_ACTIVE, status, reason, message);
  }
}
