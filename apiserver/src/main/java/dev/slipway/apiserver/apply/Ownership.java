package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.apply.Managed.Manager;
import dev.slipway.apiserver.apply.Managed.Owned;
import dev.slipway.apiserver.patch.JsonValues;
import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps `metadata.managedFields` of one resource in one version, and performs server-side apply.
/// Pure: time comes in with the request; nothing is remembered. Immutable; making one copies the
/// top of the schema, so keep it as long as the catalog it was made from.
///
/// The verbs call [#create] for a new object after its defaults, [#update] for a changed one
/// (update and all patches but apply) after its defaults, and [#apply] before defaults, with
/// `live` and the result in the version of the request. No argument is changed, save that `create`
/// and `update` set `metadata.managedFields` of the new object.
///
/// Read next: [FieldSet], [Comparison], `Applying`. Source:
/// `k8s.io/apimachinery/pkg/util/managedfields`.
public final class Ownership {
  /// Fields no manager owns, whoever writes them.
  static final FieldSet UNOWNED =
      FieldSet.ofFields(
          "apiVersion",
          "kind",
          "metadata",
          "metadata.name",
          "metadata.namespace",
          "metadata.creationTimestamp",
          "metadata.deletionTimestamp",
          "metadata.deletionGracePeriodSeconds",
          "metadata.selfLink",
          "metadata.uid",
          "metadata.clusterName",
          "metadata.generation",
          "metadata.managedFields",
          "metadata.resourceVersion");

  /// Most entries of updates one object carries; older ones are merged into one.
  static final int MAX_UPDATE_MANAGERS = 10;

  private static final String ANCIENT = "ancient-changes";
  private static final FieldSet STATUS = FieldSet.ofFields("status");
  private static final FieldSet SPEC = FieldSet.ofFields("spec");
  private static final FieldSet ALL_BUT_STATUS = FieldSet.ofFields("spec", "metadata");

  /// Who writes, through which subresource, and when.
  ///
  /// @param manager see [ManagerNames]
  /// @param subresource empty for the object itself
  public record Actor(String manager, String subresource, Instant time) {
    public Actor {
      manager = manager.isEmpty() ? "unknown" : manager;
      time = time.truncatedTo(ChronoUnit.SECONDS);
    }

    String timestamp() {
      return time.toString();
    }
  }

  private final GroupVersionKind kind;
  private final boolean status;
  private final boolean custom;
  private final Versions versions;
  private final Schema schema;

  /// @param status whether the resource has a `status` subresource
  /// @param custom whether it is a custom resource
  public Ownership(GroupVersionKind kind, boolean status, boolean custom, Versions versions) {
    this.kind = kind;
    this.status = status;
    this.custom = custom;
    this.versions = versions;
    this.schema = Shapes.ofObject(versions.schema(kind.apiVersion()).orElseThrow());
  }

  /// The ownership of a resource's fields, with all its versions known from the catalog.
  public static Ownership of(Resource resource, Catalog catalog) {
    return new Ownership(
        resource.gvk(), resource.status(), resource.custom(), Versions.of(catalog, resource));
  }

  /// Makes the creator the owner of all the object's fields.
  public void create(ObjectNode object, Actor actor) {
    clearEntries(object);
    try {
      Comparison comparison = Comparison.of(blank(), object, schema);
      FieldSet owned = comparison.changed().recursiveDifference(ignored(actor)).difference(UNOWNED);
      if (!owned.isEmpty()) {
        var fields = new Owned(owned, kind.apiVersion(), actor.timestamp(), null);
        setEntries(object, Json.array().add(Managed.write(updater(actor), fields)));
      }
    } catch (MismatchException _) {
      clearEntries(object);
    }
  }

  /// Makes the writer the owner of what it changed, and takes that from the others.
  ///
  /// @param live the object as it is stored
  public void update(ObjectNode live, ObjectNode object, Actor actor) {
    JsonNode entries = entries(live, object, actor);
    clearEntries(object);
    if (entries.isEmpty() && isStored(live)) {
      return;
    }
    try {
      Losses losses = losses(withoutEntries(live), object, actor);
      Comparison change = losses.comparison(kind.apiVersion()).orElse(Comparison.NONE);
      if (change.isEmpty() && entries instanceof ArrayNode unchanged) {
        setEntries(object, unchanged);
        return;
      }
      Managed managed = Managed.read(entries).orElseGet(Managed::new);
      if (!managed.isEmpty() || !isStored(live)) {
        record(managed, losses, change, actor);
        setEntries(object, managed);
      }
    } catch (MismatchException _) {
      clearEntries(object);
    }
  }

