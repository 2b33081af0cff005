package dev.slipway.api.katib;

import dev.slipway.base.Json;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Whether the object of a template is a `batch/v1 Job` by its shape: fields that a Job or its pods
/// do not have are typing errors that would show only once trials fail.
///
/// Source: `validateTrialJob` of Katib's validator; the fields are those of Kubernetes 1.34.
final class JobShape {
  private static final Set<String> JOB = Set.of("apiVersion", "kind", "metadata", "spec", "status");
  private static final Set<String> SPEC =
      Set.of(
          "activeDeadlineSeconds",
          "backoffLimit",
          "backoffLimitPerIndex",
          "completionMode",
          "completions",
          "managedBy",
          "manualSelector",
          "maxFailedIndexes",
          "parallelism",
          "podFailurePolicy",
          "podReplacementPolicy",
          "selector",
          "successPolicy",
          "suspend",
          "template",
          "ttlSecondsAfterFinished");
  private static final Set<String> TEMPLATE = Set.of("metadata", "spec");
  private static final Set<String> CONTAINER =
      Set.of(
          "args",
          "command",
          "env",
          "envFrom",
          "image",
          "imagePullPolicy",
          "lifecycle",
          "livenessProbe",
          "name",
          "ports",
          "readinessProbe",
          "resizePolicy",
          "resources",
          "restartPolicy",
          "restartPolicyRules",
          "securityContext",
          "startupProbe",
          "stdin",
          "stdinOnce",
          "terminationMessagePath",
          "terminationMessagePolicy",
          "tty",
          "volumeDevices",
          "volumeMounts",
          "workingDir");

  private JobShape() {}

  /// What is wrong; empty where nothing is, or where the object is of another kind.
  static Optional<String> problem(JsonNode object) {
    if (!Json.text(object, "apiVersion").equals("batch/v1")
        || !Json.text(object, "kind").equals("Job")) {
      return Optional.empty();
    }
    JsonNode spec = object.path("spec");
    JsonNode template = spec.path("template");
    return unknown("", object, JOB)
        .or(() -> unknown("/spec", spec, SPEC))
        .or(() -> unknown("/spec/template", template, TEMPLATE))
        .or(() -> pod(template.path("spec")));
  }

  private static Optional<String> pod(JsonNode pod) {
    if (pod.isMissingNode()) {
      return Optional.empty();
    }
    if (!pod.isObject()) {
      return Optional.of(unconverted("/spec/template/spec", pod));
    }
    int position = 0;
    for (JsonNode each : pod.path("containers")) {
      var wrong = unknown("/spec/template/spec/containers/" + position, each, CONTAINER);
      if (wrong.isPresent()) {
        return wrong;
      }
      position++;
    }
    return Optional.empty();
  }

  private static Optional<String> unknown(String path, JsonNode node, Set<String> known) {
    if (!node.isMissingNode() && !node.isObject()) {
      return Optional.of(unconverted(path, node));
    }
    for (String field : node.propertyNames()) {
      if (!known.contains(field)) {
        return Optional.of(unconverted(path + "/" + field, node.path(field)));
      }
    }
    return Optional.empty();
  }

  private static String unconverted(String path, JsonNode value) {
    return "unable to convert: " + path + " - " + value + " to Job";
  }
}
