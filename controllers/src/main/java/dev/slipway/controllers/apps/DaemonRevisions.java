package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// The templates a DaemonSet has had, as ControllerRevisions; `kubectl rollout undo` puts one back.
///
/// @param hash of the present template
record DaemonRevisions(Resource set, List<Resource> known, String hash) {
  static DaemonRevisions of(Resource set, Observed observed) {
    int collisions = set.status().path("collisionCount").asInt(0);
    return new DaemonRevisions(
        set,
        observed.children(Kinds.CONTROLLER_REVISION),
        TemplateHash.of(set.spec().path("template"), collisions));
  }

  private String name() {
    return set.name() + "-" + hash;
  }

  /// Makes the present one where it is new, numbers it above the others, and forgets what is too
  /// old
  /// and no pod has any more.
  void keep(List<Resource> pods, Plan plan) {
    long highest = known.stream().mapToLong(DaemonRevisions::number).max().orElse(0);
    var present = known.stream().filter(each -> each.name().equals(name())).findFirst();
    if (present.isEmpty()) {
      plan.create(Kinds.CONTROLLER_REVISION, revision(highest + 1));
    } else if (number(present.get()) < highest) {
      plan.change(present.get().key(), "", Json.object().put("revision", highest + 1));
    }
    Set<String> live =
        pods.stream()
            .map(pod -> pod.label(StatefulRevisions.LABEL))
            .collect(Collectors.toUnmodifiableSet());
    var idle =
        known.stream()
            .filter(each -> !each.name().equals(name()))
            .filter(each -> !live.contains(each.label(StatefulRevisions.LABEL)))
            .sorted(Comparator.comparingLong(DaemonRevisions::number))
            .toList();
    int limit = set.spec().path("revisionHistoryLimit").asInt(10);
    idle.stream().limit(Math.max(0, idle.size() - limit)).forEach(plan::delete);
  }

  private static long number(Resource revision) {
    return revision.at("revision").asLong(0);
  }

  ObjectNode template() {
    return set.spec().path("template") instanceof ObjectNode found ? found : Json.object();
  }

  private ObjectNode revision(long number) {
    var made = Json.object();
    made.put("apiVersion", "apps/v1").put("kind", "ControllerRevision");
    var metadata = made.putObject("metadata");
    metadata.put("name", name()).put("namespace", set.namespace());
    var labels = metadata.putObject("labels");
    Json.strings(template(), "metadata", "labels").forEach(labels::put);
    labels.put(StatefulRevisions.LABEL, hash);
    var annotations = Json.object();
    set.annotations().forEach(annotations::put);
    annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    if (!annotations.isEmpty()) {
      metadata.set("annotations", annotations);
    }
    var template = template().deepCopy().put("$patch", "replace");
    made.putObject("data").putObject("spec").set("template", template);
    return made.put("revision", number);
  }
}
