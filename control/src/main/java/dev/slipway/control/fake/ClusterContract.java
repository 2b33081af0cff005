package dev.slipway.control.fake;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What every [Cluster] promises, whatever is behind it: a list of named promises that a test runs
/// one by one against a cluster that serves Kubernetes' own kinds and has the namespace `default`.
///
/// Free of any test library, so that every module's tests can run it.
public final class ClusterContract {
  /// One promise; [Check#on] throws `AssertionError` where it is broken.
  public record Promise(String name, Check check) {}

  /// Tries a promise.
  @FunctionalInterface
  public interface Check {
    void on(Cluster cluster) throws Exception;
  }

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final AtomicInteger NAMES = new AtomicInteger();

  private ClusterContract() {}

  /// All promises; each uses objects of its own, so they may run on one cluster in any order.
  public static List<Promise> promises() {
    return List.of(
        new Promise("a created object is read back", ClusterContract::created),
        new Promise("a name taken twice is AlreadyExists", ClusterContract::taken),
        new Promise("what is absent is absent", ClusterContract::absent),
        new Promise("lists are by namespace and name", ClusterContract::listed),
        new Promise("labels select", ClusterContract::labels),
        new Promise("children are found by their owner", ClusterContract::owned),
        new Promise("children change owners", ClusterContract::adopted),
        new Promise("an update at an old version is a Conflict", ClusterContract::conflict),
        new Promise("an update without a version replaces", ClusterContract::replaces),
        new Promise("status is written apart", ClusterContract::status),
        new Promise("apply creates, changes and takes back", ClusterContract::applied),
        new Promise("apply leaves others' fields alone", ClusterContract::shared),
        new Promise("the same apply changes nothing", ClusterContract::idempotent),
        new Promise("managed fields name what was applied", ClusterContract::managed),
        new Promise("a merge patch changes and removes", ClusterContract::patched),
        new Promise("scale is patched through its own door", ClusterContract::scaled),
        new Promise("a delete with another's uid is a Conflict", ClusterContract::deletedByUid),
        new Promise("deleting what is absent is no failure", ClusterContract::deletedTwice),
        new Promise(
            "an object with a finalizer stays until it is gone", ClusterContract::finalized),
        new Promise("a pod is bound once", ClusterContract::bound),
        new Promise("an object the API refuses is Invalid", ClusterContract::refused),
        new Promise("kinds are served or not", ClusterContract::serves),
        new Promise("a watch tells what is there, then changes", ClusterContract::watched),
        new Promise("a closed watch is silent", ClusterContract::closed),
        new Promise("a watch never goes back in time", ClusterContract::ordered));
  }

  private static void created(Cluster cluster) {
    var object = configMap(name("made"), "a", "1");
    Resource made = cluster.create(Kinds.CONFIG_MAP, object);
    check(!made.uid().isEmpty(), "a uid is given");
    check(!made.resourceVersion().isEmpty(), "a resourceVersion is given");
    Resource found = cluster.get(made.key()).orElseThrow();
    same(found.text("data", "a"), "1");
    same(found.uid(), made.uid());
    check(!found.created().equals(java.time.Instant.EPOCH), "a time of creation is given");
  }

  private static void taken(Cluster cluster) {
    var object = configMap(name("taken"), "a", "1");
    cluster.create(Kinds.CONFIG_MAP, object);
    check(
        refusal(() -> cluster.create(Kinds.CONFIG_MAP, object)).isAlreadyExists(), "AlreadyExists");
  }

  private static void absent(Cluster cluster) {
    Key key = Kinds.CONFIG_MAP.key("default", name("absent"));
    check(cluster.get(key).isEmpty(), "nothing is found");
    var update = configMap(key.name(), "a", "1");
    check(refusal(() -> cluster.update(Kinds.CONFIG_MAP, update)).isNotFound(), "NotFound");
    check(
        refusal(() -> cluster.mergePatch(key, "", Json.object())).isNotFound(),
        "NotFound for a patch");
  }

