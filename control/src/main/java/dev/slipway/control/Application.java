package dev.slipway.control;

import dev.slipway.base.Json;
import dev.slipway.control.Observed.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// One plan on its way into the world. What the API refuses does not keep the rest from being
/// applied.
///
/// While the primary is being deleted nothing new is made for it and nothing is pruned: what
/// becomes of its children is the deletion's own business.
final class Application {
  private final Resource primary;
  private final Plan plan;
  private final Snapshot observed;
  private final Cluster cluster;
  private final Applier applier;
  private final Together together;
  private final List<Refusal> refusals = Collections.synchronizedList(new ArrayList<>());
  private final List<Plan.Happening> pods = Collections.synchronizedList(new ArrayList<>());

  /// What plans are applied with.
  record Tools(Cluster cluster, Applier applier, Together together) {}

  /// What came of it.
  ///
  /// @param stale whether the object had changed meanwhile, so that the plan counts for nothing
  /// @param begun whether anything but the primary itself was touched
  /// @param pods what became of pods, where the plan asks for it to be told
  record Result(boolean stale, boolean begun, List<Refusal> refusals, List<Plan.Happening> pods) {
    Result {
      refusals = List.copyOf(refusals);
      pods = List.copyOf(pods);
    }
  }

  Application(Resource primary, Plan plan, Snapshot observed, Tools tools) {
    this.primary = primary;
    this.plan = plan;
    this.observed = observed;
    this.cluster = tools.cluster;
    this.applier = tools.applier;
    this.together = tools.together;
  }

  Result run(Set<Kind> childKinds) {
    Resource current = primary;
    if (plan.primary().isPresent()) {
      try {
        current = applier.update(primary, plan.primary().get());
      } catch (ClusterException refused) {
        boolean stale = refused.isConflict() || refused.isNotFound();
        return stale ? new Result(true, false, List.of(), List.of()) : failed("update", refused);
      }
    }
    together.run(plan.kept(), this::keep);
    if (!primary.deleting()) {
      prune(childKinds);
      createAll();
    }
    int before = refusals.size();
    together.run(plan.changed(), each -> attempt("patch", each.key(), () -> applier.change(each)));
    boolean changed = refusals.size() == before;
    together.run(plan.deleted(), this::delete);
    boolean stale = (changed || !plan.isStatusAfterChanges()) && isStale(current);
    return new Result(stale, true, refusals, pods);
  }

  /// Where pods are told: one, then two, then four, as long as all are taken.
  private void createAll() {
    List<Plan.Created> all = plan.created();
    int next = 0;
    for (int some = plan.arePodsTold() ? 1 : all.size(); next < all.size(); some *= 2) {
      int before = refusals.size();
      int end = Math.min(next + some, all.size());
      together.run(all.subList(next, end), this::create);
      if (refusals.size() > before) {
        return;
      }
      next = end;
    }
  }

  private void delete(Plan.Deleted deleted) {
    Key key = deleted.key();
    attempt(
        "delete",
        key,
        () -> {
          applier.delete(key, deleted.uid(), deleted.options().deepCopy());
          tell(key.kind(), "SuccessfulDelete", "Deleted", key.name());
        });
  }

  private void tell(Kind kind, String reason, String verb, String name) {
    if (plan.arePodsTold() && kind.equals(Kinds.POD)) {
      pods.add(new Plan.Happening("Normal", reason, verb + " pod: " + name));
    } else if (plan.arePodsTold() && kind.equals(Kinds.JOB) && !primary.kind().equals(Kinds.JOB)) {
      pods.add(new Plan.Happening("Normal", reason, verb + " job " + name));
    }
  }

  private Result failed(String verb, ClusterException refused) {
    refuse(verb, primary.kind(), primary.name(), refused);
    return new Result(false, false, refusals, List.of());
  }

  private void keep(Plan.Kept kept) {
    ObjectNode wanted = complete(kept.kind(), kept.object());
    if (kept.owned()) {
      own(wanted);
    }
    Key key = key(kept.kind(), wanted);
    Optional<Resource> present = cluster.get(key);
    if (kept.owned() && (isAnothers(key, present) || (present.isEmpty() && primary.deleting()))) {
      return;
    }
    attempt("apply", key, () -> applier.apply(kept.kind(), wanted, present));
  }

