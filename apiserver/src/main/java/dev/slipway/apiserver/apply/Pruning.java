package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.apply.Managed.Manager;
import dev.slipway.apiserver.apply.Managed.Owned;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Removes from a merged object what its applier used to apply and no longer does, unless another
/// manager owns it too, and unless it holds fields nobody gave up.
///
/// Source: `structured-merge-diff/merge/update.go`, `prune` and the steps it calls.
final class Pruning {
  private final Views views;
  private final Managed managed;

  /// @param managed with the applier's new fields already in it
  Pruning(Views views, Managed managed) {
    this.views = views;
    this.managed = managed;
  }

  /// @param last what the applier owned before this request
  /// @return in the version the merged object came in
  ObjectNode prune(ObjectNode merged, Manager applier, Owned last) {
    Owned now = Objects.requireNonNull(managed.get(applier));
    String version = last.apiVersion();
    Optional<Schema> schema = views.schema(version);
    boolean nothingGivenUp =
        version.equals(now.apiVersion()) && last.fields().difference(now.fields()).isEmpty();
    if (schema.isEmpty() || nothingGivenUp) {
      return merged;
    }
    ObjectNode converted = views.convert(merged, version);
    FieldSet unwanted = FieldSets.withNamedFields(last.fields(), schema.get());
    ObjectNode bare = whole(Removal.of(converted, unwanted, schema.get()), converted);
    Map<String, FieldSet> owned = owned(version);
    ObjectNode kept = bare;
    for (Map.Entry<String, FieldSet> each : owned.entrySet()) {
      if (!each.getValue().isEmpty()) {
        kept = addBackOwned(converted, kept, each.getKey(), each.getValue());
      }
    }
    FieldSet lost = lost(converted, kept, last, schema.get());
    ObjectNode pruned = whole(Removal.cleanly(converted, lost, schema.get()), converted);
    return views.convert(pruned, now.apiVersion());
  }

  /// What all managers own together, by the version they own it in; the given version first, so
  /// that fields its conversion needs are there.
  private Map<String, FieldSet> owned(String firstVersion) {
    Map<String, FieldSet> owned = new LinkedHashMap<>();
    owned.put(firstVersion, FieldSet.EMPTY);
    for (Manager each : managed.managers()) {
      @Nullable Owned fields = managed.get(each);
      if (fields != null && views.schema(fields.apiVersion()).isPresent()) {
        owned.merge(fields.apiVersion(), fields.fields(), FieldSet::union);
      }
    }
    return owned;
  }

  /// What anyone owns, the applier included, was removed too much.
  private ObjectNode addBackOwned(
      ObjectNode merged, ObjectNode bare, String version, FieldSet owned) {
    Schema schema = views.schema(version).orElseThrow();
    FieldSet all = FieldSets.withNamedFields(views.fields(merged, version), schema);
    FieldSet present = FieldSets.withNamedFields(views.fields(bare, version), schema);
    FieldSet wanted = present.union(FieldSets.withNamedFields(owned, schema));
    ObjectNode object = views.convert(merged, version);
    return whole(Removal.of(object, all.difference(wanted), schema), object);
  }

  /// What is to go in the end: fields the applier owned and nobody kept. Fields below a removed
  /// one that the applier never owned stay, and so does what holds them.
  private FieldSet lost(ObjectNode merged, ObjectNode kept, Owned last, Schema schema) {
    String version = last.apiVersion();
    FieldSet all = FieldSets.withNamedFields(views.fields(merged, version), schema);
    FieldSet present = FieldSets.withNamedFields(views.fields(kept, version), schema);
    FieldSet given = FieldSets.withNamedFields(last.fields(), schema);
    return all.difference(present).intersection(given);
  }

  /// What is left of an object, which never loses what says that it is one.
  private static ObjectNode whole(JsonNode left, ObjectNode object) {
    ObjectNode kept = left instanceof ObjectNode fields ? fields : Json.object();
    for (String identity : List.of("apiVersion", "kind")) {
      if (!kept.has(identity) && object.has(identity)) {
        kept.set(identity, object.get(identity));
      }
    }
    return kept;
  }
}
