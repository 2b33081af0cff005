package dev.slipway.apiserver.builtin.policy;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.IntOrPercent;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import dev.slipway.apiserver.resource.Strategy;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Behaviours of the policy group, by kind.
///
/// Source: `pkg/apis/policy/validation/validation.go`.
public final class PolicyStrategies {
  private PolicyStrategies() {}

  public static Map<String, Strategy> byKind() {
    return Map.of(
        "PodDisruptionBudget", new DisruptionBudgets(),
        "PodSecurityPolicy", new PodSecurityPolicyStrategy(""));
  }

  /// Kinds of this group that old manifests write as core/v1.
  public static Map<String, Strategy> coreSpellings() {
    return Map.of(
        "PodSecurityPolicy",
        new PodSecurityPolicyStrategy(
            "PodSecurityPolicy is not a kind of v1: it was read as policy/v1beta1"
                + " PodSecurityPolicy"));
  }

  private static final class DisruptionBudgets extends KindStrategy {
    private static final List<String> COUNTS =
        List.of("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods");

    @Override
    protected void initialStatus(ObjectNode budget, ObjectNode status) {
      COUNTS.forEach(each -> status.put(each, 0));
    }

    @Override
    protected void judge(Field budget, Problems problems) {
      Field spec = budget.at("spec");
      if (spec.at("minAvailable").present() && spec.at("maxUnavailable").present()) {
        problems.invalid(spec, "minAvailable and maxUnavailable cannot be both set");
      }
      for (String each : List.of("minAvailable", "maxUnavailable")) {
        if (spec.at(each).present()) {
          IntOrPercent.judge(spec.at(each), problems);
          IntOrPercent.atMostAll(spec.at(each), problems);
        }
      }
      Selectors.judge(spec.at("selector"), problems);
      problems.oneOf(
          spec.at("unhealthyPodEvictionPolicy"), List.of("AlwaysAllow", "IfHealthyBudget"));
    }

    @Override
    protected void judgeStatus(Field budget, Field old, Problems problems) {
      COUNTS.forEach(each -> problems.notNegative(budget.at(STATUS, each)));
    }

    @Override
    public List<String> warnings(ObjectNode budget) {
      Field selector = Field.of(budget).at("spec", "selector");
      return selector.present() && Selectors.isEmpty(selector)
          ? List.of("spec.selector: an empty selector matches all pods in the namespace")
          : List.of();
    }
  }
}
