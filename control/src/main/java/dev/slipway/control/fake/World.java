package dev.slipway.control.fake;

import dev.slipway.base.Json;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// A primary, what surrounds it, and what time it is: everything one plan is made from. Immutable;
/// each `with` gives another world, so a default world can be shared and each row of a table shows
/// only what differs.
///
/// Objects are given as JSON; name, namespace (`default`), uid, generation, resourceVersion and
/// time of creation are filled in where absent.
public final class World {
  private final Resource primary;
  private final List<Resource> others;
  private final Instant now;
  private final Set<Kind> withdrawn;
  private final List<Observed.Refusal> refusals;

  private World(
      Resource primary,
      List<Resource> others,
      Instant now,
      Set<Kind> withdrawn,
      List<Observed.Refusal> refusals) {
    this.primary = primary;
    this.others = List.copyOf(others);
    this.now = now;
    this.withdrawn = Set.copyOf(withdrawn);
    this.refusals = List.copyOf(refusals);
  }

  /// A world of one object, at [FakeClock#START].
  public static World of(Kind kind, ObjectNode primary) {
    return new World(object(kind, primary), List.of(), FakeClock.START, Set.of(), List.of());
  }

  public static World of(Kind kind, String primary) {
    return of(kind, Json.parseObject(primary));
  }

  /// With another primary.
  public World primary(ObjectNode object) {
    return new World(object(primary.kind(), object), others, now, withdrawn, refusals);
  }

  /// With a field of the primary changed.
  ///
  /// @param pointer JSON pointer of an object: `/spec`, `/metadata/annotations`; made where absent
  public World with(String pointer, String field, Object value) {
    ObjectNode copy = primary.copy();
    ObjectNode parent = copy;
    for (String each : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
      parent = Json.ensureObject(parent, each.replace("~1", "/").replace("~0", "~"));
    }
    parent.set(field, Json.MAPPER.valueToTree(value));
    return primary(copy);
  }

  /// With another object; one of the same name is replaced.
  public World with(Kind kind, ObjectNode object) {
    Resource added = object(kind, object);
    var all = new ArrayList<>(others);
    all.removeIf(each -> each.key().equals(added.key()));
    all.add(added);
    return new World(primary, all, now, withdrawn, refusals);
  }

  public World with(Kind kind, String object) {
    return with(kind, Json.parseObject(object));
  }

  /// With a child: the primary becomes its controlling owner.
  public World child(Kind kind, ObjectNode object) {
    ObjectNode child = object.deepCopy();
    ObjectNode reference =
        Json.ensureObject(child, "metadata").withArray("ownerReferences").addObject();
    reference.put("apiVersion", primary.kind().apiVersion()).put("kind", primary.kind().kind());
    reference.put("name", primary.name()).put("uid", primary.uid()).put("controller", true);
    return with(kind, child);
  }

  public World child(Kind kind, String object) {
    return child(kind, Json.parseObject(object));
  }

  public World without(Key key) {
    var all = new ArrayList<>(others);
    all.removeIf(each -> each.key().equals(key));
    return new World(primary, all, now, withdrawn, refusals);
  }

  public World at(Instant time) {
    return new World(primary, others, time, withdrawn, refusals);
  }

  /// With a kind that the API does not serve.
  public World withdrawn(Kind kind) {
    var all = new HashSet<>(withdrawn);
    all.add(kind);
    return new World(primary, others, now, all, refusals);
  }

  /// With something the API refused of the last plan.
  public World refused(Observed.Refusal refusal) {
    var all = new ArrayList<>(refusals);
    all.add(refusal);
    return new World(primary, others, now, withdrawn, all);
  }

  public Resource primary() {
    return primary;
  }

  /// What the reconciler wants in this world; asked twice, it must answer the same.
  public Planned plan(Reconciler reconciler) {
    var first = new Planned(reconciler.plan(primary, new View()), primary);
    var second = new Planned(reconciler.plan(primary, new View()), primary);
    if (!first.toString().equals(second.toString())) {
      throw new AssertionError(
          "the same world was planned for twice, differently:\n" + first + "\n" + second);
    }
    return first;
  }

  private final class View implements Observed {
    @Override
    public Instant now() {
      return now;
    }

    @Override
    public List<Resource> children(Kind kind) {
      return sorted(
          others.stream()
              .filter(each -> each.kind().equals(kind))
              .filter(each -> each.controllerUid().equals(primary.uid()))
              .toList());
    }

    @Override
    public Optional<Resource> find(Key key) {
      return key.equals(primary.key())
          ? Optional.of(primary)
          : others.stream().filter(each -> each.key().equals(key)).findFirst();
    }

    @Override
    public List<Resource> list(Kind kind, String namespace, Map<String, String> labels) {
      var all = new ArrayList<>(others);
      all.add(primary);
      return sorted(
          all.stream()
              .filter(each -> each.kind().equals(kind))
              .filter(each -> namespace.isEmpty() || each.namespace().equals(namespace))
              .filter(each -> each.labels().entrySet().containsAll(labels.entrySet()))
              .toList());
    }

    @Override
    public boolean serves(Kind kind) {
      return Kinds.all().contains(kind) && !withdrawn.contains(kind);
    }

    @Override
    public List<Refusal> refusals() {
      return refusals;
    }
  }

  private static List<Resource> sorted(List<Resource> objects) {
    return objects.stream()
        .sorted(Comparator.comparing(Resource::namespace).thenComparing(Resource::name))
        .toList();
  }

  private static Resource object(Kind kind, ObjectNode given) {
    ObjectNode whole = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    whole.setAll(given.deepCopy());
    ObjectNode metadata = Json.ensureObject(whole, "metadata");
    fill(metadata, "name", "example");
    if (kind.namespaced()) {
      fill(metadata, "namespace", "default");
    }
    fill(metadata, "uid", "uid-of-" + kind.plural() + "-" + Json.text(metadata, "name"));
    fill(metadata, "resourceVersion", "1");
    fill(metadata, "creationTimestamp", FakeClock.START.toString());
    if (!metadata.has("generation")) {
      metadata.put("generation", 1);
    }
    return Resource.of(kind, whole);
  }

  private static void fill(ObjectNode metadata, String field, String value) {
    if (!metadata.has(field)) {
      metadata.put(field, value);
    }
  }
}
