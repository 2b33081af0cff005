package dev.slipway.controllers.jobset;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One entry of `spec.replicatedJobs`.
///
/// @param group jobs of several entries are counted together in it
/// @param template a batch/v1 JobTemplateSpec
/// @param dependsOn by name of an earlier entry, `Ready` or `Complete`
record ReplicatedJob(
    String name, String group, int replicas, ObjectNode template, Map<String, String> dependsOn) {
  ReplicatedJob {
    dependsOn = Map.copyOf(dependsOn);
  }

  static List<ReplicatedJob> all(JsonNode spec) {
    var all = new ArrayList<ReplicatedJob>();
    for (JsonNode each : spec.path("replicatedJobs")) {
      var needed = new java.util.LinkedHashMap<String, String>();
      each.path("dependsOn")
          .forEach(on -> needed.put(Json.text(on, "name"), Json.text(on, "status")));
      all.add(
          new ReplicatedJob(
              Json.text(each, "name"),
              each.path("groupName").asString("default"),
              each.path("replicas").asInt(1),
              each.path("template") instanceof ObjectNode template ? template : Json.object(),
              needed));
    }
    return List.copyOf(all);
  }

  JsonNode podTemplate() {
    return template.path("spec").path("template");
  }
}
