package dev.slipway.apiserver.builtin.autoscaling;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.core.ResourceRules;
import dev.slipway.apiserver.resource.Strategy;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Behaviours of the autoscaling group, by kind.
///
/// Sources: `pkg/apis/autoscaling/v2/defaults.go`, `pkg/apis/autoscaling/validation`.
public final class AutoscalingStrategies {
  private AutoscalingStrategies() {}

  /// @param version `v1` or `v2`
  public static Map<String, Strategy> byKind(String version) {
    return Map.of("HorizontalPodAutoscaler", new Autoscalers(version.equals("v1")));
  }

  private static final class Autoscalers extends KindStrategy {
    private static final int CPU_PERCENT = 80;
    private static final int PERIOD_SECONDS = 15;
    private static final int LONGEST_PERIOD = 1800;
    private static final int LONGEST_WINDOW = 3600;

    private final boolean first;

    Autoscalers(boolean first) {
      this.first = first;
    }

    @Override
    protected void fill(ObjectNode autoscaler) {
      ObjectNode spec = Defaults.object(autoscaler, "spec");
      Defaults.number(spec, "minReplicas", 1);
      if (first) {
        return;
      }
      if (spec.path("metrics").isEmpty()) {
        ObjectNode metric = spec.putArray("metrics").addObject().put("type", "Resource");
        metric
            .putObject("resource")
            .put("name", "cpu")
            .putObject("target")
            .put("type", "Utilization")
            .put("averageUtilization", CPU_PERCENT);
      }
      for (ObjectNode metric : Defaults.items(spec, "metrics")) {
        for (String kind : MetricRules.KINDS) {
          Defaults.present(metric, kind, "target").forEach(AutoscalingStrategies::amounts);
        }
      }
      for (ObjectNode behavior : Defaults.present(spec, "behavior")) {
        ObjectNode up = Defaults.object(behavior, "scaleUp");
        Defaults.number(up, "stabilizationWindowSeconds", 0);
        Defaults.text(up, "selectPolicy", "Max");
        if (Defaults.lacks(up, "policies")) {
          policy(up, "Pods", 4);
          policy(up, "Percent", 100);
        }
        ObjectNode down = Defaults.object(behavior, "scaleDown");
        Defaults.text(down, "selectPolicy", "Max");
        if (Defaults.lacks(down, "policies")) {
          policy(down, "Percent", 100);
        }
      }
    }

    private static void policy(ObjectNode rules, String type, int value) {
      rules
          .withArray("policies")
          .addObject()
          .put("type", type)
          .put("value", value)
          .put("periodSeconds", PERIOD_SECONDS);
    }

    @Override
    protected void initialStatus(ObjectNode autoscaler, ObjectNode status) {
      status.put("currentReplicas", 0).put("desiredReplicas", 0);
    }

    @Override
    protected void judge(Field autoscaler, Problems problems) {
      Field spec = autoscaler.at("spec");
      Field least = spec.at("minReplicas");
      Field most = spec.at("maxReplicas");
      long max = most.number(0);
      if (least.present() && least.number(1) < 1) {
        problems.invalid(least, "must be greater than or equal to 1");
      }
      if (max < 1) {
        problems.invalid(most.path(), max, "must be greater than 0");
      }
      if (least.present() && max < least.number(1)) {
        problems.invalid(most.path(), max, "must be greater than or equal to `minReplicas`");
      }
      MetricRules.reference(spec.at("scaleTargetRef"), problems);
      spec.items("metrics").forEach(each -> MetricRules.metric(each, problems));
      for (String each : List.of("scaleUp", "scaleDown")) {
        scaling(spec.at("behavior", each), problems);
      }
      Field percent = spec.at("targetCPUUtilizationPercentage");
      if (percent.present() && percent.number(1) < 1) {
        problems.invalid(percent, "must be greater than 0");
      }
    }

    private static void scaling(Field rules, Problems problems) {
      if (!rules.present()) {
        return;
      }
      Field window = rules.at("stabilizationWindowSeconds");
      if (window.number(0) < 0) {
        problems.invalid(window, "must be greater than or equal to zero");
      } else if (window.number(0) > LONGEST_WINDOW) {
        problems.invalid(window, "must be less than or equal to " + LONGEST_WINDOW);
      }
      problems.oneOf(rules.at("selectPolicy"), List.of("Disabled", "Max", "Min"));
      problems.demand(rules.at("policies"), "must specify at least one Policy");
      for (Field policy : rules.items("policies")) {
        if (!List.of("Percent", "Pods").contains(policy.text("type"))) {
          problems.notSupported(policy.at("type"), List.of("Percent", "Pods"));
        }
        positive(policy.at("value"), problems);
        positive(policy.at("periodSeconds"), problems);
        if (policy.at("periodSeconds").number(0) > LONGEST_PERIOD) {
          problems.invalid(
              policy.at("periodSeconds"), "must be less than or equal to " + LONGEST_PERIOD);
        }
      }
      Field tolerance = rules.at("tolerance");
      if (ResourceRules.quantity(tolerance).filter(each -> each.signum() < 0).isPresent()) {
        problems.invalid(tolerance, "must be greater than or equal to 0");
      }
    }

    private static void positive(Field number, Problems problems) {
      if (number.number(0) <= 0) {
        problems.invalid(number.path(), number.number(0), "must be greater than zero");
      }
    }

    @Override
    protected void judgeStatus(Field autoscaler, Field old, Problems problems) {
      problems.notNegative(autoscaler.at(STATUS, "currentReplicas"));
      problems.notNegative(autoscaler.at(STATUS, "desiredReplicas"));
    }
  }

  /// Amounts of a metric's target, written as numbers, become text.
  private static void amounts(ObjectNode target) {
    for (String each : List.of("value", "averageValue")) {
      if (target.path(each).isNumber()) {
        target.put(each, target.path(each).asString());
      }
    }
  }
}
