package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Deletes objects whose owners are gone, and holds owners back or sets dependents free as the
/// deletion's propagation policy asks.
///
/// Only the ownership relation is kept in memory; whether an owner lives is always asked of the
/// store, so an owner that was replaced under its name counts as gone (its uid differs). Rules:
/// `pkg/controller/garbagecollector`. An owner whose kind is not served is left alone, as is its
/// dependent: the kind may come back.
final class GarbageCollector implements Changes.Listener, AutoCloseable {
  private static final int WORKERS = 8;

  private final Objects objects;
  private final LocalApi api;
  private final EventWriter events;
  private final Ownership ownership = new Ownership();
  private final Map<String, ObjectKey> waiting = new ConcurrentHashMap<>();
  private final Workers<ObjectKey> workers = new Workers<>("garbage", WORKERS, this::judge);

  /// How an owner reference stands.
  private enum Standing {
    SOLID,
    LEAVING_AFTER_DEPENDENTS,
    GONE
  }

  GarbageCollector(Objects objects, LocalApi api, EventWriter events) {
    this.objects = objects;
    this.api = api;
    this.events = events;
  }

  void start() {
    workers.start();
  }

  @Override
  public void close() {
    workers.close();
  }

  @Override
  public void changed(Resource resource, Objects.Version now, Objects.@Nullable Version before) {
    ObjectKey key = ObjectKey.of(now);
    if (now.deleted()) {
      removed(key, now);
      return;
    }
    Meta meta = Meta.read(now.json());
    boolean ownersChanged = ownership.put(key, meta.owners());
    if (meta.awaitsDependents()) {
      waiting.put(meta.uid(), key);
    }
    boolean unseen = before == null && !meta.owners().isEmpty();
    if (ownersChanged || unseen || meta.awaitsDependents() || meta.orphansDependents()) {
      workers.add(key);
    }
  }

  /// Owners of this kind may have gone unseen, or their kind was not known until now.
  @Override
  public void caughtUp(Resource resource) {
    ownership.ownedByKind(resource.group(), resource.kind()).forEach(workers::add);
  }

  private void removed(ObjectKey key, Objects.Version last) {
    releaseOwners(key);
    if (!ownership.isEmpty()) {
      String uid = Meta.read(last.json()).uid();
      waiting.remove(uid);
      ownership.dependentsOf(uid).forEach(workers::add);
    }
  }

  /// Looks again at owners that waited for this object alone.
  private void releaseOwners(ObjectKey key) {
    for (String owner : ownership.remove(key)) {
      ObjectKey held = waiting.get(owner);
      if (held != null) {
        workers.add(held);
      }
    }
  }

  private void judge(ObjectKey key) {
    Resource resource = Served.stored(api.catalog(), key.resource()).orElse(null);
    Objects.Version version = objects.get(key.resource(), key.namespace(), key.name());
    if (version == null || resource == null) {
      ownership
          .remove(key)
          .forEach(uid -> Optional.ofNullable(waiting.get(uid)).ifPresent(workers::add));
      return;
    }
    Meta meta = Meta.read(version.json());
    if (meta.orphansDependents()) {
      setDependentsFree(resource, key, meta);
    } else if (meta.awaitsDependents()) {
      deleteDependents(resource, key, meta);
    } else if (!meta.leaving() && !meta.owners().isEmpty()) {
      weigh(resource, key, meta);
    }
  }

  private void weigh(Resource resource, ObjectKey key, Meta meta) {
    Set<String> lost = new HashSet<>();
    boolean solid = false;
    boolean leaving = false;
    for (Meta.Owner owner : meta.owners()) {
      switch (standing(key, meta, owner)) {
        case SOLID -> solid = true;
        case LEAVING_AFTER_DEPENDENTS -> {
          leaving = true;
          lost.add(owner.uid());
        }
        case GONE -> lost.add(owner.uid());
      }
    }
    if (solid && !lost.isEmpty()) {
      dropOwners(resource, key, lost);
    } else if (!solid) {
      delete(resource, key, meta, leaving && ownership.hasDependents(meta.uid()));
    }
  }

  private Standing standing(ObjectKey key, Meta meta, Meta.Owner owner) {
    Optional<Resource> kind =
        api.catalog().ofKind(GroupVersionKind.of(owner.apiVersion(), owner.kind()));
    if (kind.isEmpty()) {
      return Standing.SOLID;
    }
    if (kind.get().namespaced() && key.namespace().isEmpty()) {
      tellInvalidNamespace(key, meta, owner);
      return Standing.SOLID;
    }
    String namespace = kind.get().namespaced() ? key.namespace() : "";
    Objects.Version found = objects.get(kind.get().storageKey(), namespace, owner.name());
    if (found == null) {
      return Standing.GONE;
    }
    Meta present = Meta.read(found.json());
    if (!present.uid().equals(owner.uid())) {
      return Standing.GONE;
    }
    return present.awaitsDependents() ? Standing.LEAVING_AFTER_DEPENDENTS : Standing.SOLID;
  }

