package dev.slipway.apiserver.access;

import dev.slipway.apiserver.error.ApiException;

/// The 403 for a request that no rule allows, worded as
/// `k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go` words it.
public final class Refusal {
  private Refusal() {}

  /// @param reason the authorizer's, may be empty
  public static ApiException of(Attributes attributes, String reason) {
    String why = sanitized(sentence(attributes));
    String message = reason.isEmpty() ? why : why + ": " + reason;
    if (!attributes.isResource()) {
      return ApiException.forbidden("", "", message);
    }
    return ApiException.forbidden(qualified(attributes), attributes.name(), message);
  }

  /// `User "jane" cannot list resource "pods" in API group "" in the namespace "default"`.
  public static String sentence(Attributes attributes) {
    String who = "User " + GoText.quoted(attributes.user().name()) + " cannot " + attributes.verb();
    if (!attributes.isResource()) {
      return who + " path " + GoText.quoted(attributes.path());
    }
    String resource =
        attributes.subresource().isEmpty()
            ? attributes.resource()
            : attributes.resource() + "/" + attributes.subresource();
    String what =
        " resource %s in API group %s"
            .formatted(GoText.quoted(resource), GoText.quoted(attributes.group()));
    return who
        + what
        + (attributes.namespace().isEmpty()
            ? " at the cluster scope"
            : " in the namespace " + GoText.quoted(attributes.namespace()));
  }

  private static String qualified(Attributes attributes) {
    return attributes.group().isEmpty()
        ? attributes.resource()
        : attributes.resource() + "." + attributes.group();
  }

  private static String sanitized(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
