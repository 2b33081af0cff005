package dev.slipway.controllers.kserve;

import dev.slipway.api.KindRules;
import dev.slipway.api.kserve.InferenceServiceRules;
import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A small cluster in memory: what is there, who owns what, and plans carried out on it.
final class World implements KindRules.Admitting {
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final YAMLMapper YAML = new YAMLMapper();

  private final Map<Key, ObjectNode> objects = new LinkedHashMap<>();
  private final Set<Kind> unserved = new HashSet<>();
  final List<String> warned = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  private KserveSettings settings = KserveSettings.standard();
  private long versions;
  private Instant now = NOW;

  /// A world with the built-in runtimes.
  static World standard() {
    var world = new World();
    BuiltinRuntimes.all().forEach(each -> world.put(each.kind(), each.object()));
    return world;
  }

  World with(KserveSettings value) {
    settings = value;
    return this;
  }

  World without(Kind kind) {
    unserved.add(kind);
    return this;
  }

  static ObjectNode yaml(String text) {
    return (ObjectNode) YAML.readTree(text);
  }

  World put(Kind kind, ObjectNode object) {
    ObjectNode metadata = Json.ensureObject(object, "metadata");
    if (kind.namespaced() && Json.text(metadata, "namespace").isEmpty()) {
      metadata.put("namespace", "default");
    }
    if (!metadata.has("uid")) {
      metadata.put("uid", "uid-" + ++versions);
      metadata.put("generation", 1);
      metadata.put("creationTimestamp", NOW.toString());
    }
    objects.put(Resource.of(kind, object).key(), object);
    return this;
  }

  World put(Kind kind, String text) {
    return put(kind, yaml(text));
  }

