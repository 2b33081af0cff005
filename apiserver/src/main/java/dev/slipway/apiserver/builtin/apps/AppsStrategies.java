package dev.slipway.apiserver.builtin.apps;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.IntOrPercent;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.core.PodDefaults;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Behaviours of apps/v1, by kind.
///
/// Sources: `pkg/apis/apps/v1/defaults.go`, `pkg/apis/apps/validation/validation.go`.
public final class AppsStrategies {
  private static final int HISTORY = 10;

  private AppsStrategies() {}

  public static Map<String, Strategy> byKind() {
    return Map.of(
        "Deployment", new Deployments(),
        "ReplicaSet", new ReplicaSets(),
        "DaemonSet", new DaemonSets(),
        "StatefulSet", new StatefulSetStrategy(),
        "ControllerRevision", new ControllerRevisions());
  }

  private static final class Deployments extends KindStrategy {
    @Override
    protected void fill(ObjectNode deployment) {
      ObjectNode spec = Defaults.object(deployment, "spec");
      Defaults.number(spec, "replicas", 1);
      Defaults.number(spec, "revisionHistoryLimit", HISTORY);
      Defaults.number(spec, "progressDeadlineSeconds", 600);
      ObjectNode strategy = Defaults.object(spec, "strategy");
      Defaults.text(strategy, "type", "RollingUpdate");
      if (Json.text(strategy, "type").equals("RollingUpdate")) {
        ObjectNode rolling = Defaults.object(strategy, "rollingUpdate");
        Defaults.absentText(rolling, "maxUnavailable", "25%");
        Defaults.absentText(rolling, "maxSurge", "25%");
      }
      PodDefaults.template(Defaults.object(spec, "template"));
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource) {
      super.prepareForUpdate(object, old, subresource);
      if (subresource.equals(STATUS)) {
        copyMetadata("labels", old, object);
      }
    }

    @Override
    protected void judge(Field deployment, Problems problems) {
      Field spec = deployment.at("spec");
      WorkloadRules.counts(
          spec,
          problems,
          "replicas",
          "minReadySeconds",
          "revisionHistoryLimit",
          "progressDeadlineSeconds");
      WorkloadRules.selector(spec, "deployment", problems);
      WorkloadRules.template(spec, "ReplicaSet", Map.of(), problems);
      strategy(spec.at("strategy"), problems);
      Field deadline = spec.at("progressDeadlineSeconds");
      if (deadline.present() && deadline.number(0) <= spec.at("minReadySeconds").number(0)) {
        problems.invalid(deadline, "must be greater than minReadySeconds");
      }
    }

    private static void strategy(Field strategy, Problems problems) {
      Field rolling = strategy.at("rollingUpdate");
      switch (strategy.text("type")) {
        case "Recreate" -> {
          if (rolling.present()) {
            problems.forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'");
          }
        }
        case "RollingUpdate" -> rolling(rolling, problems);
        default -> problems.notSupported(strategy, List.of("Recreate", "RollingUpdate"));
      }
    }

    private static void rolling(Field rolling, Problems problems) {
      Field unavailable = rolling.at("maxUnavailable");
      Field surge = rolling.at("maxSurge");
      IntOrPercent.judge(unavailable, problems);
      IntOrPercent.judge(surge, problems);
      if (IntOrPercent.number(unavailable) == 0 && IntOrPercent.number(surge) == 0) {
        problems.invalid(unavailable, "may not be 0 when `maxSurge` is 0");
      }
      IntOrPercent.atMostAll(unavailable, problems);
    }

    @Override
    protected void judgeChange(Field deployment, Field old, Problems problems) {
      problems.immutable(deployment.at("spec", "selector"), old.at("spec", "selector"));
    }

    @Override
    protected void judgeStatus(Field deployment, Field old, Problems problems) {
      Field status = deployment.at(STATUS);
      WorkloadRules.counts(
          status,
          problems,
          "observedGeneration",
          "replicas",
          "updatedReplicas",
          "readyReplicas",
          "availableReplicas",
          "unavailableReplicas",
          "terminatingReplicas",
          "collisionCount");
      WorkloadRules.within(
          status, problems, "updatedReplicas", "readyReplicas", "availableReplicas");
      WorkloadRules.collisions(status, old.at(STATUS), problems);
    }
  }

  private static final class ReplicaSets extends KindStrategy {
    @Override
    protected void fill(ObjectNode set) {
      ObjectNode spec = Defaults.object(set, "spec");
      Defaults.number(spec, "replicas", 1);
      PodDefaults.template(Defaults.object(spec, "template"));
    }

