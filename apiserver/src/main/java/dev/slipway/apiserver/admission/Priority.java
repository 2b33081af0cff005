package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Turns a pod's `priorityClassName` into its `priority` and `preemptionPolicy`, and lets one
/// PriorityClass at most be the default of all.
public final class Priority implements Admission {
  private static final String STORED = "scheduling.k8s.io/priorityclasses";
  private static final String PREEMPT = "PreemptLowerPriority";

  /// Known even before anything has stored them.
  private static final List<PriorityClass> SYSTEM =
      List.of(
          new PriorityClass("system-node-critical", 2_000_001_000, false, PREEMPT),
          new PriorityClass("system-cluster-critical", 2_000_000_000, false, PREEMPT));

  private static final PriorityClass NONE = new PriorityClass("", 0, false, PREEMPT);

  private final Stored<PriorityClass> classes;

  private record PriorityClass(String name, int value, boolean isDefault, String preemption) {
    static PriorityClass of(ObjectNode object) {
      String preemption = Json.text(object, "preemptionPolicy");
      return new PriorityClass(
          Json.text(object, "metadata", "name"),
          object.path("value").asInt(0),
          object.path("globalDefault").asBoolean(false),
          preemption.isEmpty() ? PREEMPT : preemption);
    }
  }

  public Priority(Objects objects) {
    classes = new Stored<>(objects, STORED, PriorityClass::of);
  }

  /// The two classes every cluster has, as manifests, for the first start of a data directory.
  public static List<ObjectNode> systemClasses() {
    return SYSTEM.stream().map(Priority::manifest).toList();
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (!request.resource().storageKey().equals("pods") || !request.subresource().isEmpty()) {
      return;
    }
    request.object().ifPresent(pod -> give(request, Json.ensureObject(pod, "spec")));
  }

  @Override
  public void validate(AdmissionRequest request) {
    boolean write =
        request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
    if (!write || !request.resource().storageKey().equals(STORED)) {
      return;
    }
    PriorityClass candidate = PriorityClass.of(request.object().orElseThrow());
    if (!candidate.isDefault) {
      return;
    }
    Optional<PriorityClass> present = globalDefault();
    if (present.isPresent() && !present.get().name.equals(candidate.name)) {
      throw Refusal.forbidden(
          request, "PriorityClass " + present.get().name + " is already marked as globalDefault");
    }
  }

  private void give(AdmissionRequest request, ObjectNode spec) {
    if (request.operation() == Operation.UPDATE) {
      keep(spec, Json.at(request.old().orElseThrow(), "spec"));
    } else if (request.operation() == Operation.CREATE) {
      fill(request, spec);
    }
  }

  /// A client that does not know these fields must be able to write back what it read.
  private static void keep(ObjectNode spec, JsonNode old) {
    for (String field : List.of("priority", "preemptionPolicy")) {
      if (!spec.has(field) && old.has(field)) {
        spec.set(field, old.get(field).deepCopy());
      }
    }
  }

  private void fill(AdmissionRequest request, ObjectNode spec) {
    String name = Json.text(spec, "priorityClassName");
    PriorityClass found = name.isEmpty() ? globalDefault().orElse(NONE) : named(request, name);
    if (name.isEmpty() && !found.name.isEmpty()) {
      spec.put("priorityClassName", found.name);
    }
    if (spec.path("priority").isNumber() && spec.path("priority").asInt(0) != found.value) {
      throw Refusal.forbidden(
          request,
          ("the integer value of priority (%d) must not be provided in pod spec; priority"
                  + " admission controller computed %d from the given PriorityClass name")
              .formatted(spec.path("priority").asInt(0), found.value));
    }
    spec.put("priority", found.value);
    String preemption = Json.text(spec, "preemptionPolicy");
    if (!preemption.isEmpty() && !preemption.equals(found.preemption)) {
      throw Refusal.forbidden(
          request,
          ("the string value of PreemptionPolicy (%s) must not be provided in pod spec; priority"
                  + " admission controller computed %s from the given PriorityClass name")
              .formatted(preemption, found.preemption));
    }
    spec.put("preemptionPolicy", found.preemption);
  }

  private PriorityClass named(AdmissionRequest request, String name) {
    return classes
        .find("", name)
        .or(() -> SYSTEM.stream().filter(each -> each.name.equals(name)).findFirst())
        .orElseThrow(
            () -> Refusal.forbidden(request, "no PriorityClass with name " + name + " was found"));
  }

  /// The one of least value, should several have been marked.
  private Optional<PriorityClass> globalDefault() {
    Stream<PriorityClass> marked = classes.in("").stream().filter(PriorityClass::isDefault);
    return marked.min(Comparator.comparingInt(PriorityClass::value));
  }

  private static ObjectNode manifest(PriorityClass system) {
    ObjectNode object = Json.object();
    object.put("apiVersion", "scheduling.k8s.io/v1").put("kind", "PriorityClass");
    object.putObject("metadata").put("name", system.name);
    return object
        .put("value", system.value)
        .put("preemptionPolicy", PREEMPT)
        .put("description", description(system));
  }

  private static String description(PriorityClass system) {
    return system.name.equals("system-node-critical")
        ? "Used for system critical pods that must not be moved from their current node."
        : "Used for system critical pods that must run in the cluster, but can be moved to another"
            + " node if necessary.";
  }
}