  private static void listed(Cluster cluster) {
    String prefix = name("list");
    for (String each : List.of("b", "c", "a")) {
      cluster.create(Kinds.CONFIG_MAP, configMap(prefix + each, "a", "1"));
    }
    var names =
        cluster.list(Kinds.CONFIG_MAP, "default").stream()
            .map(Resource::name)
            .filter(each -> each.startsWith(prefix))
            .toList();
    same(names, List.of(prefix + "a", prefix + "b", prefix + "c"));
    var everywhere = cluster.list(Kinds.CONFIG_MAP, "", each -> each.name().startsWith(prefix));
    same(everywhere.size(), 3);
  }

  private static void labels(Cluster cluster) {
    String color = name("color");
    String one = name("labelled");
    String two = name("labelled");
    cluster.create(Kinds.CONFIG_MAP, labelled(one, Map.of("color", color, "size", "s")));
    cluster.create(Kinds.CONFIG_MAP, labelled(two, Map.of("color", color, "size", "l")));
    same(names(cluster, Map.of("color", color)), List.of(one, two));
    same(names(cluster, Map.of("color", color, "size", "l")), List.of(two));
    cluster.update(Kinds.CONFIG_MAP, labelled(two, Map.of("size", "l")));
    same(names(cluster, Map.of("color", color)), List.of(one));
    cluster.delete(Kinds.CONFIG_MAP.key("default", one), Json.object());
    same(names(cluster, Map.of("color", color)), List.of());
  }

  private static void owned(Cluster cluster) {
    Resource owner = cluster.create(Kinds.CONFIG_MAP, configMap(name("owner"), "a", "1"));
    same(cluster.owned(Kinds.CONFIG_MAP, owner.uid()), List.of());
    String child = name("child");
    cluster.create(Kinds.CONFIG_MAP, ownedBy(configMap(child, "a", "1"), owner));
    var found = cluster.owned(Kinds.CONFIG_MAP, owner.uid());
    same(found.stream().map(Resource::name).toList(), List.of(child));
    same(found.getFirst().controllerUid(), owner.uid());
    cluster.delete(found.getFirst().key(), Json.object());
    same(cluster.owned(Kinds.CONFIG_MAP, owner.uid()), List.of());
  }

  private static void adopted(Cluster cluster) {
    Resource first = cluster.create(Kinds.CONFIG_MAP, configMap(name("first"), "a", "1"));
    Resource second = cluster.create(Kinds.CONFIG_MAP, configMap(name("second"), "a", "1"));
    String child = name("child");
    cluster.create(Kinds.CONFIG_MAP, ownedBy(configMap(child, "a", "1"), first));
    cluster.update(Kinds.CONFIG_MAP, ownedBy(configMap(child, "a", "1"), second));
    same(cluster.owned(Kinds.CONFIG_MAP, first.uid()).size(), 0);
    same(cluster.owned(Kinds.CONFIG_MAP, second.uid()).size(), 1);
  }

  private static void conflict(Cluster cluster) {
    Resource made = cluster.create(Kinds.CONFIG_MAP, configMap(name("raced"), "a", "1"));
    ObjectNode first = made.copy();
    Json.ensureObject(first, "data").put("a", "2");
    Resource newer = cluster.update(Kinds.CONFIG_MAP, first);
    check(!newer.resourceVersion().equals(made.resourceVersion()), "the version moves");
    ObjectNode late = made.copy();
    Json.ensureObject(late, "data").put("a", "3");
    check(refusal(() -> cluster.update(Kinds.CONFIG_MAP, late)).isConflict(), "Conflict");
    same(cluster.get(made.key()).orElseThrow().text("data", "a"), "2");
  }

  private static void replaces(Cluster cluster) {
    String name = name("replaced");
    cluster.create(Kinds.CONFIG_MAP, configMap(name, "a", "1"));
    Resource now = cluster.update(Kinds.CONFIG_MAP, configMap(name, "b", "2"));
    same(now.text("data", "a"), "");
    same(now.text("data", "b"), "2");
  }

  private static void status(Cluster cluster) {
    Resource made = cluster.create(Kinds.DEPLOYMENT, deployment(name("told"), 2));
    ObjectNode told = made.copy();
    Json.ensureObject(told, "status").put("observedGeneration", 1).put("replicas", 2);
    Json.ensureObject(told, "spec").put("replicas", 9);
    Resource now = cluster.updateStatus(Kinds.DEPLOYMENT, told);
    same(now.status().path("replicas").asInt(), 2);
    same(now.spec().path("replicas").asInt(), 2);
    ObjectNode wanted = now.copy();
    Json.ensureObject(wanted, "spec").put("replicas", 3);
    wanted.remove("status");
    Resource after = cluster.update(Kinds.DEPLOYMENT, wanted);
    same(after.status().path("replicas").asInt(), 2);
    same(after.spec().path("replicas").asInt(), 3);
    check(after.generation() > made.generation(), "a changed spec raises the generation");
    same(now.generation(), made.generation());
    check(refusal(() -> cluster.updateStatus(Kinds.DEPLOYMENT, told)).isConflict(), "Conflict");
  }

