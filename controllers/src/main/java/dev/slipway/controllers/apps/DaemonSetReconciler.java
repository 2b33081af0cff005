package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.controllers.apps.DaemonNodes.OneNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Keeps one pod on each node that should have one.
///
/// Source: `pkg/controller/daemon/daemon_controller.go`, `update.go`.
public final class DaemonSetReconciler implements Reconciler {
  @Override
  public Kind kind() {
    return Kinds.DAEMON_SET;
  }

  @Override
  public String name() {
    return "daemonset-controller";
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.POD, Kinds.CONTROLLER_REVISION);
  }

  @Override
  public Plan plan(Resource set, Observed observed) {
    var plan = new Plan().spare(Kinds.POD).spare(Kinds.CONTROLLER_REVISION).tellPods();
    var selector = set.spec().path("selector");
    if (selector.path("matchLabels").isEmpty() && selector.path("matchExpressions").isEmpty()) {
      return plan.warn(
          "SelectingAll",
          "This daemon set is selecting all pods. A non-empty selector is required.");
    }
    var revisions = DaemonRevisions.of(set, observed);
    var pods = observed.children(Kinds.POD);
    var nodes =
        DaemonNodes.of(set, observed.list(Kinds.NODE, "", Map.of()), pods, revisions.hash());
    if (!set.deleting()) {
      revisions.keep(pods, plan);
      new Step(set, nodes, revisions, DaemonRollout.of(set, nodes, observed.now()), plan).run();
    }
    int minReady = set.spec().path("minReadySeconds").asInt(0);
    pods.forEach(pod -> Pods.untilAvailable(pod, minReady, observed.now()).ifPresent(plan::again));
    return plan.status(status(set, nodes, observed.now()));
  }

  /// Pods come where they are missing and go where they are not wanted; then the rollout's turn.
  private record Step(
      Resource set,
      DaemonNodes nodes,
      DaemonRevisions revisions,
      DaemonRollout rollout,
      Plan plan) {

    void run() {
      for (var node : nodes.byName().values()) {
        if (!node.fit().stay()) {
          node.pods().stream().filter(pod -> !pod.deleting()).forEach(plan::delete);
        } else if (node.pods().isEmpty()) {
          if (node.fit().run()) {
            make(node);
          }
        } else {
          tidy(node);
        }
      }
      rollout.surge().forEach(this::make);
      rollout.replace().forEach(plan::delete);
    }

    private void make(OneNode node) {
      var pod = DaemonDesired.pod(set, node.name(), revisions.template(), revisions.hash());
      plan.create(Kinds.POD, pod);
    }

    /// What ended is made anew; of several the oldest stays.
    private void tidy(OneNode node) {
      for (var pod : node.pods()) {
        if (Pods.finished(pod) && !pod.deleting()) {
          tell(node, pod);
          plan.delete(pod);
        }
      }
      if (rollout.surges()) {
        node.running(true).stream().skip(1).forEach(plan::delete);
        node.running(false).stream().skip(1).forEach(plan::delete);
      } else {
        node.pods().stream().filter(Pods::active).skip(1).forEach(plan::delete);
      }
    }

    private void tell(OneNode node, Resource pod) {
      var what = pod.namespace() + "/" + pod.name() + " on node " + node.name();
      if (Pods.phase(pod).equals("Failed")) {
        plan.warn("FailedDaemonPod", "Found failed daemon pod " + what + ", will try to kill it");
      } else {
        plan.event(
            "SucceededDaemonPod", "Found succeeded daemon pod " + what + ", will try to delete it");
      }
    }
  }

  private static ObjectNode status(Resource set, DaemonNodes nodes, Instant now) {
    int minReady = set.spec().path("minReadySeconds").asInt(0);
    List<OneNode> wanted = nodes.wanted();
    int misscheduled =
        (int)
            nodes.byName().values().stream()
                .filter(node -> !node.fit().run() && !node.pods().isEmpty())
                .count();
    int available = (int) wanted.stream().filter(node -> node.available(minReady, now)).count();
    var status = Json.object();
    status.put(
        "currentNumberScheduled",
        (int) wanted.stream().filter(node -> !node.pods().isEmpty()).count());
    status.put("numberMisscheduled", misscheduled);
    status.put("desiredNumberScheduled", wanted.size());
    status.put("numberReady", (int) wanted.stream().filter(OneNode::ready).count());
    status.put("observedGeneration", set.generation());
    count(
        status,
        "updatedNumberScheduled",
        (int) wanted.stream().filter(node -> node.newest().isPresent()).count());
    count(status, "numberAvailable", available);
    count(status, "numberUnavailable", wanted.size() - available);
    return status;
  }

  private static void count(ObjectNode status, String field, int value) {
    if (value > 0) {
      status.put(field, value);
    }
  }
}
