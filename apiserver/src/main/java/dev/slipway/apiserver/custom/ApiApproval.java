package dev.slipway.apiserver.custom;

import dev.slipway.apiserver.schema.Url;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The groups of the Kubernetes community are protected: a definition in one must say where it was
/// approved. Source: `k8s.io/apiextensions-apiserver/pkg/apihelpers/helpers.go`.
final class ApiApproval {
  private static final String ANNOTATION = "api-approved.kubernetes.io";

  private ApiApproval() {}

  /// @param old may be empty
  static List<Problem> problems(ObjectNode crd, ObjectNode old) {
    String group = Json.text(crd, "spec", "group");
    if (!isProtected(group)) {
      return List.of();
    }
    String approval = Json.text(crd, "metadata", "annotations", ANNOTATION);
    boolean same =
        !old.isEmpty() && approval.equals(Json.text(old, "metadata", "annotations", ANNOTATION));
    if (same || approval.startsWith("unapproved") || isLink(approval)) {
      return List.of();
    }
    FieldPath field = FieldPath.of("metadata", "annotations").key(ANNOTATION);
    if (approval.isEmpty()) {
      return List.of(
          Problem.required(
              field,
              "protected groups must have approval annotation \""
                  + ANNOTATION
                  + "\", see https://github.com/kubernetes/enhancements/pull/1111"));
    }
    return List.of(
        Problem.invalid(
            field,
            approval,
            "protected groups must have approval annotation \""
                + ANNOTATION
                + "\" with either a URL or a reason starting with \"unapproved\", see"
                + " https://github.com/kubernetes/enhancements/pull/1111"));
  }

  private static boolean isProtected(String group) {
    return group.equals("k8s.io")
        || group.endsWith(".k8s.io")
        || group.equals("kubernetes.io")
        || group.endsWith(".kubernetes.io");
  }

  private static boolean isLink(String text) {
    try {
      Url url = Url.parse(text);
      return !url.host().isEmpty() && !url.scheme().isEmpty();
    } catch (Url.Malformed _) {
      return false;
    }
  }
}
