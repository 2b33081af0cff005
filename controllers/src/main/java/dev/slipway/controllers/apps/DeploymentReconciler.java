package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Keeps one ReplicaSet for each template a Deployment has had, and moves pods from the old ones to
/// the
/// newest.
public final class DeploymentReconciler implements Reconciler {
  private static final String CHANGE_CAUSE = "kubernetes.io/change-cause";

  @Override
  public Kind kind() {
    return Kinds.DEPLOYMENT;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.REPLICA_SET);
  }

  @Override
  public Plan plan(Resource deployment, Observed observed) {
    var plan = new Plan().spare(Kinds.REPLICA_SET);
    var sets = Sets.of(deployment, observed.children(Kinds.REPLICA_SET));
    if (deployment.deleting()) {
      return plan.status(DeploymentStatus.of(deployment, sets, observed, plan));
    }
    boolean paused = deployment.spec().path("paused").asBoolean(false);
    if (paused || sets.rescaled(deployment)) {
      scale(deployment, sets, plan);
    } else if (recreates(deployment)) {
      recreate(deployment, sets, observed, plan);
    } else {
      roll(deployment, sets, plan);
    }
    number(deployment, sets, paused, plan);
    forget(deployment, sets, plan);
    return plan.status(DeploymentStatus.of(deployment, sets, observed, plan));
  }

  private static boolean recreates(Resource deployment) {
    return deployment.text("spec", "strategy", "type").equals("Recreate");
  }

  private static void roll(Resource deployment, Sets sets, Plan plan) {
    var rollout = Rollout.of(deployment);
    int current = sets.all().stream().mapToInt(DeploymentReconciler::present).sum();
    if (sets.newest().isEmpty()) {
      make(deployment, sets, rollout.newest(current, 0), plan);
      return;
    }
    var newest = sets.newest().get();
    int next = rollout.newest(current, ReplicaSets.wanted(newest));
    if (next != ReplicaSets.wanted(newest)) {
      resize(deployment, newest, next, plan);
      return;
    }
    rollout.old(newest, sets.old()).forEach((set, size) -> resize(deployment, set, size, plan));
  }

  /// The pods a set has or will have: what it is to end counts until it has ended.
  private static int present(Resource set) {
    return Math.max(ReplicaSets.wanted(set), ReplicaSets.running(set));
  }

  /// Old pods end before new ones begin.
  private static void recreate(Resource deployment, Sets sets, Observed observed, Plan plan) {
    boolean shrinking = false;
    for (var set : sets.old()) {
      if (ReplicaSets.wanted(set) > 0) {
        resize(deployment, set, 0, plan);
        shrinking = true;
      }
    }
    if (shrinking || oldPodsRemain(deployment, sets, observed)) {
      return;
    }
    int wanted = ReplicaSets.wanted(deployment);
    if (sets.newest().isEmpty()) {
      make(deployment, sets, wanted, plan);
    } else {
      resize(deployment, sets.newest().get(), wanted, plan);
    }
  }

  private static boolean oldPodsRemain(Resource deployment, Sets sets, Observed observed) {
    if (sets.old().stream().allMatch(set -> ReplicaSets.running(set) == 0)
        && sets.old().stream()
            .allMatch(set -> set.status().path("terminatingReplicas").asInt(0) == 0)) {
      return false;
    }
    var labels = Json.strings(deployment.spec(), "selector", "matchLabels");
    var oldUids = sets.old().stream().map(Resource::uid).toList();
    return observed.list(Kinds.POD, deployment.namespace(), labels).stream()
        .anyMatch(pod -> !Pods.finished(pod) && oldUids.contains(pod.controllerUid()));
  }

  /// The wanted number changed, or nothing else may happen while paused.
  private static void scale(Resource deployment, Sets sets, Plan plan) {
    int wanted = ReplicaSets.wanted(deployment);
    var active = sets.active();
    if (active.size() <= 1) {
      var only = active.stream().findFirst().or(sets::latest);
      only.ifPresent(set -> resize(deployment, set, wanted, plan));
      return;
    }
    if (sets.newest().filter(set -> saturated(deployment, set)).isPresent()) {
      sets.old().stream()
          .filter(set -> ReplicaSets.wanted(set) > 0)
          .forEach(set -> resize(deployment, set, 0, plan));
      return;
    }
    if (!recreates(deployment)) {
      Rollout.of(deployment)
          .proportional(active)
          .forEach((set, size) -> resize(deployment, set, size, plan));
    }
  }

  private static boolean saturated(Resource deployment, Resource set) {
    int wanted = ReplicaSets.wanted(deployment);
    return ReplicaSets.wanted(set) == wanted
        && ReplicaSets.available(set) == wanted
        && set.annotation(ReplicaSets.DESIRED).equals(Integer.toString(wanted));
  }

  private static void make(Resource deployment, Sets sets, int replicas, Plan plan) {
    int collisions = deployment.status().path("collisionCount").asInt(0);
    var hash = TemplateHash.of(deployment.spec().path("template"), collisions);
    var set = Json.object().put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
    var metadata = set.putObject("metadata").put("namespace", deployment.namespace());
    metadata.put("name", deployment.name() + "-" + hash);
    var template = template(deployment, hash);
    metadata.set("labels", Json.ensureObject(template, "metadata", "labels").deepCopy());
    var annotations = metadata.putObject("annotations");
    deployment.annotations().entrySet().stream()
        .filter(each -> !ReplicaSetAnnotations.skipped(each.getKey()))
        .forEach(each -> annotations.put(each.getKey(), each.getValue()));
    bounds(deployment, annotations);
    annotations.put(ReplicaSets.REVISION, Long.toString(sets.nextRevision()));
    var spec = set.putObject("spec").put("replicas", replicas);
    if (deployment.spec().has("minReadySeconds")) {
      spec.set("minReadySeconds", deployment.spec().path("minReadySeconds").deepCopy());
    }
    var selector = deployment.spec().path("selector").deepCopy();
    if (selector instanceof ObjectNode labels) {
      Json.ensureObject(labels, "matchLabels").put(ReplicaSets.HASH_LABEL, hash);
    }
    spec.set("selector", selector);
    spec.set("template", template);
    plan.create(Kinds.REPLICA_SET, set);
    scaledUp(metadata.path("name").stringValue(), 0, replicas, plan);
  }

  private static ObjectNode template(Resource deployment, String hash) {
    var template =
        deployment.spec().path("template") instanceof ObjectNode found
            ? found.deepCopy()
            : Json.object();
    Json.ensureObject(template, "metadata", "labels").put(ReplicaSets.HASH_LABEL, hash);
    return template;
  }

  private static void resize(Resource deployment, Resource set, int replicas, Plan plan) {
    var patch = Json.object();
    var annotations = Json.object();
    bounds(deployment, annotations);
    boolean told =
        annotations.properties().stream()
            .allMatch(each -> set.annotation(each.getKey()).equals(each.getValue().stringValue()));
    int before = ReplicaSets.wanted(set);
    if (told && before == replicas) {
      return;
    }
    patch.putObject("metadata").set("annotations", annotations);
    if (before != replicas) {
      patch.putObject("spec").put("replicas", replicas);
      if (replicas > before) {
        scaledUp(set.name(), before, replicas, plan);
      } else {
        plan.event(
            "ScalingReplicaSet",
            "Scaled down replica set " + set.name() + " from " + before + " to " + replicas);
      }
    }
    plan.change(set.key(), "", patch);
  }

  private static void scaledUp(String name, int before, int after, Plan plan) {
    if (after > before) {
      plan.event(
          "ScalingReplicaSet",
          "Scaled up replica set " + name + " from " + before + " to " + after);
    }
  }

  private static void bounds(Resource deployment, ObjectNode annotations) {
    var rollout = Rollout.of(deployment);
    annotations.put(ReplicaSets.DESIRED, Integer.toString(rollout.replicas()));
    annotations.put(ReplicaSets.MAX, Integer.toString(rollout.replicas() + rollout.maxSurge()));
  }

  /// Numbers the newest set above all others: a rollback makes an old one the newest again.
  private static void number(Resource deployment, Sets sets, boolean paused, Plan plan) {
    if (sets.newest().isEmpty() || paused) {
      if (!paused && sets.newest().isEmpty()) {
        revise(deployment, Long.toString(sets.nextRevision()), plan);
      }
      return;
    }
    var newest = sets.newest().get();
    long wanted = Math.max(ReplicaSets.revision(newest), sets.nextRevision());
    if (ReplicaSets.revision(newest) != wanted) {
      var annotations = Json.object().put(ReplicaSets.REVISION, Long.toString(wanted));
      var before = newest.annotation(ReplicaSets.REVISION);
      if (!before.isEmpty()) {
        var history = newest.annotation(ReplicaSets.REVISION_HISTORY);
        annotations.put(
            ReplicaSets.REVISION_HISTORY, history.isEmpty() ? before : history + "," + before);
      }
      copyCause(deployment, newest, annotations);
      var patch = Json.object();
      patch.putObject("metadata").set("annotations", annotations);
      plan.change(newest.key(), "", patch);
    }
    revise(deployment, Long.toString(wanted), plan);
  }

  private static void copyCause(Resource deployment, Resource newest, ObjectNode annotations) {
    var cause = deployment.annotation(CHANGE_CAUSE);
    if (!cause.isEmpty() && !cause.equals(newest.annotation(CHANGE_CAUSE))) {
      annotations.put(CHANGE_CAUSE, cause);
    }
  }

  private static void revise(Resource deployment, String revision, Plan plan) {
    if (!deployment.annotation(ReplicaSets.REVISION).equals(revision)) {
      var patch = Json.object();
      patch.putObject("metadata").putObject("annotations").put(ReplicaSets.REVISION, revision);
      plan.change(deployment.key(), "", patch);
    }
  }

  /// Deletes the oldest empty sets beyond `revisionHistoryLimit`, once the rollout is done.
  private static void forget(Resource deployment, Sets sets, Plan plan) {
    int limit = deployment.spec().path("revisionHistoryLimit").asInt(10);
    if (!DeploymentStatus.complete(deployment, sets)) {
      return;
    }
    var old = new ArrayList<>(sets.old());
    old.removeIf(set -> set.deleting());
    int surplus = old.size() - limit;
    old.sort((a, b) -> Long.compare(ReplicaSets.revision(a), ReplicaSets.revision(b)));
    for (int i = 0; i < surplus; i++) {
      var set = old.get(i);
      if (ReplicaSets.wanted(set) == 0 && ReplicaSets.running(set) == 0) {
        plan.delete(set);
      }
    }
  }

  /// The ReplicaSets of a Deployment, sorted out.
  ///
  /// @param newest the one with the present template
  /// @param old the others, oldest first
  record Sets(Optional<Resource> newest, List<Resource> old) {
    static Sets of(Resource deployment, List<Resource> all) {
      var wanted =
          deployment.spec().path("template") instanceof ObjectNode found ? found : Json.object();
      var sorted = new ArrayList<>(all);
      sorted.sort(ReplicaSets.OLDEST_FIRST);
      var newest = sorted.stream().filter(set -> ReplicaSets.sameTemplate(set, wanted)).findFirst();
      newest.ifPresent(sorted::remove);
      return new Sets(newest, List.copyOf(sorted));
    }

    List<Resource> all() {
      var all = new ArrayList<>(old);
      newest.ifPresent(all::add);
      return all;
    }

    List<Resource> active() {
      return all().stream().filter(set -> ReplicaSets.wanted(set) > 0).toList();
    }

    /// The newest, or where there is none the youngest of the old.
    Optional<Resource> latest() {
      return newest.or(() -> old.isEmpty() ? Optional.empty() : Optional.of(old.getLast()));
    }

    long nextRevision() {
      return old.stream().mapToLong(ReplicaSets::revision).max().orElse(0) + 1;
    }

    /// Whether the wanted number changed since the sets were told.
    boolean rescaled(Resource deployment) {
      var wanted = Integer.toString(ReplicaSets.wanted(deployment));
      return active().stream()
          .map(set -> set.annotation(ReplicaSets.DESIRED))
          .anyMatch(told -> !told.isEmpty() && !told.equals(wanted));
    }
  }

  /// Which annotations of a Deployment its ReplicaSets do not get.
  private static final class ReplicaSetAnnotations {
    private static final Set<String> SKIPPED =
        Set.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            ReplicaSets.REVISION,
            ReplicaSets.REVISION_HISTORY,
            ReplicaSets.DESIRED,
            ReplicaSets.MAX,
            "deprecated.deployment.rollback.to");

    static boolean skipped(String name) {
      return SKIPPED.contains(name);
    }
  }
}