  private static void applied(Cluster cluster) {
    String name = name("applied");
    ObjectNode object = configMap(name, "a", "1");
    Json.ensureObject(object, "data").put("b", "2");
    Resource made = cluster.apply(Kinds.CONFIG_MAP, object);
    same(made.text("data", "b"), "2");
    Resource now = cluster.apply(Kinds.CONFIG_MAP, configMap(name, "a", "3"));
    same(now.uid(), made.uid());
    same(now.text("data", "a"), "3");
    check(!now.at("data").has("b"), "what is no longer applied goes");
  }

  private static void shared(Cluster cluster) {
    String name = name("shared");
    Resource made = cluster.apply(Kinds.CONFIG_MAP, configMap(name, "a", "1"));
    ObjectNode patch = Json.object();
    patch.putObject("data").put("other", "theirs");
    cluster.mergePatch(made.key(), "", patch);
    Resource now = cluster.apply(Kinds.CONFIG_MAP, configMap(name, "a", "2"));
    same(now.text("data", "other"), "theirs");
    same(now.text("data", "a"), "2");
  }

  private static void idempotent(Cluster cluster) {
    String name = name("twice");
    Resource made = cluster.apply(Kinds.DEPLOYMENT, deployment(name, 1));
    Resource again = cluster.apply(Kinds.DEPLOYMENT, deployment(name, 1));
    same(again.resourceVersion(), made.resourceVersion());
  }

  private static void managed(Cluster cluster) {
    Resource made = cluster.apply(Kinds.CONFIG_MAP, configMap(name("managed"), "a", "1"));
    for (var entry : made.at("metadata", "managedFields")) {
      if (Json.text(entry, "manager").equals(Cluster.FIELD_MANAGER)
          && Json.text(entry, "operation").equals("Apply")) {
        check(Json.at(entry, "fieldsV1", "f:data").has("f:a"), "f:data/f:a is owned");
        return;
      }
    }
    throw new AssertionError("no Apply entry of " + Cluster.FIELD_MANAGER + " in " + made.tree());
  }

  private static void patched(Cluster cluster) {
    ObjectNode object = configMap(name("patched"), "a", "1");
    Json.ensureObject(object, "data").put("b", "2");
    Resource made = cluster.create(Kinds.CONFIG_MAP, object);
    ObjectNode patch = Json.object();
    patch.putObject("data").put("a", "3").putNull("b");
    Resource now = cluster.mergePatch(made.key(), "", patch);
    same(now.text("data", "a"), "3");
    check(!now.at("data").has("b"), "null removes");
    Resource workload = cluster.create(Kinds.DEPLOYMENT, deployment(name("patched"), 1));
    ObjectNode told = Json.object();
    told.putObject("status").put("replicas", 4);
    Resource after = cluster.mergePatch(workload.key(), "status", told);
    same(after.status().path("replicas").asInt(), 4);
    same(after.spec().path("replicas").asInt(), 1);
  }

  private static void scaled(Cluster cluster) {
    Resource made = cluster.create(Kinds.DEPLOYMENT, deployment(name("scaled"), 1));
    ObjectNode patch = Json.object();
    patch.putObject("spec").put("replicas", 5);
    cluster.mergePatch(made.key(), "scale", patch);
    same(cluster.get(made.key()).orElseThrow().spec().path("replicas").asInt(), 5);
  }

  private static void deletedByUid(Cluster cluster) {
    Resource made = cluster.create(Kinds.CONFIG_MAP, configMap(name("kept"), "a", "1"));
    ObjectNode other = Json.object();
    other.putObject("preconditions").put("uid", "00000000-0000-0000-0000-000000000000");
    check(refusal(() -> cluster.delete(made.key(), other)).isConflict(), "Conflict");
    check(cluster.get(made.key()).isPresent(), "it stays");
    ObjectNode mine = Json.object();
    mine.putObject("preconditions").put("uid", made.uid());
    cluster.delete(made.key(), mine);
    check(cluster.get(made.key()).isEmpty(), "it goes");
  }

