package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import dev.slipway.control.Conditions;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/// How far a Deployment has come, in its counts and conditions.
///
/// Source: `pkg/controller/deployment/progress.go`.
final class DeploymentStatus {
  private static final int NO_DEADLINE = Integer.MAX_VALUE;
  private static final String PROGRESSING = "Progressing";

  private final Resource deployment;
  private final DeploymentReconciler.Sets sets;
  private final Observed observed;
  private final ObjectNode status = Json.object();
  private final Conditions conditions;

  private DeploymentStatus(Resource deployment, DeploymentReconciler.Sets sets, Observed observed) {
    this.deployment = deployment;
    this.sets = sets;
    this.observed = observed;
    this.conditions = Conditions.of(deployment, observed.now());
  }

  static ObjectNode of(
      Resource deployment, DeploymentReconciler.Sets sets, Observed observed, Plan plan) {
    var made = new DeploymentStatus(deployment, sets, observed);
    made.counts();
    made.availability();
    made.progress(plan);
    made.failure();
    made.status.set("conditions", made.conditions.toJson());
    return made.status;
  }

  /// Whether every pod is of the newest template, answers, and no other is left.
  static boolean complete(Resource deployment, DeploymentReconciler.Sets sets) {
    int wanted = ReplicaSets.wanted(deployment);
    return sets.newest()
        .filter(
            newest ->
                ReplicaSets.running(newest) == wanted
                    && ReplicaSets.available(sets.all()) == wanted
                    && running(sets) == wanted)
        .isPresent();
  }

  private static int running(DeploymentReconciler.Sets sets) {
    return sets.all().stream().mapToInt(ReplicaSets::running).sum();
  }

  private void counts() {
    int available = ReplicaSets.available(sets.all());
    status.put("observedGeneration", deployment.generation());
    count("replicas", running(sets));
    count("updatedReplicas", sets.newest().map(ReplicaSets::running).orElse(0));
    count("readyReplicas", sets.all().stream().mapToInt(ReplicaSets::ready).sum());
    count("availableReplicas", available);
    count("unavailableReplicas", Math.max(0, ReplicaSets.wanted(sets.all()) - available));
    count(
        "terminatingReplicas",
        sets.all().stream()
            .mapToInt(set -> set.status().path("terminatingReplicas").asInt(0))
            .sum());
    if (deployment.status().has("collisionCount")) {
      status.set("collisionCount", deployment.status().path("collisionCount").deepCopy());
    }
  }

  private void count(String field, int value) {
    if (value > 0) {
      status.put(field, value);
    }
  }

  private void availability() {
    var rollout = Rollout.of(deployment);
    if (ReplicaSets.available(sets.all()) >= rollout.replicas() - rollout.maxUnavailable()) {
      conditions.setUpdated(
          "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.");
    } else {
      conditions.setUpdated(
          "Available",
          "False",
          "MinimumReplicasUnavailable",
          "Deployment does not have minimum availability.");
    }
  }

  private void progress(Plan plan) {
    if (deployment.spec().path("paused").asBoolean(false)) {
      if (!timedOut()) {
        set("Unknown", "DeploymentPaused", "Deployment is paused");
      }
      return;
    }
    if (conditions.reason(PROGRESSING).equals("DeploymentPaused")) {
      set("Unknown", "DeploymentResumed", "Deployment is resumed");
    }
    if (sets.newest().isEmpty()) {
      plan.created().stream()
          .map(each -> Json.text(each.object(), "metadata", "name"))
          .forEach(name -> set("True", "NewReplicaSetCreated", created(name)));
      return;
    }
    if (onlyScales()) {
      return;
    }
    var name = sets.newest().get().name();
    if (complete(deployment, sets)) {
      set(
          "True",
          "NewReplicaSetAvailable",
          "ReplicaSet \"" + name + "\" has successfully progressed.");
    } else if (progressed()) {
      set("True", "ReplicaSetUpdated", "ReplicaSet \"" + name + "\" is progressing.");
      conditions.touch(PROGRESSING); // the deadline counts from here
    } else if (conditions.status(PROGRESSING).equals("Unknown")
        && conditions.reason(PROGRESSING).isEmpty()) {
      set("True", "FoundNewReplicaSet", "Found new replica set \"" + name + "\"");
    } else {
      deadline(name, plan);
    }
  }

  /// Whether the last rollout has ended and no other has begun: what changes now is the scale, and
  /// that is no progress of anything.
  private boolean onlyScales() {
    return conditions.reason(PROGRESSING).equals("NewReplicaSetAvailable")
        && status.path("replicas").asInt(0) == status.path("updatedReplicas").asInt(0);
  }

  private static String created(String name) {
    return "Created new replica set \"" + name + "\"";
  }

  private void set(String value, String reason, String message) {
    conditions.setUpdated(PROGRESSING, value, reason, message);
  }

  private boolean timedOut() {
    return conditions.reason(PROGRESSING).equals("ProgressDeadlineExceeded");
  }

  /// More updated, fewer old, more ready or more available pods than the status says so far.
  private boolean progressed() {
    var before = deployment.status();
    int updated = status.path("updatedReplicas").asInt(0);
    int old = status.path("replicas").asInt(0) - updated;
    int updatedBefore = before.path("updatedReplicas").asInt(0);
    int oldBefore = before.path("replicas").asInt(0) - updatedBefore;
    return updated > updatedBefore
        || old < oldBefore
        || status.path("readyReplicas").asInt(0) > before.path("readyReplicas").asInt(0)
        || status.path("availableReplicas").asInt(0) > before.path("availableReplicas").asInt(0);
  }

  private void deadline(String name, Plan plan) {
    int seconds = deployment.spec().path("progressDeadlineSeconds").asInt(600);
    boolean finished = conditions.reason(PROGRESSING).equals("NewReplicaSetAvailable");
    if (seconds == NO_DEADLINE || timedOut() || finished) {
      return;
    }
    var since = Instant.parse(lastUpdate());
    var left = Duration.between(observed.now(), since.plusSeconds(seconds));
    if (left.isNegative()) {
      set(
          "False",
          "ProgressDeadlineExceeded",
          "ReplicaSet \"" + name + "\" has timed out progressing.");
    } else {
      plan.again(left.plusSeconds(1));
    }
  }

  private String lastUpdate() {
    for (var each : conditions.toJson()) {
      if (Json.text(each, "type").equals(PROGRESSING)) {
        return Json.text(each, "lastUpdateTime");
      }
    }
    return observed.now().toString();
  }

  private void failure() {
    var failing =
        sets.all().stream()
            .map(set -> set.conditionNode("ReplicaFailure"))
            .filter(each -> Json.text(each, "status").equals("True"))
            .findFirst();
    if (failing.isPresent()) {
      var found = failing.get();
      conditions.setUpdated(
          "ReplicaFailure", "True", Json.text(found, "reason"), Json.text(found, "message"));
    } else if (!observed.refusals().isEmpty() && sets.newest().isEmpty()) {
      conditions.setUpdated(
          "ReplicaFailure",
          "True",
          "ReplicaSetCreateError",
          observed.refusals().getFirst().message());
    } else {
      conditions.remove("ReplicaFailure");
    }
  }
}
