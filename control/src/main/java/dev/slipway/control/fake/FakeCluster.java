package dev.slipway.control.fake;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A cluster in memory, without schemas, defaults or admission: what [ClusterContract] promises and
/// no more. Objects whose owners are gone are deleted at once. Thread-safe.
///
/// Watches are told at once; after [#hold] they are told when the test says so, in any order.
public final class FakeCluster implements Cluster {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");

  private final InstantSource clock;
  private final Set<Kind> served = new HashSet<>(Kinds.all());
  private final TreeMap<Key, ObjectNode> objects =
      new TreeMap<>(
          Comparator.comparing((Key key) -> key.kind().qualified())
              .thenComparing(Key::namespace)
              .thenComparing(Key::name));
  private final Map<Key, ObjectNode> applied = new HashMap<>();
  private final List<FakeWatch> watches = new ArrayList<>();
  private final Map<Key, ClusterException> refusals = new HashMap<>();
  private boolean held;
  private long version;
  private long uids;

  public FakeCluster(InstantSource clock) {
    this.clock = clock;
  }

  /// Serves another kind too.
  public synchronized void serve(Kind kind) {
    served.add(kind);
    watches.stream().filter(each -> each.kind().equals(kind)).forEach(this::tellPresent);
  }

  /// Stops serving a kind.
  public synchronized void withdraw(Kind kind) {
    served.remove(kind);
  }

  /// Puts an object there as it is, status and all; what identifies it is filled in.
  public synchronized Resource put(Kind kind, ObjectNode object) {
    ObjectNode whole = whole(kind, object);
    Key key = key(kind, whole);
    ObjectNode before = objects.get(key);
    identify(whole, before == null ? Json.object() : before);
    return store(key, whole);
  }

  /// Refuses every write to an object from now on.
  public synchronized void refuse(Key key, ClusterException refusal) {
    refusals.put(key, refusal);
  }

  /// Refuses no more.
  public synchronized void relent(Key key) {
    refusals.remove(key);
  }

  /// Holds back what watches are told.
  public synchronized void hold() {
    held = true;
  }

  /// Tells the watches everything that was held back, in order.
  public synchronized void tellAll() {
    for (int i = 0; i < watches.size(); i++) {
      watches.get(i).tellAll();
    }
  }

  /// Tells one watch one thing that was held back: repeated or left out now and then, but never out
  /// of order for one object, and never so that its last state stays untold.
  ///
  /// @return whether there was anything to tell
  public synchronized boolean tellAny(RandomGenerator random) {
    List<FakeWatch> behind = watches.stream().filter(each -> !each.isDone()).toList();
    if (behind.isEmpty()) {
      return false;
    }
    behind.get(random.nextInt(behind.size())).tellAny(random);
    return true;
  }

  /// How many changes there have been.
  public synchronized long changes() {
    return version;
  }

  /// Every object, by kind, namespace and name.
  public synchronized List<Resource> all() {
    return objects.entrySet().stream()
        .map(each -> Resource.of(each.getKey().kind(), each.getValue()))
        .toList();
  }

  @Override
  public synchronized Optional<Resource> get(Key key) {
    return Optional.ofNullable(objects.get(key)).map(tree -> Resource.of(key.kind(), tree));
  }

  @Override
  public synchronized List<Resource> list(Kind kind, String namespace) {
    return objects.entrySet().stream()
        .filter(each -> each.getKey().kind().equals(kind))
        .filter(each -> namespace.isEmpty() || each.getKey().namespace().equals(namespace))
        .map(each -> Resource.of(kind, each.getValue()))
        .toList();
  }

  @Override
  public List<Resource> owned(Kind kind, String ownerUid) {
    return list(kind, "", each -> owners(each.tree()).contains(ownerUid));
  }

  private static List<String> owners(ObjectNode object) {
    var uids = new ArrayList<String>();
    Json.at(object, "metadata", "ownerReferences")
        .forEach(each -> uids.add(Json.text(each, "uid")));
    return uids;
  }

  @Override
  public synchronized Watching watch(Kind kind, Listener listener) {
    var watch = new FakeWatch(kind, listener);
    watches.add(watch);
    if (served.contains(kind)) {
      tellPresent(watch);
    }
    return () -> end(watch);
  }

  private synchronized void end(FakeWatch watch) {
    watches.remove(watch);
  }

  private void tellPresent(FakeWatch watch) {
    list(watch.kind(), "").forEach(each -> watch.add(each, false));
    watch.mark();
    if (!held) {
      watch.tellAll();
    }
  }