  private static void deletedTwice(Cluster cluster) {
    Resource made = cluster.create(Kinds.CONFIG_MAP, configMap(name("gone"), "a", "1"));
    cluster.delete(made.key(), Json.object());
    cluster.delete(made.key(), Json.object());
    check(cluster.get(made.key()).isEmpty(), "it is gone");
  }

  private static void finalized(Cluster cluster) {
    ObjectNode object = configMap(name("held"), "a", "1");
    Json.ensureObject(object, "metadata").putArray("finalizers").add("slipway.dev/held");
    Resource made = cluster.create(Kinds.CONFIG_MAP, object);
    cluster.delete(made.key(), Json.object());
    Resource held = cluster.get(made.key()).orElseThrow();
    check(held.deleting(), "it is marked");
    ObjectNode free = held.copy();
    Json.ensureObject(free, "metadata").remove("finalizers");
    Resource last = cluster.update(Kinds.CONFIG_MAP, free);
    same(last.uid(), made.uid());
    check(cluster.get(made.key()).isEmpty(), "it goes");
  }

  private static void bound(Cluster cluster) {
    Resource pod = cluster.create(Kinds.POD, pod(name("pod")));
    cluster.bind(pod.key(), "here");
    same(cluster.get(pod.key()).orElseThrow().text("spec", "nodeName"), "here");
    check(refusal(() -> cluster.bind(pod.key(), "there")).isConflict(), "Conflict");
  }

  private static void refused(Cluster cluster) {
    ObjectNode unnamed = configMap("Not A Name", "a", "1");
    same(refusal(() -> cluster.create(Kinds.CONFIG_MAP, unnamed)).code(), 422);
  }

  private static void serves(Cluster cluster) {
    check(cluster.serves(Kinds.POD), "pods are served");
    Kind nothing = Kind.namespaced("nothing.example", "v1", "Nothing", "nothings");
    check(!cluster.serves(nothing), "nothings are not");
    same(cluster.list(nothing, ""), List.of());
    check(cluster.get(nothing.key("default", "x")).isEmpty(), "and none is found");
    check(
        refusal(() -> cluster.create(nothing, configMap("x", "a", "1"))).isNotFound(), "NotFound");
  }

  private static void watched(Cluster cluster) throws InterruptedException {
    String before = name("before");
    String after = name("after");
    cluster.create(Kinds.CONFIG_MAP, configMap(before, "a", "1"));
    var told = new Told();
    try (var _ = cluster.watch(Kinds.CONFIG_MAP, told)) {
      told.await(before, "1", false);
      told.awaitCaughtUp();
      cluster.create(Kinds.CONFIG_MAP, configMap(after, "a", "1"));
      told.await(after, "1", false);
      cluster.update(Kinds.CONFIG_MAP, configMap(after, "a", "2"));
      told.await(after, "2", false);
      cluster.delete(Kinds.CONFIG_MAP.key("default", after), Json.object());
      told.await(after, "2", true);
    }
  }

  private static void closed(Cluster cluster) throws InterruptedException {
    var closed = new Told();
    var open = new Told();
    var watching = cluster.watch(Kinds.CONFIG_MAP, closed);
    closed.awaitCaughtUp();
    watching.close();
    String name = name("unseen");
    try (var _ = cluster.watch(Kinds.CONFIG_MAP, open)) {
      open.awaitCaughtUp();
      cluster.create(Kinds.CONFIG_MAP, configMap(name, "a", "1"));
      open.await(name, "1", false);
    }
    check(!closed.names().contains(name), "nothing is told after the end");
  }

  private static void ordered(Cluster cluster) throws InterruptedException {
    String name = name("counted");
    var told = new Told();
    try (var _ = cluster.watch(Kinds.CONFIG_MAP, told)) {
      cluster.create(Kinds.CONFIG_MAP, configMap(name, "a", "0"));
      for (int i = 1; i <= 50; i++) {
        cluster.update(Kinds.CONFIG_MAP, configMap(name, "a", Integer.toString(i)));
      }
      var seen = told.until(name, "50");
      var sorted = new ArrayList<>(seen);
      Collections.sort(sorted);
      same(seen, sorted);
    }
  }

