package dev.slipway.api.trainer;

import dev.slipway.api.KindRules.Admitting;
import dev.slipway.base.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Overrides of pods as Trainer 2.0 (`podSpecOverrides`) and 2.1 (`podTemplateOverrides`) had them,
/// brought into the form of 2.2: a patch of the runtime, under a manager of its own.
final class OldOverrides {
  static final String MANAGER = "trainer.kubeflow.org/pod-template-overrides";

  private OldOverrides() {}

  static void lift(Admitting admitting, ObjectNode spec) {
    ArrayNode entries = Json.array();
    for (String field : List.of("podSpecOverrides", "podTemplateOverrides")) {
      JsonNode overrides = spec.path(field);
      if (!overrides.isArray()) {
        continue;
      }
      overrides.forEach(each -> override(field, each, entries));
      spec.remove(field);
      admitting
          .warnings()
          .accept("spec." + field + " is deprecated; it is kept as spec.runtimePatches");
    }
    if (entries.isEmpty()) {
      return;
    }
    ArrayNode patches = spec.withArray("runtimePatches");
    for (int i = patches.size() - 1; i >= 0; i--) {
      if (Json.text(patches.get(i), "manager").equals(MANAGER)) {
        patches.remove(i);
      }
    }
    ObjectNode patch = patches.addObject().put("manager", MANAGER);
    Json.ensureObject(patch, "trainingRuntimeSpec", "template", "spec")
        .set("replicatedJobs", entries);
  }

  private static void override(String field, JsonNode override, ArrayNode entries) {
    for (JsonNode job : override.path("targetJobs")) {
      ObjectNode entry = entryOf(entries, Json.text(job, "name"));
      ObjectNode template = Json.ensureObject(entry, "template", "spec", "template");
      if (field.equals("podTemplateOverrides")) {
        for (String part : List.of("metadata", "spec")) {
          if (override.path(part) instanceof ObjectNode given) {
            PodPatch.merge(Json.ensureObject(template, part), given);
          }
        }
      } else {
        ObjectNode given = ((ObjectNode) override).deepCopy();
        given.remove("targetJobs");
        PodPatch.merge(Json.ensureObject(template, "spec"), given);
      }
    }
  }

  private static ObjectNode entryOf(ArrayNode entries, String name) {
    for (JsonNode each : entries) {
      if (each instanceof ObjectNode entry && Json.text(entry, "name").equals(name)) {
        return entry;
      }
    }
    return entries.addObject().put("name", name);
  }
}
