package dev.slipway.controllers.knative.rules;

import dev.slipway.api.KindRules.Admitting;
import dev.slipway.autoscaling.knative.ScaleAnnotations;
import dev.slipway.base.Json;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Takes an `autoscaling` block for the annotations its writer meant. Knative drops such a block,
/// or
/// refuses it; here each entry becomes an annotation of the template, with a warning.
final class TemplateDialect {
  private static final String BLOCK = "autoscaling";

  private TemplateDialect() {}

  /// Lifts the block, wherever it stands: in the template's spec, in the template, in the spec.
  static void lift(Admitting admitting, ObjectNode object) {
    if (!(object.get("spec") instanceof ObjectNode spec)) {
      return;
    }
    if (spec.get("template") instanceof ObjectNode template) {
      if (template.get("spec") instanceof ObjectNode inner) {
        lift(admitting, inner, "spec.template.spec", template);
      }
      lift(admitting, template, "spec.template", template);
      lift(admitting, spec, "spec", template);
    }
  }

  private static void lift(
      Admitting admitting, ObjectNode holder, String where, ObjectNode template) {
    if (!(holder.get(BLOCK) instanceof ObjectNode block)) {
      return;
    }
    holder.remove(BLOCK);
    for (Map.Entry<String, JsonNode> each : block.properties()) {
      var field = where + "." + BLOCK + "." + each.getKey();
      annotation(each.getKey())
          .filter(_ -> each.getValue().isValueNode() && !each.getValue().isNull())
          .ifPresentOrElse(
              meant -> put(admitting, template, field, meant, each.getValue().asString()),
              () -> admitting.warnings().accept(field + ": unknown to Knative, ignored"));
    }
  }

  private static void put(
      Admitting admitting,
      ObjectNode template,
      String field,
      ScaleAnnotations meant,
      String value) {
    var there = meant.in(Json.strings(template, "metadata", "annotations"));
    if (there.isPresent()) {
      admitting
          .warnings()
          .accept(
              field + ": ignored beside the annotation " + there.get().key() + " of the template");
      return;
    }
    Json.ensureObject(template, "metadata", "annotations").put(meant.key(), value);
    admitting
        .warnings()
        .accept(
            field
                + ": unknown to Knative, taken as the annotation "
                + meant.key()
                + " of the template");
  }

  /// The annotation a field of the block stands for, in whatever spelling.
  private static Optional<ScaleAnnotations> annotation(String field) {
    var wanted =
        switch (plain(field)) {
          case "min", "minreplicas" -> "minscale";
          case "max", "maxreplicas" -> "maxscale";
          case "targetutilization" -> "targetutilizationpercentage";
          default -> plain(field);
        };
    return Stream.of(ScaleAnnotations.values())
        .filter(each -> plain(each.key().substring(ScaleAnnotations.GROUP.length())).equals(wanted))
        .findFirst();
  }

  private static String plain(String name) {
    return name.replace("-", "").toLowerCase(Locale.ROOT);
  }
}