  @Override
  public synchronized Resource create(Kind kind, ObjectNode object) {
    ObjectNode whole = whole(kind, object);
    name(kind, whole);
    Key key = key(kind, whole);
    checkServed(kind);
    checkRefused(key);
    if (!NAME.matcher(key.name()).matches()) {
      throw new ClusterException(
          422, "Invalid", kind.kind() + " \"" + key.name() + "\" is invalid: metadata.name");
    }
    if (objects.containsKey(key)) {
      throw new ClusterException(
          409, "AlreadyExists", kind.qualified() + " \"" + key.name() + "\" already exists");
    }
    whole.remove("status");
    identify(whole, Json.object());
    return store(key, whole);
  }

  /// Generated names are numbers: the first that is free.
  private void name(Kind kind, ObjectNode object) {
    String prefix = Json.text(object, "metadata", "generateName");
    if (Json.text(object, "metadata", "name").isEmpty() && !prefix.isEmpty()) {
      ObjectNode metadata = Json.ensureObject(object, "metadata");
      for (int i = 0; !metadata.has("name"); i++) {
        String name = prefix + String.format("%05d", i);
        if (!objects.containsKey(kind.key(Json.text(metadata, "namespace"), name))) {
          metadata.put("name", name);
        }
      }
    }
  }

  @Override
  public synchronized Resource apply(Kind kind, ObjectNode object) {
    ObjectNode wanted = whole(kind, object);
    Key key = key(kind, wanted);
    checkServed(kind);
    checkRefused(key);
    if (!objects.containsKey(key)) {
      create(kind, wanted);
    }
    ObjectNode next = present(key).deepCopy();
    FakeApply.apply(next, applied.getOrDefault(key, Json.object()), wanted);
    FakeApply.note(next, wanted, now());
    applied.put(key, wanted);
    return change(key, next, false);
  }

  @Override
  public synchronized Resource update(Kind kind, ObjectNode object) {
    ObjectNode next = whole(kind, object);
    return change(checked(kind, next), next, false);
  }

  @Override
  public synchronized Resource updateStatus(Kind kind, ObjectNode object) {
    ObjectNode given = whole(kind, object);
    Key key = checked(kind, given);
    ObjectNode next = present(key).deepCopy();
    replace(next, "status", given.path("status"));
    return change(key, next, true);
  }

  private Key checked(Kind kind, ObjectNode object) {
    Key key = key(kind, object);
    ObjectNode before = present(key);
    String asked = Json.text(object, "metadata", "resourceVersion");
    if (!asked.isEmpty() && !asked.equals(Json.text(before, "metadata", "resourceVersion"))) {
      throw new ClusterException(
          409,
          "Conflict",
          "Operation cannot be fulfilled on " + key + ": the object has been modified");
    }
    return key;
  }

  @Override
  public synchronized Resource mergePatch(Key key, String subresource, ObjectNode patch) {
    ObjectNode next = present(key).deepCopy();
    ObjectNode part = patch;
    if (subresource.equals("status")) {
      part = Json.object();
      part.set("status", patch.path("status"));
    }
    merge(next, part);
    return change(key, next, subresource.equals("status"));
  }

