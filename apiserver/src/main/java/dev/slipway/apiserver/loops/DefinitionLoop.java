package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Grants CustomResourceDefinitions their names, and deletes all their objects before they go.
final class DefinitionLoop implements Changes.Listener, AutoCloseable {
  static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

  private static final String GROUP = "apiextensions.k8s.io";
  private static final String PLURAL = "customresourcedefinitions";
  private static final String STORED = GROUP + "/" + PLURAL;
  private static final Duration NEXT_LOOK = Duration.ofMillis(200);

  private final Objects objects;
  private final LocalApi api;
  private final InstantSource clock;
  private final DefinitionStatus statuses;
  private final Workers<String> workers = new Workers<>("definitions", 2, this::settle);

  DefinitionLoop(Objects objects, LocalApi api, DefinitionStatus statuses, InstantSource clock) {
    this.objects = objects;
    this.api = api;
    this.clock = clock;
    this.statuses = statuses;
  }

  void start() {
    workers.start();
  }

  @Override
  public void close() {
    workers.close();
  }

  /// Names that one definition gives up may be another's.
  @Override
  public void changed(Resource resource, Objects.Version now, Objects.@Nullable Version before) {
    if (!resource.storageKey().equals(STORED)) {
      return;
    }
    if (!now.deleted()) {
      workers.add(now.name());
    } else {
      objects.list(STORED, "", "", 0, 0).items().forEach(each -> workers.add(each.name()));
    }
  }

  private void settle(String name) {
    Optional<ObjectNode> found = api.get(GROUP, PLURAL, "", name);
    if (found.isEmpty()) {
      return;
    }
    Meta meta = Meta.of(found.get().path("metadata"));
    if (!meta.leaving()) {
      establish(found.get(), meta);
    } else if (meta.finalizers().contains(FINALIZER)) {
      empty(found.get(), name);
    }
  }

  private void establish(ObjectNode definition, Meta meta) {
    ObjectNode current = definition;
    if (!meta.finalizers().contains(FINALIZER)) {
      finalizers(current).add(FINALIZER);
      current = api.update(GROUP, PLURAL, current);
    }
    ObjectNode status = statuses.of(current, api.list(GROUP, PLURAL, ""), clock.instant());
    if (!status.equals(current.path("status"))) {
      current.set("status", status);
      api.updateStatus(GROUP, PLURAL, current);
    }
  }

  private static ArrayNode finalizers(ObjectNode object) {
    ObjectNode metadata = Json.ensureObject(object, "metadata");
    return metadata.get("finalizers") instanceof ArrayNode array
        ? array
        : metadata.putArray("finalizers");
  }

  private void empty(ObjectNode definition, String name) {
    String group = Json.text(definition, "spec", "group");
    String plural = Json.text(definition, "spec", "names", "plural");
    String storageKey = group + "/" + plural;
    String failure = deleteAll(group, plural, storageKey);
    if (objects.count(storageKey) > 0) {
      if (failure.isEmpty()) {
        tell(
            definition,
            true,
            "InstanceDeletionInProgress",
            "CustomResource deletion is in progress");
      } else {
        tell(definition, true, "InstanceDeletionFailed", failure);
      }
      workers.addAfter(name, NEXT_LOOK);
      return;
    }
    ObjectNode current =
        tell(definition, false, "InstanceDeletionCompleted", "removed all instances");
    ArrayNode kept = Json.array();
    for (JsonNode each : Json.at(current, "metadata", "finalizers")) {
      if (!each.asString("").equals(FINALIZER)) {
        kept.add(each);
      }
    }
    Json.ensureObject(current, "metadata").set("finalizers", kept);
    api.update(GROUP, PLURAL, current);
  }

  /// @return why some could not be deleted; empty where all could
  private String deleteAll(String group, String plural, String storageKey) {
    String failure = "";
    for (Objects.Version each : List.copyOf(objects.list(storageKey, "", "", 0, 0).items())) {
      if (Meta.read(each.json()).leaving()) {
        continue;
      }
      try {
        api.delete(group, plural, each.namespace(), each.name(), Json.object());
      } catch (ApiException refused) {
        if (refused.code() != 404) {
          failure = "could not delete all instances: " + refused.getMessage();
        }
      }
    }
    return failure;
  }

  private ObjectNode tell(
      ObjectNode definition, boolean inProgress, String reason, String message) {
    var condition = new Conditions.Condition("Terminating", inProgress, reason, message);
    return Conditions.put(definition, condition, clock.instant())
        ? api.updateStatus(GROUP, PLURAL, definition)
        : definition;
  }
}
