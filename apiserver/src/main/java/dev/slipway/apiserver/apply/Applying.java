package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.apply.Managed.Manager;
import dev.slipway.apiserver.apply.Managed.Owned;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.patch.JsonValues;
import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One server-side apply: merge, prune, conflicts, ownership.
///
/// Source: `structured-merge-diff/merge/update.go`, `Apply`; the treatment of `kubectl` follows
/// `k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedmanager.go`.
final class Applying {
  /// The manager `kubectl apply --server-side` writes as; it may take over what the same person's
  /// client-side apply left behind.
  private static final String KUBECTL = "kubectl";

  private final GroupVersionKind kind;
  private final Views views;
  private final FieldSet ignored;
  private final Ownership.Actor actor;
  private final Schema schema;

  Applying(GroupVersionKind kind, Views views, FieldSet ignored, Ownership.Actor actor) {
    this.kind = kind;
    this.views = views;
    this.ignored = ignored;
    this.actor = actor;
    this.schema = views.schema(kind.apiVersion()).orElseThrow();
  }

  /// @param live without its entries
  /// @param managed who owns what; changed to what is true after the apply
  /// @return a new object without entries
  ObjectNode apply(ObjectNode live, ObjectNode config, Managed managed, boolean force) {
    requireConfig(config);
    views.reconcile(managed);
    Manager applier = Manager.applier(actor.manager(), actor.subresource());
    @Nullable Owned last = managed.get(applier);
    FieldSet applied = FieldSets.of(config, schema).recursiveDifference(ignored);
    String time = last == null ? "" : last.time();
    managed.put(applier, new Owned(applied, kind.apiVersion(), time, null));

    ObjectNode after = merge(live, config, managed, applier, last);
    dropEmptyMetadata(after);
    var losses = new Losses(views, ignored, live, after);
    losses.dropUnserved(managed);
    Conflicts conflicts = losses.conflicts(managed, applier);
    if (!force && !conflicts.isEmpty()) {
      refuse(conflicts, live);
    }
    losses.settle(managed, applier);
    boolean changed = !JsonValues.equal(live, after);
    own(managed, applier, applied.difference(Ownership.UNOWNED), last, changed);
    ObjectNode result = changed ? after : live.deepCopy();
    if (actor.manager().equals(KUBECTL)) {
      LastApplied.refresh(result, config);
    }
    return result;
  }

  private void requireConfig(ObjectNode config) {
    var found = GroupVersionKind.of(Json.text(config, "apiVersion"), Json.text(config, "kind"));
    if (!found.equals(kind)) {
      throw ApiException.badRequest("invalid object type: " + describe(found));
    }
    if (!config.path("metadata").path("managedFields").isMissingNode()
        && !config.path("metadata").path("managedFields").isNull()) {
      throw ApiException.badRequest("metadata.managedFields must be nil");
    }
    List<String> problems = TypeCheck.of(config, schema);
    if (!problems.isEmpty()) {
      String which =
          Json.text(config, "metadata", "namespace") + "/" + Json.text(config, "metadata", "name");
      throw ApiException.badRequest(
          "failed to create typed patch object ("
              + (which + "; " + describe(kind) + "): ")
              + TypeCheck.join(problems));
    }
  }

  private static String describe(GroupVersionKind kind) {
    return kind.group() + "/" + kind.version() + ", Kind=" + kind.kind();
  }

  private ObjectNode merge(
      ObjectNode live, ObjectNode config, Managed managed, Manager applier, @Nullable Owned last) {
    try {
      ObjectNode merged = (ObjectNode) Merge.of(live, config, schema);
      if (last == null || last.fields().isEmpty()) {
        return merged;
      }
      return new Pruning(views, managed).prune(merged, applier, last);
    } catch (MismatchException mismatch) {
      throw ApiException.badRequest("failed to merge config: " + mismatch.getMessage());
    }
  }

  /// Empty maps and lists of metadata are as good as absent, in every kind.
  private static void dropEmptyMetadata(ObjectNode object) {
    if (object.get("metadata") instanceof ObjectNode metadata) {
      for (String name : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
        if (metadata.path(name).isEmpty()) {
          metadata.remove(name);
        }
      }
    }
  }

  private void refuse(Conflicts conflicts, ObjectNode live) {
    Conflicts left = conflicts;
    if (actor.manager().equals(KUBECTL)) {
      left = conflicts.without(LastApplied.fields(live, kind.apiVersion(), schema));
    }
    if (!left.isEmpty()) {
      throw left.refusal();
    }
  }

  private void own(
      Managed managed, Manager applier, FieldSet fields, @Nullable Owned last, boolean changed) {
    if (fields.isEmpty()) {
      managed.remove(applier);
      return;
    }
    boolean untouched =
        !changed
            && last != null
            && last.fields().equals(fields)
            && last.apiVersion().equals(kind.apiVersion());
    Owned fresh = new Owned(fields, kind.apiVersion(), actor.timestamp(), null);
    managed.put(applier, untouched ? Objects.requireNonNull(last) : fresh);
  }
}
