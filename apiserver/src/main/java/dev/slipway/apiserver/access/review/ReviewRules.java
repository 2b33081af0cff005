package dev.slipway.apiserver.access.review;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// What makes a question of `authorization.k8s.io` sensible.
final class ReviewRules {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final Set<String> TOLERATED = Set.of("creationTimestamp", "managedFields");

  private ReviewRules() {}

  static void subject(JsonNode spec, List<Problem> problems) {
    attributes(spec, problems);
    if (Json.text(spec, "user").isEmpty() && spec.path("groups").isEmpty()) {
      problems.add(
          Problem.invalid(
              SPEC.field("user"), "", "at least one of user or group must be specified"));
    }
  }

  static void attributes(JsonNode spec, List<Problem> problems) {
    boolean resource = spec.path("resourceAttributes").isObject();
    boolean path = spec.path("nonResourceAttributes").isObject();
    if (resource && path) {
      problems.add(
          Problem.invalid(
              SPEC.field("nonResourceAttributes"),
              spec.path("nonResourceAttributes"),
              "cannot be specified in combination with resourceAttributes"));
    }
    if (!resource && !path) {
      problems.add(
          Problem.invalid(
              SPEC.field("resourceAttributes"),
              NullNode.getInstance(),
              "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
    }
  }

  /// A question has no identity of its own.
  ///
  /// @param local whether a namespace is expected
  static void metadata(ObjectNode review, boolean local, List<Problem> problems) {
    if (!(review.path("metadata") instanceof ObjectNode metadata)) {
      return;
    }
    for (Map.Entry<String, JsonNode> each : metadata.properties()) {
      boolean tolerated =
          TOLERATED.contains(each.getKey()) || (local && each.getKey().equals("namespace"));
      if (!tolerated && says(each.getValue())) {
        String detail = local ? "must be empty except for namespace" : "must be empty";
        problems.add(Problem.invalid(FieldPath.of("metadata"), metadata, detail));
        return;
      }
    }
  }

  private static boolean says(JsonNode value) {
    return value.isContainer()
        ? !value.isEmpty()
        : !value.isNull() && !(value.isString() && value.stringValue().isEmpty());
  }

  static void local(ObjectNode review, String namespace, List<Problem> problems) {
    JsonNode spec = review.path("spec");
    String own = Json.text(review, "metadata", "namespace");
    String asked = Json.text(spec, "resourceAttributes", "namespace");
    if (spec.path("resourceAttributes").isObject()
        && !asked.equals(own.isEmpty() ? namespace : own)) {
      problems.add(
          Problem.invalid(
              SPEC.field("resourceAttributes", "namespace"),
              asked,
              "must match metadata.namespace"));
    }
    if (spec.path("nonResourceAttributes").isObject()) {
      problems.add(
          Problem.invalid(
              SPEC.field("nonResourceAttributes"),
              spec.path("nonResourceAttributes"),
              "disallowed on this kind of request"));
    }
  }
}
