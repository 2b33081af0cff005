package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// The parameter objects a policy is evaluated with, once for each.
final class PolicyParams {
  private static final List<JsonNode> ONE_NULL = List.of(NullNode.getInstance());

  private final LocalApi api;

  PolicyParams(LocalApi api) {
    this.api = api;
  }

  /// The binding cannot be used as it stands.
  static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
      super(message, null, false, false);
    }
  }

  /// @return no element where none is found and the policy is to be skipped; one null node where it
  ///     takes no parameters
  List<JsonNode> find(
      AdmissionPolicy policy, AdmissionPolicy.Binding binding, AdmissionRequest request)
      throws UnusableException {
    JsonNode reference = binding.paramRef();
    if (policy.paramKind().isEmpty() || !reference.isObject()) {
      return ONE_NULL;
    }
    AdmissionPolicy.ParamKind kind = policy.paramKind().get();
    Optional<Resource> resource =
        api.catalog().ofKind(GroupVersionKind.of(kind.apiVersion(), kind.kind()));
    if (resource.isEmpty()) {
      throw new UnusableException("paramKind kind `" + kind + "` not known");
    }
    String namespace = namespace(resource.get(), reference, request);
    List<JsonNode> found = found(resource.get(), namespace, reference);
    boolean denies = Json.text(reference, "parameterNotFoundAction").equals("Deny");
    if (found.isEmpty() && denies) {
      throw new UnusableException(
          "no params found for policy binding with `Deny` parameterNotFoundAction");
    }
    return found;
  }

  private static String namespace(Resource resource, JsonNode reference, AdmissionRequest request)
      throws UnusableException {
    String asked = Json.text(reference, "namespace");
    if (!resource.namespaced()) {
      if (!asked.isEmpty()) {
        throw new UnusableException(
            "paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
      }
      return "";
    }
    String namespace = asked.isEmpty() ? request.namespace() : asked;
    if (namespace.isEmpty()) {
      throw new UnusableException(
          "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
    }
    return namespace;
  }

  private List<JsonNode> found(Resource resource, String namespace, JsonNode reference)
      throws UnusableException {
    String name = Json.text(reference, "name");
    boolean selects = reference.path("selector").isObject();
    if (name.isEmpty() && !selects) {
      throw new UnusableException("one of name or selector must be provided");
    }
    if (!name.isEmpty() && selects) {
      throw new UnusableException("paramRef.name and paramRef.selector are mutually exclusive");
    }
    if (!name.isEmpty()) {
      return api.get(resource.group(), resource.plural(), namespace, name).stream()
          .map(each -> served(resource, each))
          .toList();
    }
    LabelMatch selector = LabelMatch.read(reference.path("selector"));
    return api.list(resource.group(), resource.plural(), namespace).stream()
        .filter(each -> selector.matches(Json.strings(each, "metadata", "labels")))
        .map(each -> served(resource, each))
        .toList();
  }

  /// The API within hands out the stored version.
  private static JsonNode served(Resource resource, ObjectNode stored) {
    return resource.version().equals(resource.storageVersion())
        ? stored
        : resource.converter().toServed(stored);
  }
}