  /// Stores a service as the API would: completed and judged.
  World apply(String text) {
    ObjectNode service = yaml(text);
    Json.ensureObject(service, "metadata").put("namespace", "default");
    var rules = new InferenceServiceRules(Kserve.Mode.KNATIVE);
    Key key = Kinds.INFERENCE_SERVICE.key("default", Json.text(service, "metadata", "name"));
    ObjectNode before = objects.get(key);
    if (before != null) {
      ObjectNode metadata = (ObjectNode) before.path("metadata").deepCopy();
      metadata.set("annotations", service.at("/metadata/annotations"));
      metadata.set("labels", service.at("/metadata/labels"));
      metadata.put("generation", metadata.path("generation").asLong() + 1);
      service.set("metadata", metadata);
      service.set("status", before.path("status"));
    }
    rules.complete(this, service);
    List<Problem> problems = rules.judge(this, service);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(Problem.join(problems));
    }
    return put(Kinds.INFERENCE_SERVICE, service);
  }

  Resource service(String name) {
    return get(Kinds.INFERENCE_SERVICE, name);
  }

  Resource get(Kind kind, String name) {
    return find(kind, name).orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  Optional<Resource> find(Kind kind, String name) {
    Key key = kind.key("default", name);
    return Optional.ofNullable(objects.get(key)).map(tree -> Resource.of(kind, tree));
  }

  List<String> names(Kind kind) {
    return objects.keySet().stream()
        .filter(key -> key.kind().equals(kind))
        .map(Key::name)
        .sorted()
        .toList();
  }

  /// Changes an object in place.
  World change(Kind kind, String name, Consumer<ObjectNode> change) {
    change.accept(get(kind, name).tree());
    return this;
  }

  World status(Kind kind, String name, String text) {
    return change(kind, name, object -> object.set("status", yaml(text)));
  }

  World remove(Kind kind, String name) {
    objects.remove(kind.key("default", name));
    return this;
  }

  /// What a plan would be.
  Plan plan(String service) {
    Resource primary = service(service);
    return new InferenceServiceReconciler(settings).plan(primary, observed(primary));
  }

  /// Plans, and carries the plan out; children it does not keep go.
  ///
  /// @return how many objects differ afterwards
  int settle(String service) {
    now = now.plusSeconds(7); // a status may not change with time alone
    Resource primary = service(service);
    var reconciler = new InferenceServiceReconciler(settings);
    Plan plan = reconciler.plan(primary, observed(primary));
    int changed = 0;
    var kept = new HashSet<Key>();
    for (Plan.Kept each : plan.kept()) {
      Key key = Resource.of(each.kind(), each.object()).key();
      kept.add(key);
      changed += keep(key, each, primary);
    }
    changed += prune(primary, reconciler.children(), plan, kept);
    if (plan.status().isPresent() && !plan.status().get().equals(primary.status())) {
      primary.tree().set("status", plan.status().get());
      changed++;
    }
    plan.happenings().forEach(each -> events.add(each.reason() + ": " + each.message()));
    return changed;
  }

  private int keep(Key key, Plan.Kept each, Resource primary) {
    ObjectNode wanted = each.object().deepCopy();
    ObjectNode there = objects.get(key);
    if (there == null) {
      own(wanted, primary);
      put(each.kind(), wanted);
      return 1;
    }
    ObjectNode compared = there.deepCopy();
    compared.remove("status");
    ObjectNode metadata = (ObjectNode) compared.path("metadata");
    long generation = metadata.path("generation").asLong();
    metadata.remove(List.of("uid", "generation", "creationTimestamp", "ownerReferences"));
    if (compared.equals(wanted)) {
      return 0;
    }
    boolean other = !compared.path("spec").equals(wanted.path("spec"));
    ObjectNode made = (ObjectNode) wanted.path("metadata");
    made.set("uid", there.at("/metadata/uid"));
    made.set("creationTimestamp", there.at("/metadata/creationTimestamp"));
    made.set("ownerReferences", there.at("/metadata/ownerReferences"));
    made.put("generation", generation + (other ? 1 : 0));
    if (there.has("status")) {
      wanted.set("status", there.path("status"));
    }
    objects.put(key, wanted);
    return 1;
  }

  private static void own(ObjectNode object, Resource primary) {
    Json.ensureObject(object, "metadata")
        .putArray("ownerReferences")
        .addObject()
        .put("uid", primary.uid())
        .put("controller", true);
  }

  private int prune(Resource primary, Set<Kind> kinds, Plan plan, Set<Key> kept) {
    int before = objects.size();
    objects
        .entrySet()
        .removeIf(
            entry ->
                kinds.contains(entry.getKey().kind())
                    && !plan.unpruned().contains(entry.getKey().kind())
                    && !kept.contains(entry.getKey())
                    && Resource.of(entry.getKey().kind(), entry.getValue())
                        .controllerUid()
                        .equals(primary.uid()));
    return before - objects.size();
  }

  Observed observed(Resource primary) {
    return new Observed() {
      @Override
      public Instant now() {
        return now;
      }

      @Override
      public List<Resource> children(Kind kind) {
        return all(kind, "").stream()
            .filter(each -> each.controllerUid().equals(primary.uid()))
            .toList();
      }

      @Override
      public Optional<Resource> find(Key key) {
        return Optional.ofNullable(objects.get(key)).map(tree -> Resource.of(key.kind(), tree));
      }

      @Override
      public List<Resource> list(Kind kind, String namespace, Map<String, String> labels) {
        return all(kind, namespace).stream()
            .filter(each -> each.labels().entrySet().containsAll(labels.entrySet()))
            .toList();
      }

      @Override
      public boolean serves(Kind kind) {
        return !unserved.contains(kind);
      }
    };
  }

  private List<Resource> all(Kind kind, String namespace) {
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().kind().equals(kind))
        .filter(entry -> namespace.isEmpty() || entry.getKey().namespace().equals(namespace))
        .map(entry -> Resource.of(kind, entry.getValue()))
        .sorted(Comparator.comparing(Resource::name))
        .toList();
  }

  @Override
  public Optional<ObjectNode> before() {
    return Optional.empty();
  }

  @Override
  public String user() {
    return "somebody";
  }

  @Override
  public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().kind().plural().equals(plural))
        .filter(entry -> entry.getKey().kind().group().equals(group))
        .filter(entry -> entry.getKey().namespace().equals(namespace))
        .filter(entry -> entry.getKey().name().equals(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  @Override
  public List<ObjectNode> list(String group, String plural, String namespace) {
    return List.of();
  }

  @Override
  public Consumer<String> warnings() {
    return warned::add;
  }

  /// A condition as `True Reason: message`.
  String condition(String service, String type) {
    JsonNode condition = service(service).conditionNode(type);
    String reason = Json.text(condition, "reason");
    String message = Json.text(condition, "message");
    return Json.text(condition, "status")
        + (reason.isEmpty() ? "" : " " + reason)
        + (message.isEmpty() ? "" : ": " + message);
  }
}
