package dev.slipway.control.fake;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A cluster in memory whose watches are told on a thread of its own, in order, as a server tells
/// them; whose bound pods end when their node says so; and which lists its writes. No apply, no
/// finalizers, no owners: [FakeCluster] has those.
public final class WatchedCluster implements Cluster {
  private final Map<Key, Resource> objects = new LinkedHashMap<>();
  private final List<Watch> watches = new CopyOnWriteArrayList<>();
  private final ExecutorService teller =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
  private final List<String> writes = new CopyOnWriteArrayList<>();
  private long version;

  private record Watch(Kind kind, Listener listener) implements Watching {
    @Override
    public void close() {}
  }

  /// Every write so far: `VERB KIND NAME`.
  public List<String> writes() {
    return List.copyOf(writes);
  }

  @Override
  public synchronized Optional<Resource> get(Key key) {
    return Optional.ofNullable(objects.get(key));
  }

  @Override
  public synchronized List<Resource> list(Kind kind, String namespace) {
    return objects.values().stream()
        .filter(each -> each.kind().equals(kind))
        .filter(each -> namespace.isEmpty() || each.namespace().equals(namespace))
        .toList();
  }

  @Override
  public List<Resource> owned(Kind kind, String ownerUid) {
    return list(kind, "").stream().filter(each -> each.controllerUid().equals(ownerUid)).toList();
  }

  @Override
  public synchronized Watching watch(Kind kind, Listener listener) {
    var watch = new Watch(kind, listener);
    var present = list(kind, "");
    watches.add(watch);
    teller.execute(
        () -> {
          present.forEach(each -> listener.changed(each, false));
          listener.caughtUp();
        });
    return new Watching() {
      @Override
      public void close() {
        watches.remove(watch);
      }
    };
  }

  @Override
  public synchronized Resource create(Kind kind, ObjectNode object) {
    var made = object.deepCopy();
    var metadata = Json.ensureObject(made, "metadata");
    if (kind.namespaced() && !metadata.has("namespace")) {
      metadata.put("namespace", "default");
    }
    var resource = Resource.of(kind, made);
    if (objects.containsKey(resource.key())) {
      throw new ClusterException(409, "AlreadyExists", resource.key() + " exists");
    }
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", "2026-01-01T00:00:00Z");
    return store("create", resource);
  }

  private Resource store(String verb, Resource resource) {
    Json.ensureObject(resource.tree(), "metadata").put("resourceVersion", "" + ++version);
    objects.put(resource.key(), resource);
    writes.add(verb + " " + resource.kind().kind() + " " + resource.name());
    tell(resource, false);
    return resource;
  }

  private void tell(Resource resource, boolean gone) {
    for (var watch : watches) {
      if (watch.kind.equals(resource.kind())) {
        teller.execute(() -> watch.listener.changed(resource, gone));
      }
    }
  }

  @Override
  public Resource apply(Kind kind, ObjectNode object) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized Resource update(Kind kind, ObjectNode object) {
    var present = present(Resource.of(kind, object).key());
    var next = object.deepCopy();
    keepMetadata(present, next);
    if (present.tree().has("status")) {
      next.set("status", present.status());
    }
    return store("update", Resource.of(kind, next));
  }

  private Resource present(Key key) {
    var present = objects.get(key);
    if (present == null) {
      throw new ClusterException(404, "NotFound", key + " not found");
    }
    return present;
  }

  private static void keepMetadata(Resource present, ObjectNode next) {
    var metadata = Json.ensureObject(next, "metadata");
    metadata.put("uid", present.uid());
    metadata.put("creationTimestamp", present.text("metadata", "creationTimestamp"));
  }

  @Override
  public synchronized Resource updateStatus(Kind kind, ObjectNode object) {
    var given = Resource.of(kind, object);
    var present = present(given.key());
    if (!given.uid().isEmpty() && !given.uid().equals(present.uid())) {
      throw new ClusterException(409, "Conflict", "another uid");
    }
    var next = present.copy();
    next.set("status", given.status().deepCopy());
    return store("status", Resource.of(kind, next));
  }

  @Override
  public synchronized Resource mergePatch(Key key, String subresource, ObjectNode patch) {
    var next = present(key).copy();
    merge(next, patch);
    return store("patch", Resource.of(key.kind(), next));
  }

  private static void merge(ObjectNode into, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> each : patch.properties()) {
      if (each.getValue().isNull()) {
        into.remove(each.getKey());
      } else if (each.getValue() instanceof ObjectNode inner) {
        merge(Json.ensureObject(into, each.getKey()), inner);
      } else {
        into.set(each.getKey(), each.getValue());
      }
    }
  }

  @Override
  public synchronized void delete(Key key, ObjectNode options) {
    var present = objects.get(key);
    if (present == null) {
      return;
    }
    boolean graceful =
        key.kind().equals(Kinds.POD)
            && !present.text("spec", "nodeName").isEmpty()
            && options.path("gracePeriodSeconds").asInt(1) != 0;
    if (graceful) {
      var next = present.copy();
      Json.ensureObject(next, "metadata")
          .put("deletionTimestamp", "2026-01-01T00:00:30Z")
          .put("deletionGracePeriodSeconds", 30);
      store("delete", Resource.of(key.kind(), next));
      return;
    }
    objects.remove(key);
    writes.add("remove " + key.kind().kind() + " " + key.name());
    tell(present, true);
  }

  @Override
  public synchronized void bind(Key pod, String node) {
    var next = present(pod).copy();
    Json.ensureObject(next, "spec").put("nodeName", node);
    store("bind", Resource.of(pod.kind(), next));
  }

  @Override
  public boolean serves(Kind kind) {
    return true;
  }

  @Override
  public void close() {
    teller.shutdown();
  }

  /// The object under a name in `default`.
  public Resource find(Kind kind, String name) {
    return get(kind.key("default", name)).orElseThrow();
  }

  public static List<String> names(List<Resource> some) {
    return new ArrayList<>(some.stream().map(Resource::name).toList());
  }
}
