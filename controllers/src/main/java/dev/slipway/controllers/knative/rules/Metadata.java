package dev.slipway.controllers.knative.rules;

import dev.slipway.api.KindRules.Admitting;
import dev.slipway.autoscaling.knative.AutoscalerConfig;
import dev.slipway.autoscaling.knative.GoDuration;
import dev.slipway.autoscaling.knative.ScaleRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Names, and the annotations that Knative keeps or judges on every kind.
///
/// Source: knative/serving `pkg/apis/serving/metadata_validation.go`, knative.dev/pkg
/// `apis/metadata_validation.go`.
final class Metadata {
  static final String GROUP = "serving.knative.dev/";
  static final String CREATOR = GROUP + "creator";
  static final String LAST_MODIFIER = GROUP + "lastModifier";
  static final String ROLLOUT_DURATION = GROUP + "rollout-duration";
  private static final String ROLLOUT_DURATION_CAMEL = GROUP + "rolloutDuration";
  static final String PROGRESS_DEADLINE = GROUP + "progress-deadline";
  static final FieldPath AT = FieldPath.of("metadata");

  private Metadata() {}

  static Map<String, String> annotations(JsonNode object) {
    return Json.strings(object, "metadata", "annotations");
  }

  static AutoscalerConfig autoscaler(Admitting admitting) {
    var map = admitting.find("", "configmaps", "knative-serving", "config-autoscaler");
    return AutoscalerConfig.parse(
        map.map(found -> Json.strings(found, "data")).orElse(Map.of()), new ArrayList<>());
  }

  /// Notes who made the object and who last changed its spec. Owned objects have it from their
  /// owner.
  static void user(Admitting admitting, ObjectNode object) {
    if (!object.path("metadata").path("ownerReferences").isEmpty()) {
      return;
    }
    var annotations = Json.ensureObject(object, "metadata", "annotations");
    if (admitting.before().isEmpty()) {
      annotations.put(CREATOR, admitting.user()).put(LAST_MODIFIER, admitting.user());
      return;
    }
    ObjectNode before = admitting.before().get();
    keep(before, annotations, CREATOR);
    if (before.path("spec").equals(object.path("spec"))) {
      keep(before, annotations, LAST_MODIFIER);
    } else {
      annotations.put(LAST_MODIFIER, admitting.user());
    }
  }

  private static void keep(ObjectNode before, ObjectNode annotations, String key) {
    var was = annotations(before).get(key);
    if (was != null && !annotations.has(key)) {
      annotations.put(key, was);
    }
  }

  /// A writer may not name another creator, nor another modifier of a spec that did not change.
  static void judgeUser(Admitting admitting, ObjectNode object, List<Problem> problems) {
    if (admitting.before().isEmpty()
        || !object.path("metadata").path("ownerReferences").isEmpty()) {
      return;
    }
    ObjectNode before = admitting.before().get();
    immutable(before, object, CREATOR, problems);
    if (before.path("spec").equals(object.path("spec"))) {
      immutable(before, object, LAST_MODIFIER, problems);
    }
  }

  private static void immutable(
      ObjectNode before, ObjectNode object, String key, List<Problem> problems) {
    var was = annotations(before).get(key);
    var is = annotations(object).getOrDefault(key, "");
    if (was != null && !was.equals(is)) {
      problems.add(
          Problem.invalid(
              AT.field("annotations", key), is, "annotation value is immutable (was " + was + ")"));
    }
  }

  /// A name that is a DNS label, or the beginning of one.
  static void judgeName(ObjectNode object, List<Problem> problems) {
    var name = Json.text(object, "metadata", "name");
    var begun = Json.text(object, "metadata", "generateName");
    if (name.isEmpty() && begun.isEmpty()) {
      problems.add(Problem.required(AT.field("name"), "name or generateName is required"));
    } else if (!name.isEmpty() && !Words.isLabel1035(name)) {
      problems.add(Problem.invalid(AT.field("name"), name, Words.notLabel(name)));
    } else if (name.isEmpty() && !Words.isLabel1035(begun + "x")) {
      problems.add(
          Problem.invalid(
              AT.field("generateName"),
              begun,
              "not a DNS 1035 label prefix: [" + Words.LABEL_1035 + "]"));
    }
  }

  static void judgeNoScaling(ObjectNode object, List<Problem> problems) {
    for (String key : annotations(object).keySet()) {
      if (key.startsWith("autoscaling.knative.dev")) {
        problems.add(
            Problem.forbidden(
                AT.field("annotations"),
                "invalid key name \""
                    + key
                    + "\": autoscaling annotations must be put under"
                    + " \"spec.template.metadata.annotations\" to work"));
      }
    }
  }

  static void judgeScaling(
      Admitting admitting, FieldPath at, JsonNode holder, List<Problem> problems) {
    problems.addAll(ScaleRules.judge(at, annotations(holder), autoscaler(admitting)));
  }

  static void judgeRollout(ObjectNode object, List<Problem> problems) {
    judgeSeconds(object, AT.field("annotations"), ROLLOUT_DURATION, "rollout-duration", problems);
    judgeSeconds(
        object, AT.field("annotations"), ROLLOUT_DURATION_CAMEL, "rollout-duration", problems);
  }

  static void judgeDeadline(JsonNode template, FieldPath at, List<Problem> problems) {
    judgeSeconds(template, at, PROGRESS_DEADLINE, "progress-deadline", problems);
    judgeSeconds(template, at, GROUP + "progressDeadline", "progress-deadline", problems);
  }

  private static void judgeSeconds(
      JsonNode holder, FieldPath at, String key, String name, List<Problem> problems) {
    var text = annotations(holder).getOrDefault(key, "");
    if (text.isEmpty()) {
      return;
    }
    var found = GoDuration.parse(text);
    if (found.isEmpty()) {
      problems.add(Problem.invalid(at.field(key), text, "must be a duration such as 90s or 1m30s"));
    } else if (found.get().toNanosPart() != 0) {
      problems.add(
          Problem.invalid(at.field(key), text, name + "=" + text + " is not at second precision"));
    } else if (found.get().isNegative()) {
      problems.add(Problem.invalid(at.field(key), text, name + "=" + text + " must be positive"));
    }
  }

  /// A label that names an owner must be true.
  static void judgeOwnerLabel(
      ObjectNode object, String label, String kind, List<Problem> problems) {
    var value = Optional.ofNullable(Json.strings(object, "metadata", "labels").get(label));
    if (value.isPresent() && !isOwner(object, kind, value.get())) {
      problems.add(
          Problem.required(
              AT.field("labels", label),
              "missing field(s): there is no owner " + kind + " \"" + value.get() + "\""));
    }
  }

  private static boolean isOwner(ObjectNode object, String kind, String name) {
    return object.path("metadata").path("ownerReferences").values().stream()
        .anyMatch(
            each -> Json.text(each, "kind").equals(kind) && Json.text(each, "name").equals(name));
  }
}
