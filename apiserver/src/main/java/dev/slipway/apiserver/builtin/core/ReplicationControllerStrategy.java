package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// ReplicationControllers.
final class ReplicationControllerStrategy extends KindStrategy {
  @Override
  protected void fill(ObjectNode controller) {
    ObjectNode spec = Defaults.object(controller, "spec");
    Defaults.number(spec, "replicas", 1);
    for (ObjectNode template : Defaults.present(spec, "template")) {
      PodDefaults.template(template);
      JsonNode labels = template.path("metadata").path("labels");
      if (labels.isObject() && !labels.isEmpty()) {
        if (spec.path("selector").isEmpty()) {
          spec.set("selector", labels.deepCopy());
        }
        ObjectNode metadata = Defaults.object(controller, "metadata");
        if (metadata.path("labels").isEmpty()) {
          metadata.set("labels", labels.deepCopy());
        }
      }
    }
  }

  @Override
  protected void initialStatus(ObjectNode controller, ObjectNode status) {
    status.put("replicas", 0);
  }

  @Override
  protected void judge(Field controller, Problems problems) {
    Field spec = controller.at("spec");
    problems.notNegative(spec.at("minReadySeconds"));
    problems.demand(spec.at("selector"));
    problems.notNegative(spec.at("replicas"));
    Field template = spec.at("template");
    if (!template.present()) {
      problems.required(template, "");
      return;
    }
    Map<String, String> labels = Selectors.map(template.at("metadata", "labels"));
    if (!labels.entrySet().containsAll(Selectors.map(spec.at("selector")).entrySet())) {
      problems.invalid(
          template.at("metadata", "labels"), "`selector` does not match template `labels`");
    }
    PodSpecRules.template(template, problems);
    Field restart = template.at("spec", "restartPolicy");
    if (!restart.text().equals("Always")) {
      problems.notSupported(restart, List.of("Always"));
    }
    if (template.at("spec", "activeDeadlineSeconds").present()) {
      problems.forbidden(
          template.at("spec", "activeDeadlineSeconds"),
          "activeDeadlineSeconds in ReplicationController is not Supported");
    }
  }

  @Override
  public List<String> warnings(ObjectNode controller) {
    return PodStrategy.templateWarnings(
        new Field(Json.at(controller, "spec", "template"), FieldPath.of("spec", "template")));
  }
}