    @Override
    protected void initialStatus(ObjectNode set, ObjectNode status) {
      status.put("replicas", 0);
    }

    @Override
    protected void judge(Field set, Problems problems) {
      Field spec = set.at("spec");
      WorkloadRules.counts(spec, problems, "replicas", "minReadySeconds");
      WorkloadRules.selector(spec, "deployment", problems);
      WorkloadRules.template(spec, "ReplicaSet", Map.of(), problems);
    }

    @Override
    protected void judgeChange(Field set, Field old, Problems problems) {
      problems.immutable(set.at("spec", "selector"), old.at("spec", "selector"));
    }

    @Override
    protected void judgeStatus(Field set, Field old, Problems problems) {
      Field status = set.at(STATUS);
      WorkloadRules.counts(
          status,
          problems,
          "replicas",
          "fullyLabeledReplicas",
          "readyReplicas",
          "availableReplicas",
          "terminatingReplicas",
          "observedGeneration");
      WorkloadRules.within(
          status, problems, "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
    }
  }

  private static final class DaemonSets extends KindStrategy {
    @Override
    protected void fill(ObjectNode set) {
      ObjectNode spec = Defaults.object(set, "spec");
      ObjectNode strategy = Defaults.object(spec, "updateStrategy");
      Defaults.text(strategy, "type", "RollingUpdate");
      if (Json.text(strategy, "type").equals("RollingUpdate")) {
        ObjectNode rolling = Defaults.object(strategy, "rollingUpdate");
        Defaults.number(rolling, "maxUnavailable", 1);
        Defaults.number(rolling, "maxSurge", 0);
      }
      Defaults.number(spec, "revisionHistoryLimit", HISTORY);
      PodDefaults.template(Defaults.object(spec, "template"));
    }

    @Override
    protected void initialStatus(ObjectNode set, ObjectNode status) {
      for (String each :
          List.of(
              "currentNumberScheduled",
              "numberMisscheduled",
              "desiredNumberScheduled",
              "numberReady")) {
        status.put(each, 0);
      }
    }

    @Override
    protected void judge(Field set, Problems problems) {
      Field spec = set.at("spec");
      WorkloadRules.selector(spec, "daemonset", problems);
      WorkloadRules.template(spec, "DaemonSet", Map.of(), problems);
      WorkloadRules.counts(spec, problems, "minReadySeconds", "revisionHistoryLimit");
      strategy(spec.at("updateStrategy"), problems);
    }

    private static void strategy(Field strategy, Problems problems) {
      String type = strategy.text("type");
      if (!List.of("OnDelete", "RollingUpdate").contains(type)) {
        problems.notSupported(strategy, List.of("OnDelete", "RollingUpdate"));
      } else if (type.equals("RollingUpdate")) {
        rolling(strategy.at("rollingUpdate"), problems);
      }
    }

    private static void rolling(Field rolling, Problems problems) {
      Field unavailable = rolling.at("maxUnavailable");
      Field surge = rolling.at("maxSurge");
      for (Field each : List.of(unavailable, surge)) {
        IntOrPercent.judge(each, problems);
        IntOrPercent.atMostAll(each, problems);
      }
      boolean hasUnavailable = IntOrPercent.number(unavailable) != 0;
      boolean hasSurge = IntOrPercent.number(surge) != 0;
      if (hasUnavailable && hasSurge) {
        problems.invalid(surge, "may not be set when maxUnavailable is non-zero");
      } else if (!hasUnavailable && !hasSurge) {
        problems.required(unavailable, "cannot be 0 when maxSurge is 0");
      }
    }

    @Override
    protected void judgeChange(Field set, Field old, Problems problems) {
      problems.immutable(set.at("spec", "selector"), old.at("spec", "selector"));
    }

    @Override
    protected void judgeStatus(Field set, Field old, Problems problems) {
      WorkloadRules.counts(
          set.at(STATUS),
          problems,
          "currentNumberScheduled",
          "numberMisscheduled",
          "desiredNumberScheduled",
          "numberReady",
          "observedGeneration",
          "updatedNumberScheduled",
          "numberAvailable",
          "numberUnavailable",
          "collisionCount");
      WorkloadRules.collisions(set.at(STATUS), old.at(STATUS), problems);
    }
  }

  private static final class ControllerRevisions extends KindStrategy {
    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void judge(Field revision, Problems problems) {
      if (!revision.at("data").present()) {
        problems.required(revision.at("data"), "data is mandatory");
      }
      problems.notNegative(revision.at("revision"));
    }

    @Override
    protected void judgeChange(Field revision, Field old, Problems problems) {
      problems.immutable(revision.at("data"), old.at("data"));
    }
  }
}
