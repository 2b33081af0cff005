package dev.slipway.controllers.knative.rules;

import dev.slipway.api.KindRules.Admitting;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The template of revisions, in a Service and in a Configuration.
///
/// Source: knative/serving `pkg/apis/serving/v1/{configuration_defaults,revision_validation}.go`.
final class Template {
  private static final FieldPath AT = FieldPath.of("spec", "template");

  private Template() {}

  /// A template that did not change stays as it is although defaults may have: it would make a new
  /// revision.
  static void complete(Admitting admitting, ObjectNode object) {
    var template = Json.ensureObject(object, "spec", "template");
    boolean same =
        admitting
            .before()
            .filter(before -> before.path("spec").path("template").equals(template))
            .isPresent();
    if (!same && (template.path("spec").isObject() || template.path("spec").isMissingNode())) {
      RevisionDefaults.complete(ServingDefaults.of(admitting), Json.ensureObject(template, "spec"));
    }
  }

  static void judge(Admitting admitting, ObjectNode object, List<Problem> problems) {
    JsonNode template = object.path("spec").path("template");
    if (!(template.get("spec") instanceof ObjectNode spec)) {
      problems.add(
          Problem.wrongType(
              AT.field("spec"), template.path("spec"), "must be the spec of a revision"));
      return;
    }
    new RevisionSpecRules(admitting, AT.field("spec"), problems).judge(spec);
    FieldPath annotations = AT.field("metadata", "annotations");
    Metadata.judgeScaling(admitting, annotations, template, problems);
    Metadata.judgeDeadline(template, annotations, problems);
    judgeName(object, template, problems);
    admitting.before().ifPresent(before -> judgeChange(before, template, problems));
  }

  private static void judgeName(ObjectNode object, JsonNode template, List<Problem> problems) {
    var name = Json.text(template, "metadata", "name");
    var parent = Json.text(object, "metadata", "name");
    FieldPath at = AT.field("metadata", "name");
    if (name.isEmpty()) {
      return;
    }
    if (!Words.isLabel1035(name)) {
      problems.add(Problem.invalid(at, name, Words.notLabel(name)));
    } else if (parent.isEmpty()) {
      problems.add(Words.disallowed(at));
    } else if (!name.startsWith(parent + "-")) {
      problems.add(
          Problem.invalid(at, name, "\"" + name + "\" must have prefix \"" + parent + "-\""));
    }
  }

  /// A revision has its name once: another template needs another name.
  private static void judgeChange(ObjectNode before, JsonNode template, List<Problem> problems) {
    JsonNode earlier = before.path("spec").path("template");
    var name = Json.text(template, "metadata", "name");
    if (name.isEmpty() || !name.equals(Json.text(earlier, "metadata", "name"))) {
      return;
    }
    Difference.between(earlier, template)
        .ifPresent(
            difference ->
                problems.add(
                    Problem.invalid(
                        AT.field("metadata", "name"),
                        name,
                        "Saw the following changes without a name change (-old +new): "
                            + difference)));
  }
}
