package dev.slipway.controllers.knative;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps the Deployment and the PodAutoscaler of a revision, and says whether it can serve. A
/// revision that has served once stays ready at zero.
public final class RevisionReconciler implements Reconciler {
  private static final String ACTIVE = "Active";

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
    var made =
        new KnativeStatus(
            revision, observed.now(), RevisionHealth.RESOURCES, RevisionHealth.CONTAINER);
    var name = RevisionDesired.deploymentName(revision);
    var deployment = observed.child(Kinds.DEPLOYMENT, name);
    var autoscaler = observed.child(Kinds.POD_AUTOSCALER, revision.name());
    var health = new RevisionHealth(revision, observed, made, plan);
    if (deployment.isPresent()) {
      health.follow(deployment.get());
    } else if (observed.find(Kinds.DEPLOYMENT.key(revision.namespace(), name)).isPresent()) {
      health.notOwned("Deployment", name);
    } else {
      var settings = KnativeConfig.autoscaler(observed);
      int replicas = RevisionDesired.initialScale(revision, settings);
      plan.create(Kinds.DEPLOYMENT, RevisionDesired.deployment(revision, replicas));
      health.deploying();
    }
    boolean failing = deployment.filter(health::isFailing).isPresent();
    plan.keep(Kinds.POD_AUTOSCALER, RevisionDesired.podAutoscaler(revision, failing));
    autoscaler.ifPresent(found -> activity(found, health, made));
    return plan.status(status(revision, made, deployment, autoscaler));
  }

  private static void activity(Resource autoscaler, RevisionHealth health, KnativeStatus made) {
    boolean initialized = autoscaler.isTrue("ScaleTargetInitialized");
    if (initialized) {
      health.initialized();
    } else if (autoscaler.condition(ACTIVE).equals("False")) {
      health.neverStarted();
    }
    made.follow(ACTIVE, autoscaler, ACTIVE);
  }

  private static ObjectNode status(
      Resource revision,
      KnativeStatus made,
      Optional<Resource> deployment,
      Optional<Resource> autoscaler) {
    var status = made.begin(revision);
    deployment.ifPresent(
        found -> status.put("actualReplicas", found.status().path("readyReplicas").asInt(0)));
    autoscaler
        .map(found -> found.status().path("desiredScale"))
        .filter(JsonNode::isNumber)
        .ifPresent(scale -> status.put("desiredReplicas", Math.max(0, scale.asInt())));
    containers(revision, "containers", "containerStatuses", status);
    containers(revision, "initContainers", "initContainerStatuses", status);
    return status;
  }

  private static void containers(Resource revision, String from, String field, ObjectNode status) {
    for (var each : revision.spec().path(from)) {
      var name = Json.text(each, "name");
      status.withArray(field).addObject().put("name", name.isEmpty() ? "user-container" : name);
    }
  }
}
