package dev.slipway.controllers.knative;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps the Deployment and the PodAutoscaler of a revision, and says whether it can serve. A
/// revision
/// that has served once stays ready at zero.
public final class RevisionReconciler implements Reconciler {
  private static final String RESOURCES = "ResourcesAvailable";
  private static final String CONTAINER = "ContainerHealthy";
  private static final String ACTIVE = "Active";
  private static final String INITIAL_SCALE = "autoscaling.knative.dev/initial-scale";
  private static final String INITIAL_SCALE_CAMEL = "autoscaling.knative.dev/initialScale";

  @Override
  public Kind kind() {
    return Kinds.REVISION;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.DEPLOYMENT, Kinds.POD_AUTOSCALER);
  }

  @Override
  public Plan plan(Resource revision, Observed observed) {
    var plan = new Plan().spare(Kinds.DEPLOYMENT);
    if (revision.deleting()) {
      return plan.spare(Kinds.POD_AUTOSCALER);
    }
    var deployment = observed.child(Kinds.DEPLOYMENT, RevisionDesired.deploymentName(revision));
    if (deployment.isEmpty()) {
      plan.create(Kinds.DEPLOYMENT, RevisionDesired.deployment(revision, initialScale(revision)));
    }
    plan.keep(Kinds.POD_AUTOSCALER, RevisionDesired.podAutoscaler(revision));
    var autoscaler = observed.child(Kinds.POD_AUTOSCALER, revision.name());
    return plan.status(status(revision, deployment, autoscaler, observed));
  }

  private static int initialScale(Resource revision) {
    var text = revision.annotation(INITIAL_SCALE);
    try {
      return Integer.parseInt(text.isEmpty() ? revision.annotation(INITIAL_SCALE_CAMEL) : text);
    } catch (NumberFormatException _) {
      return 1;
    }
  }

  private static ObjectNode status(
      Resource revision,
      Optional<Resource> deployment,
      Optional<Resource> autoscaler,
      Observed observed) {
    var made = new KnativeStatus(revision, observed.now(), RESOURCES, CONTAINER);
    deployment.ifPresent(found -> progress(revision, found, made, observed));
    autoscaler.ifPresent(found -> activity(found, made));
    if (deployment.isEmpty()) {
      made.unknown(RESOURCES, "Deploying", "");
      made.unknown(CONTAINER, "Deploying", "");
    }
    var status = made.begin(revision);
    deployment.ifPresent(
        found -> status.put("actualReplicas", found.status().path("readyReplicas").asInt(0)));
    autoscaler
        .map(found -> found.status().path("desiredScale"))
        .filter(JsonNode::isNumber)
        .ifPresent(scale -> status.put("desiredReplicas", Math.max(0, scale.asInt())));
    containers(revision, status);
    return status;
  }

  private static void activity(Resource autoscaler, KnativeStatus made) {
    made.follow(ACTIVE, autoscaler, ACTIVE);
    if (autoscaler.isTrue("ScaleTargetInitialized")) {
      made.yes(RESOURCES);
      made.yes(CONTAINER);
    }
  }

  private static void progress(
      Resource revision, Resource deployment, KnativeStatus made, Observed observed) {
    if (made.status(RESOURCES).equals("True")
        && made.status(CONTAINER).equals("True")
        && deployment.status().path("availableReplicas").asInt(0) > 0) {
      return;
    }
    if (!made.ready()) {
      made.unknown(RESOURCES, "Deploying", "");
      made.unknown(CONTAINER, "Deploying", "");
    }
    var progressing = deployment.conditionNode("Progressing");
    var failure = deployment.conditionNode("ReplicaFailure");
    boolean late = Json.text(progressing, "reason").equals("ProgressDeadlineExceeded");
    if (Json.text(failure, "status").equals("True")) {
      made.no(RESOURCES, Json.text(failure, "reason"), Json.text(failure, "message"));
    } else if (late && !made.ready()) {
      made.no(RESOURCES, "ProgressDeadlineExceeded", Json.text(progressing, "message"));
    }
    pods(revision, made, late, observed);
  }

  /// What the pods themselves say: an image that is not there, a program that ends.
  private static void pods(Resource revision, KnativeStatus made, boolean late, Observed observed) {
    if (made.ready()) {
      return;
    }
    var pods =
        observed.list(Kinds.POD, revision.namespace(), Map.of(Serving.REVISION, revision.name()));
    for (var pod : pods) {
      if (pod.deleting()) {
        continue;
      }
      var scheduled = pod.conditionNode("PodScheduled");
      if (Json.text(scheduled, "status").equals("False")) {
        made.no(RESOURCES, Json.text(scheduled, "reason"), Json.text(scheduled, "message"));
        return;
      }
      if (told(pod, "initContainerStatuses", made, late)
          || told(pod, "containerStatuses", made, late)) {
        return;
      }
    }
  }

  private static boolean told(Resource pod, String field, KnativeStatus made, boolean late) {
    for (var each : pod.status().path(field)) {
      var ended = each.path("state").path("terminated");
      if (ended.isMissingNode()) {
        ended = each.path("lastState").path("terminated");
      }
      boolean failed = !ended.isMissingNode() && ended.path("exitCode").asInt(0) != 0;
      if (failed || (!ended.isMissingNode() && field.equals("containerStatuses"))) {
        made.no(
            CONTAINER,
            "ExitCode" + ended.path("exitCode").asInt(0),
            "Container failed with: " + Json.text(ended, "message"));
        return true;
      }
      var reason = Json.text(each, "state", "waiting", "reason");
      boolean stuck = reason.endsWith("BackOff") || reason.startsWith("Err") || late;
      if (!reason.isEmpty() && stuck && !reason.equals("PodInitializing")) {
        made.no(RESOURCES, reason, Json.text(each, "state", "waiting", "message"));
        return true;
      }
    }
    return false;
  }

  private static void containers(Resource revision, ObjectNode status) {
    var statuses = status.putArray("containerStatuses");
    for (var each : revision.spec().path("containers")) {
      var name = Json.text(each, "name");
      statuses.addObject().put("name", name.isEmpty() ? "user-container" : name);
    }
  }
}
