package dev.slipway.controllers.trainer;

import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import dev.slipway.control.Kind;
import dev.slipway.controllers.core.Gangs;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `podGroupPolicy`: the pods of a job start together or not at all.
///
/// Pods of jobs that others wait to complete are gone before those begin and are left out of the
/// group; pods that wait for others of the group to be ready belong to it and are not waited for.
/// The original counts all of them, and such a job never starts.
///
/// Source: `pkg/runtime/framework/plugins/{coscheduling,volcano}`.
final class Gang {
  static final String LABEL = "scheduling.x-k8s.io/pod-group";
  static final String ANNOTATION = "scheduling.k8s.io/group-name";
  private static final String QUEUE = "scheduling.volcano.sh/queue-name";

  private final Blueprint blueprint;
  private final boolean volcano;

  private Gang(Blueprint blueprint, boolean volcano) {
    this.blueprint = blueprint;
    this.volcano = volcano;
  }

  /// The gang a runtime asks for, if it does.
  static Optional<Gang> of(Blueprint blueprint) {
    if (blueprint.groupPolicy("coscheduling").isObject()) {
      return Optional.of(new Gang(blueprint, false));
    }
    return blueprint.groupPolicy("volcano").isObject()
        ? Optional.of(new Gang(blueprint, true))
        : Optional.empty();
  }

  Kind kind() {
    return volcano ? TrainerKinds.VOLCANO_POD_GROUP : TrainerKinds.POD_GROUP;
  }

  /// Says on the pods which group they belong to: in the words of the scheduler that was asked for,
  /// and in those of the platform's own.
  void mark() {
    String least = Integer.toString(awaited());
    for (ObjectNode entry : members()) {
      ObjectNode template = Json.ensureObject(entry, "template", "spec", "template");
      Json.ensureObject(template, "metadata", "annotations")
          .put(Gangs.NAME, "trainjobs/" + blueprint.job().name())
          .put(Gangs.LEAST, least);
      if (volcano) {
        Json.ensureObject(template, "metadata", "annotations")
            .put(ANNOTATION, blueprint.job().name());
      } else {
        Json.ensureObject(template, "metadata", "labels").put(LABEL, blueprint.job().name());
      }
    }
  }

  private List<ObjectNode> members() {
    Set<String> completed = new HashSet<>();
    blueprint.entries().forEach(entry -> completed.addAll(awaited(entry, "Complete")));
    return blueprint.entries().stream()
        .filter(entry -> !completed.contains(Json.text(entry, "name")))
        .toList();
  }

  /// The members whose pods are there from the start of the group.
  private List<ObjectNode> first() {
    return members().stream().filter(entry -> awaited(entry, "Ready").isEmpty()).toList();
  }

  /// How many pods must fit before any starts.
  private int awaited() {
    return first().stream().mapToInt(entry -> blueprint.count(Json.text(entry, "name"))).sum();
  }

  /// The entries that one depends on in a certain way.
  private static Set<String> awaited(ObjectNode entry, String how) {
    var names = new HashSet<String>();
    for (JsonNode each : entry.path("dependsOn")) {
      if (Json.text(each, "status").equals(how)) {
        names.add(Json.text(each, "name"));
      }
    }
    return names;
  }

  ObjectNode group() {
    Map<String, Quantity> total = new TreeMap<>();
    for (ObjectNode entry : first()) {
      for (JsonNode container : Blueprint.pod(entry).path("containers")) {
        add(container.path("resources"), blueprint.count(Json.text(entry, "name")), total);
      }
    }
    ObjectNode group = Json.object();
    group.putObject("metadata").put("name", blueprint.job().name());
    ObjectNode spec = group.putObject("spec").put("minMember", awaited());
    if (!total.isEmpty()) {
      ObjectNode resources = spec.putObject("minResources");
      total.forEach((name, amount) -> resources.put(name, amount.toString()));
    }
    if (volcano) {
      volcano(spec);
    } else {
      spec.put(
          "scheduleTimeoutSeconds",
          blueprint.groupPolicy("coscheduling").path("scheduleTimeoutSeconds").asInt(60));
    }
    return group;
  }

  private void volcano(ObjectNode spec) {
    String queue = blueprint.annotations().getOrDefault(QUEUE, "");
    if (!queue.isEmpty()) {
      spec.put("queue", queue);
    }
    for (ObjectNode entry : blueprint.entries()) {
      String priority = Json.text(Blueprint.pod(entry), "priorityClassName");
      if (!priority.isEmpty()) {
        spec.put("priorityClassName", priority);
      }
    }
    if (blueprint.groupPolicy("volcano").path("networkTopology") instanceof ObjectNode topology) {
      spec.set("networkTopology", topology.deepCopy());
    }
  }

  /// Requests, and limits of what nothing is requested of.
  private static void add(JsonNode resources, int count, Map<String, Quantity> total) {
    ObjectNode asked = Json.object();
    resources
        .path("limits")
        .properties()
        .forEach(each -> asked.set(each.getKey(), each.getValue()));
    resources
        .path("requests")
        .properties()
        .forEach(each -> asked.set(each.getKey(), each.getValue()));
    for (var each : asked.properties()) {
      Quantity.parse(each.getValue().asString(""))
          .ifPresent(
              amount -> {
                Quantity times =
                    new Quantity(
                        amount.value().multiply(java.math.BigDecimal.valueOf(count)),
                        amount.form());
                total.merge(each.getKey(), times, Quantity::plus);
              });
    }
  }
}