  /// An object of the same name that has another controller is not ours to take.
  private boolean isAnothers(Key key, Optional<Resource> present) {
    String controller = present.map(Resource::controllerUid).orElse("");
    if (controller.isEmpty() || controller.equals(primary.uid())) {
      return false;
    }
    refuse(
        "apply",
        key.kind(),
        key.name(),
        new ClusterException(
            409, "NotOwned", key + " is controlled by another object (uid " + controller + ")"));
    return true;
  }

  private void create(Plan.Created created) {
    ObjectNode wanted = complete(created.kind(), created.object());
    if (Resource.of(created.kind(), wanted).controllerUid().isEmpty()) {
      own(wanted);
    }
    attempt(
        "create",
        key(created.kind(), wanted),
        () -> {
          Resource made = applier.create(created.kind(), wanted);
          tell(created.kind(), "SuccessfulCreate", "Created", made.name());
        });
  }

  private void prune(Set<Kind> childKinds) {
    Set<Key> spared = new HashSet<>();
    plan.kept().forEach(each -> spared.add(key(each.kind(), complete(each.kind(), each.object()))));
    plan.deleted().forEach(each -> spared.add(each.key()));
    var lost = new ArrayList<Resource>();
    for (Kind kind : childKinds) {
      if (!plan.unpruned().contains(kind)) {
        observed.children(kind).stream()
            .filter(each -> !each.deleting() && !spared.contains(each.key()))
            .forEach(lost::add);
      }
    }
    together.run(
        lost,
        each ->
            attempt(
                "delete",
                each.key(),
                () -> applier.delete(each.key(), each.uid(), inBackground())));
  }

  private static ObjectNode inBackground() {
    return Json.object().put("propagationPolicy", "Background");
  }

  private boolean isStale(Resource current) {
    if (plan.status().isEmpty()) {
      return false;
    }
    try {
      applier.status(current, plan.status().get());
      return false;
    } catch (ClusterException refused) {
      if (refused.isConflict() || refused.isNotFound()) {
        return cluster
            .get(primary.key())
            .filter(each -> each.uid().equals(primary.uid()))
            .isPresent();
      }
      refuse("update", primary.kind(), primary.name(), refused);
      return false;
    }
  }

  private void attempt(String verb, Key key, Runnable write) {
    try {
      write.run();
    } catch (ClusterException refused) {
      refuse(verb, key.kind(), key.name(), refused);
    }
  }

  private void refuse(String verb, Kind kind, String name, ClusterException refused) {
    refusals.add(
        new Refusal(verb, kind, name, refused.reason(), String.valueOf(refused.getMessage())));
  }

  /// A copy that says its kind and namespace.
  private ObjectNode complete(Kind kind, ObjectNode object) {
    ObjectNode whole = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    whole.setAll(Trees.withoutNulls(object));
    if (kind.namespaced() && Json.text(whole, "metadata", "namespace").isEmpty()) {
      Json.ensureObject(whole, "metadata").put("namespace", primary.namespace());
    }
    return whole;
  }

  private void own(ObjectNode child) {
    ObjectNode metadata = Json.ensureObject(child, "metadata");
    String namespace = Json.text(metadata, "namespace");
    if (!primary.namespace().isEmpty() && !namespace.equals(primary.namespace())) {
      throw new IllegalArgumentException(
          primary + " cannot own " + Json.text(metadata, "name") + " in namespace " + namespace);
    }
    metadata
        .withArray("ownerReferences")
        .addObject()
        .put("apiVersion", primary.kind().apiVersion())
        .put("kind", primary.kind().kind())
        .put("name", primary.name())
        .put("uid", primary.uid())
        .put("controller", true)
        .put("blockOwnerDeletion", true);
  }

  private static Key key(Kind kind, ObjectNode object) {
    return kind.key(
        Json.text(object, "metadata", "namespace"), Json.text(object, "metadata", "name"));
  }
}