  /// Merges an applied configuration into the live object; the applier owns exactly the fields it
  /// applies, and what it applied before and no longer does is removed.
  ///
  /// @param live the object as it is stored; an empty object where there is none
  /// @param config the applied configuration, whole
  /// @param force takes fields from other managers instead of refusing
  /// @return a new object with its `metadata.managedFields`; equal to `live` if nothing changed
  /// @throws dev.slipway.apiserver.error.ApiException 409 naming every field that another manager
  ///     owns, 400 if the configuration is not of this kind or does not have its shape
  public ObjectNode apply(ObjectNode live, ObjectNode config, Actor actor, boolean force) {
    ObjectNode present = live.isEmpty() ? blank() : withoutEntries(live);
    Managed managed =
        Managed.read(live.path("metadata").path("managedFields")).orElseGet(Managed::new);
    var views = new Views(versions, kind.apiVersion(), schema);
    if (managed.isEmpty()) {
      var before = new Actor("before-first-apply", actor.subresource(), actor.time());
      var losses = new Losses(views, ignored(actor), blank(), present);
      record(managed, losses, losses.comparison(kind.apiVersion()).orElseThrow(), before);
    }
    var applying = new Applying(kind, views, ignored(actor), actor);
    ObjectNode applied = applying.apply(present, config, managed, force);
    setEntries(applied, managed);
    return applied;
  }

  /// Enters a change by an update: the others' losses, the writer's gain.
  private void record(Managed managed, Losses losses, Comparison change, Actor actor) {
    Views views = losses.views();
    views.reconcile(managed);
    losses.dropUnserved(managed);
    losses.settle(managed, null);
    FieldSet gained = change.changed().difference(UNOWNED);
    if (!gained.isEmpty()) {
      Manager writer = updater(actor);
      @Nullable Owned owned = managed.get(writer);
      FieldSet all = owned == null ? gained : owned.fields().union(gained);
      managed.put(writer, new Owned(all, kind.apiVersion(), actor.timestamp(), null));
    }
    managed.mergeOldestUpdates(MAX_UPDATE_MANAGERS, ANCIENT);
  }

  private Losses losses(ObjectNode before, ObjectNode after, Actor actor) {
    return new Losses(
        new Views(versions, kind.apiVersion(), schema), ignored(actor), before, after);
  }

  private Manager updater(Actor actor) {
    return Manager.updater(actor.manager(), kind.apiVersion(), actor.subresource());
  }

  /// Fields a request through this subresource cannot change.
  private FieldSet ignored(Actor actor) {
    if (!status) {
      return FieldSet.EMPTY;
    }
    if (!actor.subresource().equals("status")) {
      return STATUS;
    }
    return custom ? ALL_BUT_STATUS : SPEC;
  }

  /// The entries an update starts from: the request's own, if it brings any through the object
  /// itself; none if it resets them; else those of the live object.
  private static JsonNode entries(ObjectNode live, ObjectNode object, Actor actor) {
    JsonNode stored = live.path("metadata").path("managedFields");
    JsonNode brought = object.path("metadata").path("managedFields");
    if (!actor.subresource().isEmpty() || !brought.isArray()) {
      return stored;
    }
    boolean reset = brought.isEmpty() || (brought.size() == 1 && brought.get(0).isEmpty());
    if (reset) {
      return Json.array();
    }
    boolean same = JsonValues.equal(brought, stored);
    return same || Managed.read(brought).isEmpty() ? stored : brought;
  }

  private static boolean isStored(ObjectNode live) {
    return !Json.text(live, "metadata", "uid").isEmpty();
  }

  private ObjectNode blank() {
    return Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
  }

  /// A shallow copy without its entries.
  private static ObjectNode withoutEntries(ObjectNode object) {
    if (!object.path("metadata").has("managedFields")) {
      return object;
    }
    ObjectNode bare = Json.object();
    bare.setAll(object);
    ObjectNode metadata = Json.object();
    metadata.setAll((ObjectNode) object.get("metadata"));
    metadata.remove("managedFields");
    bare.set("metadata", metadata);
    return bare;
  }

  private static void setEntries(ObjectNode object, Managed managed) {
    setEntries(object, managed.write());
  }

  private static void setEntries(ObjectNode object, ArrayNode entries) {
    if (entries.isEmpty()) {
      clearEntries(object);
    } else {
      Json.ensureObject(object, "metadata").set("managedFields", entries);
    }
  }

  private static void clearEntries(ObjectNode object) {
    if (object.get("metadata") instanceof ObjectNode metadata) {
      metadata.remove("managedFields");
    }
  }
}