  /// Remembers what a watch told.
  private static final class Told implements Cluster.Listener {
    private record Change(String name, String value, boolean gone) {}

    private final LinkedBlockingQueue<Change> changes = new LinkedBlockingQueue<>();
    private final List<String> names = Collections.synchronizedList(new ArrayList<>());
    private static final Change CAUGHT_UP = new Change("", "", false);
    private final java.util.concurrent.CountDownLatch caughtUp =
        new java.util.concurrent.CountDownLatch(1);

    @Override
    public void changed(Resource now, boolean gone) {
      names.add(now.name());
      changes.add(new Change(now.name(), now.text("data", "a"), gone));
    }

    @Override
    public void caughtUp() {
      caughtUp.countDown();
      changes.add(CAUGHT_UP);
    }

    List<String> names() {
      synchronized (names) {
        return List.copyOf(names);
      }
    }

    void awaitCaughtUp() throws InterruptedException {
      check(caughtUp.await(PATIENCE.toSeconds(), TimeUnit.SECONDS), "the present state was told");
    }

    void await(String name, String value, boolean gone) throws InterruptedException {
      var wanted = new Change(name, value, gone);
      for (Change each = next(); each != null; each = next()) {
        if (each.equals(wanted)) {
          return;
        }
      }
      throw new AssertionError("never told: " + wanted);
    }

    List<Integer> until(String name, String last) throws InterruptedException {
      var values = new ArrayList<Integer>();
      for (Change each = next(); each != null; each = next()) {
        if (each.name().equals(name)) {
          values.add(Integer.valueOf(each.value()));
          if (each.value().equals(last)) {
            return values;
          }
        }
      }
      throw new AssertionError("never told: " + name + " " + last);
    }

    private @Nullable Change next() throws InterruptedException {
      return changes.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static List<String> names(Cluster cluster, Map<String, String> labels) {
    return cluster.list(Kinds.CONFIG_MAP, "default", labels).stream().map(Resource::name).toList();
  }

  private static String name(String prefix) {
    return "contract-" + prefix + "-" + String.format("%04d", NAMES.incrementAndGet());
  }

  private static ObjectNode object(Kind kind, String name) {
    ObjectNode object = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    object.putObject("metadata").put("namespace", "default").put("name", name);
    return object;
  }

  private static ObjectNode configMap(String name, String field, String value) {
    ObjectNode object = object(Kinds.CONFIG_MAP, name);
    object.putObject("data").put(field, value);
    return object;
  }

  private static ObjectNode labelled(String name, Map<String, String> labels) {
    ObjectNode object = configMap(name, "a", "1");
    labels.forEach(Json.ensureObject(object, "metadata", "labels")::put);
    return object;
  }

  private static ObjectNode ownedBy(ObjectNode object, Resource owner) {
    Json.ensureObject(object, "metadata")
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", owner.kind().apiVersion())
        .put("kind", owner.kind().kind())
        .put("name", owner.name())
        .put("uid", owner.uid())
        .put("controller", true);
    return object;
  }

  private static ObjectNode pod(String name) {
    ObjectNode object = object(Kinds.POD, name);
    var container = object.putObject("spec").putArray("containers").addObject();
    container.put("name", "main").put("image", "example");
    return object;
  }

  private static ObjectNode deployment(String name, int replicas) {
    ObjectNode object = object(Kinds.DEPLOYMENT, name);
    ObjectNode spec = object.putObject("spec").put("replicas", replicas);
    spec.putObject("selector").putObject("matchLabels").put("app", name);
    ObjectNode template = spec.putObject("template");
    template.putObject("metadata").putObject("labels").put("app", name);
    var container = template.putObject("spec").putArray("containers").addObject();
    container.put("name", "main").put("image", "example");
    return object;
  }

  private static ClusterException refusal(Runnable call) {
    try {
      call.run();
    } catch (ClusterException refused) {
      return refused;
    }
    throw new AssertionError("expected a refusal");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("expected: " + what);
    }
  }

  private static void same(Object found, Object expected) {
    if (!found.equals(expected)) {
      throw new AssertionError("expected " + expected + ", found " + found);
    }
  }
}
