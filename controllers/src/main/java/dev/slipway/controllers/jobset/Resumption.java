package dev.slipway.controllers.jobset;

import dev.slipway.base.Json;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Lets a job that waits go on, with what a queueing system has decided for its pods meanwhile.
///
/// A job that has run before has a start time, and its template may not change while it has one:
/// the
/// time is taken away first, and the rest follows when that is seen.
///
/// @param template of the pods, as the set has it now
record Resumption(Resource job, JsonNode template) {
  void plan(Plan plan) {
    ObjectNode patch = Json.object();
    ObjectNode spec = patch.putObject("spec").put("suspend", false);
    ObjectNode changes = templateChanges();
    if (!changes.isEmpty() && !job.text("status", "startTime").isEmpty()) {
      ObjectNode unstarted = Json.object();
      unstarted.putObject("status").putNull("startTime");
      plan.change(job.key(), "status", unstarted);
      return;
    }
    if (!changes.isEmpty()) {
      spec.set("template", changes);
    }
    plan.change(job.key(), "", patch);
  }

  /// As a merge patch: what the template has and the job lacks. What others gave the job stays.
  private ObjectNode templateChanges() {
    ObjectNode changes = Json.object();
    JsonNode now = job.spec().path("template");
    for (var path :
        List.of(
            List.of("metadata", "labels"),
            List.of("metadata", "annotations"),
            List.of("spec", "nodeSelector"))) {
      String part = path.getFirst();
      String field = path.getLast();
      Json.strings(template, part, field)
          .forEach(
              (key, value) -> {
                if (!Json.text(now, part, field, key).equals(value)) {
                  Json.ensureObject(changes, part, field).put(key, value);
                }
              });
    }
    for (String field : List.of("tolerations", "schedulingGates")) {
      ArrayNode all = union(now.path("spec").path(field), template.path("spec").path(field));
      if (all.size() > now.path("spec").path(field).size()) {
        Json.ensureObject(changes, "spec").set(field, all);
      }
    }
    return changes;
  }

  private static ArrayNode union(JsonNode some, JsonNode others) {
    ArrayNode all = Json.array();
    for (JsonNode list : new JsonNode[] {some, others}) {
      for (JsonNode each : list) {
        boolean there = false;
        for (JsonNode one : all) {
          there |= one.equals(each);
        }
        if (!there) {
          all.add(each.deepCopy());
        }
      }
    }
    return all;
  }
}
