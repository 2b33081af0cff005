package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The templates a StatefulSet has had, as ControllerRevisions: the one its pods are moved to, and
/// the
/// one they come from.
///
/// @param known those that exist
/// @param update name of the present template
/// @param current name of the one before; the same once every pod has the present one
record StatefulRevisions(Resource set, List<Resource> known, String update, String current) {
  static final String LABEL = "controller-revision-hash";

  static StatefulRevisions of(Resource set, Observed observed) {
    var known = observed.children(Kinds.CONTROLLER_REVISION);
    int collisions = set.status().path("collisionCount").asInt(0);
    var update = set.name() + "-" + TemplateHash.of(set.spec().path("template"), collisions);
    var told = set.text("status", "currentRevision");
    boolean there = known.stream().anyMatch(each -> each.name().equals(told));
    return new StatefulRevisions(set, known, update, there ? told : update);
  }

  /// Makes the present one where it is new, numbers it above the others, and forgets what is too
  /// old.
  void keep(Plan plan) {
    long highest = known.stream().mapToLong(StatefulRevisions::number).max().orElse(0);
    var present = known.stream().filter(each -> each.name().equals(update)).findFirst();
    if (present.isEmpty()) {
      plan.create(Kinds.CONTROLLER_REVISION, revision(highest + 1));
    } else if (number(present.get()) < highest) {
      plan.change(present.get().key(), "", Json.object().put("revision", highest + 1));
    }
    int limit = set.spec().path("revisionHistoryLimit").asInt(10);
    var idle =
        known.stream()
            .filter(each -> !each.name().equals(update) && !each.name().equals(current))
            .sorted(Comparator.comparingLong(StatefulRevisions::number))
            .toList();
    idle.stream().limit(Math.max(0, idle.size() - limit)).forEach(plan::delete);
  }

  private static long number(Resource revision) {
    return revision.at("revision").asLong(0);
  }

  private ObjectNode revision(long number) {
    var made = Json.object();
    made.put("apiVersion", "apps/v1").put("kind", "ControllerRevision");
    var metadata = made.putObject("metadata");
    metadata.put("name", update).put("namespace", set.namespace());
    var labels = metadata.putObject("labels");
    Json.strings(set.spec(), "selector", "matchLabels").forEach(labels::put);
    labels.put("controller.kubernetes.io/hash", update.substring(set.name().length() + 1));
    var template = Json.object();
    if (set.spec().path("template") instanceof ObjectNode found) {
      template.setAll(found.deepCopy());
    }
    template.put("$patch", "replace");
    made.putObject("data").putObject("spec").set("template", template);
    return made.put("revision", number);
  }

  /// Whether a pod of this number, made now, is still of the revision before.
  private boolean old(int ordinal, StatefulSetReconciler.Ordinals ordinals) {
    if (current.equals(update) || set.text("spec", "updateStrategy", "type").equals("OnDelete")) {
      return false;
    }
    int partition = set.at("spec", "updateStrategy", "rollingUpdate", "partition").asInt(0);
    return ordinal < ordinals.first() + partition;
  }

  String nameFor(int ordinal, StatefulSetReconciler.Ordinals ordinals) {
    return old(ordinal, ordinals) ? current : update;
  }

  ObjectNode templateFor(int ordinal, StatefulSetReconciler.Ordinals ordinals) {
    if (old(ordinal, ordinals)) {
      for (var each : known) {
        if (each.name().equals(current)
            && each.at("data", "spec", "template") instanceof ObjectNode found) {
          var template = found.deepCopy();
          template.remove("$patch");
          return template;
        }
      }
    }
    return set.spec().path("template") instanceof ObjectNode found
        ? found.deepCopy()
        : Json.object();
  }
}
