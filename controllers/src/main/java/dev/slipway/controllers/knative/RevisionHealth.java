package dev.slipway.controllers.knative;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Whether the pods of a revision can be had and start: its conditions `ResourcesAvailable` and
/// `ContainerHealthy`, from its Deployment and from what its pods say.
///
/// The progress deadline begins when a pod has found a node: a revision that waits for capacity
/// says so, and is not given up. What is wrong with a container is known from its first end.
///
/// Source: knative/serving `pkg/reconciler/revision/reconcile_resources.go` and
/// `pkg/apis/serving/v1/revision_lifecycle.go`.
final class RevisionHealth {
  static final String RESOURCES = "ResourcesAvailable";
  static final String CONTAINER = "ContainerHealthy";
  private static final String LATE = "ProgressDeadlineExceeded";
  private static final String UNSCHEDULABLE = "Unschedulable";
  private static final String DEPLOYING = "Deploying";

  private final Resource revision;
  private final Observed observed;
  private final KnativeStatus made;
  private final Plan plan;
  private boolean late;

  RevisionHealth(Resource revision, Observed observed, KnativeStatus made, Plan plan) {
    this.revision = revision;
    this.observed = observed;
    this.made = made;
    this.plan = plan;
  }

  void deploying() {
    made.unknown(RESOURCES, DEPLOYING, "");
    made.unknown(CONTAINER, DEPLOYING, "");
  }

  void notOwned(String kind, String name) {
    made.no(
        RESOURCES,
        "NotOwned",
        "There is an existing " + kind + " \"" + name + "\" that we do not own.");
  }

  /// The initial scale was reached: it can serve, and can again from zero.
  void initialized() {
    if (!made.status(RESOURCES).equals("False")) {
      made.yes(RESOURCES);
      made.yes(CONTAINER);
    }
  }

  /// It was given up before it ever served.
  void neverStarted() {
    if (!made.status(RESOURCES).equals("False")) {
      made.no(RESOURCES, LATE, "Initial scale was never achieved");
    }
  }

  /// Whether its pods cannot start, and waiting for them is of no use.
  boolean isFailing(Resource deployment) {
    boolean none =
        deployment.spec().path("replicas").asInt(1) > 0
            && deployment.status().path("readyReplicas").asInt(0) == 0;
    return none
        && (made.status(CONTAINER).equals("False")
            || (late && made.status(RESOURCES).equals("False")));
  }

  void follow(Resource deployment) {
    boolean some = deployment.status().path("availableReplicas").asInt(0) > 0;
    boolean none = deployment.spec().path("replicas").asInt(1) == 0;
    if (some) {
      made.yes(RESOURCES);
      if (made.status(CONTAINER).equals("False")) {
        made.yes(CONTAINER);
      }
      return;
    }
    if (none) {
      return; // as it was: what made it fail, or that it once served
    }
    begin();
    var pods = pods();
    var progressing = deployment.conditionNode("Progressing");
    late = Json.text(progressing, "reason").equals(LATE) && !waits(deployment, pods);
    if (late) {
      made.no(RESOURCES, LATE, Json.text(progressing, "message"));
    }
    var failure = deployment.conditionNode("ReplicaFailure");
    if (Json.text(failure, "status").equals("True")) {
      made.no(RESOURCES, Json.text(failure, "reason"), Json.text(failure, "message"));
    }
    pods.forEach(this::listen);
  }

  /// Unknown until something is known; what was wrong with a container is, until it serves.
  private void begin() {
    boolean served = made.status(RESOURCES).equals("True") && made.status(CONTAINER).equals("True");
    if (!served) {
      made.unknown(RESOURCES, DEPLOYING, "");
      if (!made.status(CONTAINER).equals("False")) {
        made.unknown(CONTAINER, DEPLOYING, "");
      }
    }
  }

  private List<Resource> pods() {
    return observed
        .list(Kinds.POD, revision.namespace(), Map.of(Serving.REVISION_UID, revision.uid()))
        .stream()
        .filter(each -> !each.deleting())
        .toList();
  }

  /// Whether a pod has no node yet, or found one too lately for the deadline to have passed.
  private boolean waits(Resource deployment, List<Resource> pods) {
    int seconds = deployment.spec().path("progressDeadlineSeconds").asInt(600);
    boolean waits = false;
    for (var pod : pods) {
      var scheduled = pod.conditionNode("PodScheduled");
      if (Json.text(scheduled, "status").equals("False")) {
        return true;
      }
      var since = Json.text(scheduled, "lastTransitionTime");
      var end = since.isEmpty() ? Instant.MIN : Instant.parse(since).plusSeconds(seconds);
      if (end.isAfter(observed.now())) {
        plan.again(Duration.between(observed.now(), end).plusSeconds(1));
        waits = true;
      }
    }
    return waits;
  }

  private void listen(Resource pod) {
    var scheduled = pod.conditionNode("PodScheduled");
    if (Json.text(scheduled, "status").equals("False")) {
      var reason = Json.text(scheduled, "reason");
      made.no(
          RESOURCES, reason.isEmpty() ? UNSCHEDULABLE : reason, Json.text(scheduled, "message"));
      return;
    }
    pod.status().path("initContainerStatuses").forEach(each -> listen(each, true));
    pod.status().path("containerStatuses").forEach(each -> listen(each, false));
  }

  private void listen(JsonNode container, boolean init) {
    var ended = container.path("lastState").path("terminated");
    if (ended.isMissingNode()) {
      ended = container.path("state").path("terminated");
    }
    if (!ended.isMissingNode() && !(init && ended.path("exitCode").asInt(0) == 0)) {
      made.no(
          CONTAINER,
          "ExitCode" + ended.path("exitCode").asInt(0),
          "Container failed with: " + Json.text(ended, "message"));
      return;
    }
    var reason = Json.text(container, "state", "waiting", "reason");
    boolean stuck = reason.endsWith("BackOff") || reason.startsWith("Err") || late;
    boolean usual =
        reason.isEmpty()
            || reason.equals("PodInitializing")
            || reason.equals("ContainerCreating")
            || reason.equals("CrashLoopBackOff");
    if (stuck && !usual) {
      made.no(RESOURCES, reason, Json.text(container, "state", "waiting", "message"));
    }
  }
}