  private void tellInvalidNamespace(ObjectKey key, Meta meta, Meta.Owner owner) {
    Served.stored(api.catalog(), key.resource())
        .ifPresent(
            resource ->
                events.warn(
                    resource,
                    key,
                    meta.uid(),
                    "OwnerRefInvalidNamespace",
                    "ownerRef [%s/%s, namespace: %s, name: %s, uid: %s] does not exist in namespace \"%s\""
                        .formatted(
                            owner.apiVersion(),
                            owner.kind(),
                            key.namespace(),
                            owner.name(),
                            owner.uid(),
                            key.namespace())));
  }

  /// A foreground deletion goes down the tree; otherwise the object's own finalizers tell how.
  private void delete(Resource resource, ObjectKey key, Meta meta, boolean foreground) {
    String policy =
        foreground || meta.finalizers().contains(Meta.FOREGROUND)
            ? "Foreground"
            : meta.finalizers().contains(Meta.ORPHAN) ? "Orphan" : "Background";
    if (foreground) {
      unblockCircle(resource, key, meta);
    }
    ObjectNode options = Json.object().put("propagationPolicy", policy);
    options.putObject("preconditions").put("uid", meta.uid());
    try {
      api.delete(resource.group(), resource.plural(), key.namespace(), key.name(), options);
    } catch (ApiException refused) {
      if (refused.code() != 404) {
        throw refused;
      }
    }
  }

  /// Objects that own each other would wait for each other for ever.
  private void unblockCircle(Resource resource, ObjectKey key, Meta meta) {
    boolean circular =
        ownership.dependentsOf(meta.uid()).stream()
            .map(each -> objects.get(each.resource(), each.namespace(), each.name()))
            .anyMatch(each -> each != null && Meta.read(each.json()).awaitsDependents());
    if (circular) {
      edit(
          resource,
          key,
          metadata ->
              metadata
                  .path("ownerReferences")
                  .forEach(each -> ((ObjectNode) each).put("blockOwnerDeletion", false)));
    }
  }

  private void deleteDependents(Resource resource, ObjectKey key, Meta meta) {
    waiting.put(meta.uid(), key);
    List<ObjectKey> blocking = ownership.blocking(meta.uid());
    if (blocking.isEmpty()) {
      edit(resource, key, metadata -> dropFinalizer(metadata, Meta.FOREGROUND));
      ownership.dependentsOf(meta.uid()).forEach(workers::add);
    } else {
      blocking.forEach(workers::add);
    }
  }

  private void setDependentsFree(Resource resource, ObjectKey key, Meta meta) {
    for (ObjectKey each : ownership.dependentsOf(meta.uid())) {
      Served.stored(api.catalog(), each.resource())
          .ifPresent(dependent -> dropOwners(dependent, each, Set.of(meta.uid())));
    }
    edit(resource, key, metadata -> dropFinalizer(metadata, Meta.ORPHAN));
  }

  private void dropOwners(Resource resource, ObjectKey key, Set<String> uids) {
    edit(
        resource,
        key,
        metadata -> {
          ArrayNode kept = Json.array();
          for (JsonNode each : metadata.path("ownerReferences")) {
            if (!uids.contains(Json.text(each, "uid"))) {
              kept.add(each);
            }
          }
          replaceOrRemove(metadata, "ownerReferences", kept);
        });
  }

  private static void dropFinalizer(ObjectNode metadata, String finalizer) {
    ArrayNode kept = Json.array();
    for (JsonNode each : metadata.path("finalizers")) {
      if (!each.asString("").equals(finalizer)) {
        kept.add(each);
      }
    }
    replaceOrRemove(metadata, "finalizers", kept);
  }

  private static void replaceOrRemove(ObjectNode metadata, String field, ArrayNode kept) {
    if (kept.isEmpty()) {
      metadata.remove(field);
    } else {
      metadata.set(field, kept);
    }
  }

  private void edit(
      Resource resource, ObjectKey key, java.util.function.Consumer<ObjectNode> change) {
    try {
      Optional<ObjectNode> found =
          api.get(resource.group(), resource.plural(), key.namespace(), key.name());
      if (found.isPresent()) {
        change.accept(Json.ensureObject(found.get(), "metadata"));
        api.update(resource.group(), resource.plural(), found.get());
      }
    } catch (ApiException refused) {
      if (refused.code() != 404) {
        throw refused;
      }
    }
  }

  /// What is remembered of an owner's dependents.
  List<ObjectKey> dependentsOf(String uid) {
    return ownership.dependentsOf(uid);
  }
}
