package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.loops.Conditions.Condition;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Empties namespaces that are being deleted, pods first, and lets them go once they are empty.
///
/// What remains and why is told in the namespace's conditions, in the words of
/// `pkg/controller/namespace/deletion`.
final class NamespaceLoop implements Changes.Listener, AutoCloseable {
  private static final String FINALIZER = "kubernetes";
  private static final Duration FIRST_LOOK = Duration.ofMillis(100);
  private static final Duration LAST_LOOK = Duration.ofSeconds(5);

  private final Objects objects;
  private final LocalApi api;
  private final InstantSource clock;
  private final Workers<String> workers;
  private final Map<String, Duration> nextLook = new java.util.concurrent.ConcurrentHashMap<>();

  NamespaceLoop(Objects objects, LocalApi api, InstantSource clock) {
    this.objects = objects;
    this.api = api;
    this.clock = clock;
    workers = new Workers<>("namespaces", 4, this::empty);
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
    if (resource.storageKey().equals("namespaces")) {
      if (now.deleted()) {
        nextLook.remove(now.name());
      } else if (Meta.read(now.json()).leaving()) {
        workers.add(now.name());
      }
    }
  }

  private void empty(String name) {
    ObjectNode namespace = api.get("", "namespaces", "", name).orElse(null);
    if (namespace == null || !isLeaving(namespace) || !hasFinalizer(namespace)) {
      return;
    }
    if (!Json.text(namespace, "status", "phase").equals("Terminating")) {
      Json.ensureObject(namespace, "status").put("phase", "Terminating");
      namespace = api.updateStatus("", "namespaces", namespace);
    }
    Sweep sweep = sweep(name);
    namespace = tell(namespace, sweep);
    if (sweep.isClean()) {
      release(namespace);
    } else {
      Duration wait =
          nextLook.merge(name, FIRST_LOOK, (before, _) -> min(before.multipliedBy(2), LAST_LOOK));
      workers.addAfter(name, wait);
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static boolean isLeaving(JsonNode namespace) {
    return Json.at(namespace, "metadata").hasNonNull("deletionTimestamp");
  }

  private static boolean hasFinalizer(JsonNode namespace) {
    for (JsonNode each : Json.at(namespace, "spec", "finalizers")) {
      if (each.asString("").equals(FINALIZER)) {
        return true;
      }
    }
    return false;
  }

  /// What one pass over the content found.
  ///
  /// @param remaining instances by `plural.group`, as the condition writes it
  /// @param finalizers instances by finalizer
  private record Sweep(
      List<String> failures, Map<String, Integer> remaining, Map<String, Integer> finalizers) {
    boolean isClean() {
      return failures.isEmpty() && remaining.isEmpty();
    }
  }

  /// Pods hold on to volumes, secrets and policies, so the rest waits until they are gone.
  private Sweep sweep(String namespace) {
    var sweep = new Sweep(new ArrayList<>(), new TreeMap<>(), new TreeMap<>());
    List<Resource> resources =
        Served.stored(api.catalog()).stream()
            .filter(each -> each.namespaced() && each.verbs().contains("delete"))
            .toList();
    for (Resource each : resources) {
      if (each.storageKey().equals("pods")) {
        delete(each, namespace, sweep);
      }
    }
    if (!sweep.isClean()) {
      return sweep;
    }
    for (Resource each : resources) {
      delete(each, namespace, sweep);
    }
    return sweep;
  }

  private void delete(Resource resource, String namespace, Sweep sweep) {
    for (Objects.Version each : present(resource, namespace)) {
      try {
        if (!Meta.read(each.json()).leaving()) {
          api.delete(resource.group(), resource.plural(), namespace, each.name(), options());
        }
      } catch (ApiException refused) {
        if (refused.code() != 404) {
          sweep.failures.add(String.valueOf(refused.getMessage()));
        }
      }
    }
    List<Objects.Version> left = present(resource, namespace);
    if (!left.isEmpty()) {
      sweep.remaining.put(resource.plural() + "." + resource.group(), left.size());
      for (Objects.Version each : left) {
        Meta.read(each.json())
            .finalizers()
            .forEach(name -> sweep.finalizers.merge(name, 1, Integer::sum));
      }
    }
  }

  private List<Objects.Version> present(Resource resource, String namespace) {
    return objects.list(resource.storageKey(), namespace, "", 0, 0).items();
  }

  private static ObjectNode options() {
    return Json.object().put("propagationPolicy", "Background");
  }

  private ObjectNode tell(ObjectNode namespace, Sweep sweep) {
    boolean changed = false;
    for (Condition each : conditions(sweep)) {
      changed |= Conditions.put(namespace, each, clock.instant());
    }
    return changed ? api.updateStatus("", "namespaces", namespace) : namespace;
  }

  private static List<Condition> conditions(Sweep sweep) {
    return List.of(
        new Condition(
            "NamespaceDeletionDiscoveryFailure",
            false,
            "ResourcesDiscovered",
            "All resources successfully discovered"),
        new Condition(
            "NamespaceDeletionGroupVersionParsingFailure",
            false,
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed"),
        sweep.failures.isEmpty()
            ? new Condition(
                "NamespaceDeletionContentFailure",
                false,
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization")
            : new Condition(
                "NamespaceDeletionContentFailure",
                true,
                "ContentDeletionFailed",
                "Failed to delete all resource types, %d remaining: %s"
                    .formatted(sweep.failures.size(), String.join(", ", sweep.failures))),
        sweep.remaining.isEmpty()
            ? new Condition(
                "NamespaceContentRemaining",
                false,
                "ContentRemoved",
                "All content successfully removed")
            : new Condition(
                "NamespaceContentRemaining",
                true,
                "SomeResourcesRemain",
                "Some resources are remaining: "
                    + counts(sweep.remaining, "%s has %d resource instances")),
        sweep.finalizers.isEmpty()
            ? new Condition(
                "NamespaceFinalizersRemaining",
                false,
                "ContentHasNoFinalizers",
                "All content-preserving finalizers finished")
            : new Condition(
                "NamespaceFinalizersRemaining",
                true,
                "SomeFinalizersRemain",
                "Some content in the namespace has finalizers remaining: "
                    + counts(sweep.finalizers, "%s in %d resource instances")));
  }

  private static String counts(Map<String, Integer> counts, String each) {
    return counts.entrySet().stream()
        .map(entry -> each.formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void release(ObjectNode namespace) {
    ArrayNode kept = Json.array();
    for (JsonNode each : Json.at(namespace, "spec", "finalizers")) {
      if (!each.asString("").equals(FINALIZER)) {
        kept.add(each);
      }
    }
    Json.ensureObject(namespace, "spec").set("finalizers", kept);
    api.updateSubresource("", "namespaces", "finalize", namespace);
  }
}