  private static void merge(ObjectNode object, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      if (field.getValue().isNull()) {
        object.remove(field.getKey());
      } else if (field.getValue() instanceof ObjectNode inner) {
        merge(Json.ensureObject(object, field.getKey()), inner);
      } else {
        object.set(field.getKey(), field.getValue().deepCopy());
      }
    }
  }

  @Override
  public synchronized void delete(Key key, ObjectNode options) {
    ObjectNode before = objects.get(key);
    if (before == null) {
      return;
    }
    checkRefused(key);
    String uid = Json.text(options, "preconditions", "uid");
    if (!uid.isEmpty() && !uid.equals(Json.text(before, "metadata", "uid"))) {
      throw new ClusterException(409, "Conflict", "Precondition failed: UID of " + key);
    }
    if (Json.at(before, "metadata", "finalizers").isEmpty()) {
      remove(key);
    } else if (Json.text(before, "metadata", "deletionTimestamp").isEmpty()) {
      ObjectNode next = before.deepCopy();
      Json.ensureObject(next, "metadata").put("deletionTimestamp", now());
      store(key, next);
    }
  }

  @Override
  public synchronized void bind(Key pod, String node) {
    ObjectNode next = present(pod).deepCopy();
    if (!Json.text(next, "spec", "nodeName").isEmpty()) {
      throw new ClusterException(409, "Conflict", pod + " is already assigned to a node");
    }
    Json.ensureObject(next, "spec").put("nodeName", node);
    change(pod, next, false);
  }

  @Override
  public synchronized boolean serves(Kind kind) {
    return served.contains(kind);
  }

  @Override
  public synchronized void close() {
    watches.clear();
  }

  private ObjectNode present(Key key) {
    checkServed(key.kind());
    checkRefused(key);
    ObjectNode found = objects.get(key);
    if (found == null) {
      throw new ClusterException(
          404, "NotFound", key.kind().qualified() + " \"" + key.name() + "\" not found");
    }
    return found;
  }

  private void checkServed(Kind kind) {
    if (!served.contains(kind)) {
      throw new ClusterException(404, "NotFound", "nothing serves " + kind);
    }
  }

  private void checkRefused(Key key) {
    ClusterException refusal = refusals.get(key);
    if (refusal != null) {
      throw refusal;
    }
  }

  private static ObjectNode whole(Kind kind, ObjectNode object) {
    ObjectNode whole = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    whole.setAll(object.deepCopy());
    if (kind.namespaced() && Json.text(whole, "metadata", "namespace").isEmpty()) {
      Json.ensureObject(whole, "metadata").put("namespace", "default");
    }
    return whole;
  }

  private static Key key(Kind kind, ObjectNode object) {
    return kind.key(
        Json.text(object, "metadata", "namespace"), Json.text(object, "metadata", "name"));
  }

  private Resource change(Key key, ObjectNode next, boolean status) {
    ObjectNode before = present(key);
    if (!status) {
      replace(next, "status", before.path("status"));
      if (!desired(next).equals(desired(before))) {
        long generation = Json.at(before, "metadata", "generation").asLong(1);
        Json.ensureObject(next, "metadata").put("generation", generation + 1);
      } else {
        replace(
            Json.ensureObject(next, "metadata"),
            "generation",
            Json.at(before, "metadata", "generation"));
      }
    }
    identify(next, before);
    if (!Json.text(next, "metadata", "deletionTimestamp").isEmpty()
        && Json.at(next, "metadata", "finalizers").isEmpty()) {
      remove(key);
      return Resource.of(key.kind(), next);
    }
    return next.equals(before) ? Resource.of(key.kind(), before) : store(key, next);
  }

  private static ObjectNode desired(ObjectNode object) {
    ObjectNode bare = object.deepCopy();
    bare.remove(List.of("metadata", "status"));
    return bare;
  }

  private static void replace(ObjectNode object, String field, JsonNode value) {
    if (value.isMissingNode()) {
      object.remove(field);
    } else {
      object.set(field, value.deepCopy());
    }
  }

  private void identify(ObjectNode object, ObjectNode before) {
    ObjectNode metadata = Json.ensureObject(object, "metadata");
    boolean fresh = before.isEmpty();
    for (String each : List.of("uid", "creationTimestamp", "deletionTimestamp")) {
      if (!fresh) {
        replace(metadata, each, Json.at(before, "metadata", each));
      }
    }
    replace(metadata, "resourceVersion", Json.at(before, "metadata", "resourceVersion"));
    if (fresh) {
      if (!metadata.has("uid")) {
        metadata.put("uid", String.format("00000000-0000-0000-0000-%012d", ++uids));
      }
      if (!metadata.has("creationTimestamp")) {
        metadata.put("creationTimestamp", now());
      }
      if (!metadata.has("generation")) {
        metadata.put("generation", 1);
      }
    }
  }

  private Resource store(Key key, ObjectNode object) {
    Json.ensureObject(object, "metadata").put("resourceVersion", Long.toString(++version));
    objects.put(key, object);
    var resource = Resource.of(key.kind(), object);
    tell(resource, false);
    return resource;
  }

  private void remove(Key key) {
    ObjectNode last = present(key).deepCopy();
    objects.remove(key);
    applied.remove(key);
    Json.ensureObject(last, "metadata").put("resourceVersion", Long.toString(++version));
    tell(Resource.of(key.kind(), last), true);
    collect(Json.text(last, "metadata", "uid"));
  }

  /// Deletes what the object that is gone was the last owner of.
  private void collect(String uid) {
    Collection<Key> lost = new ArrayList<>();
    objects.forEach(
        (key, object) -> {
          List<String> owners = owners(object);
          if (owners.contains(uid) && owners.stream().noneMatch(this::lives)) {
            lost.add(key);
          }
        });
    lost.forEach(each -> delete(each, Json.object()));
  }

  private boolean lives(String uid) {
    return objects.values().stream()
        .anyMatch(each -> Json.text(each, "metadata", "uid").equals(uid));
  }

  private void tell(Resource object, boolean gone) {
    for (FakeWatch each : List.copyOf(watches)) {
      if (each.kind().equals(object.kind())) {
        each.add(object, gone);
        if (!held) {
          each.tellAll();
        }
      }
    }
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
