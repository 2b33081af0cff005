package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Resource;
import tools.jackson.databind.node.ObjectNode;

/// Makes what an object says of itself agree with the path it was sent to, or refuses.
final class Placement {
  private Placement() {}

  /// Fills absent `apiVersion`, `kind` and `metadata.namespace`.
  ///
  /// @throws ApiException 400 where they contradict the path
  static void settle(Call call, ObjectNode object) {
    kind(call.resource(), object);
    ObjectNode metadata = Metas.of(object);
    String namespace = Metas.namespace(object);
    if (!call.resource().namespaced()) {
      if (!namespace.isEmpty()) {
        metadata.remove("namespace");
      }
    } else if (namespace.isEmpty()) {
      metadata.put("namespace", call.namespace());
    } else if (!namespace.equals(call.namespace())) {
      throw ApiException.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
  }

  /// As [#settle], and the name too.
  static void settleNamed(Call call, ObjectNode object) {
    settle(call, object);
    String name = Metas.name(object);
    if (name.isEmpty()) {
      Metas.of(object).put("name", call.name());
    } else if (!name.equals(call.name())) {
      throw ApiException.badRequest(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + call.name()
              + ")");
    }
  }

  private static void kind(Resource resource, ObjectNode object) {
    String apiVersion = object.path("apiVersion").asString("");
    String kind = object.path("kind").asString("");
    if (apiVersion.isEmpty() && kind.isEmpty() && !resource.custom()) {
      object.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
      return;
    }
    if (kind.isEmpty()) {
      throw ApiException.badRequest("Object 'Kind' is missing in the body");
    }
    if (apiVersion.isEmpty() && !resource.custom()) {
      object.put("apiVersion", resource.apiVersion());
    } else if (!apiVersion.equals(resource.apiVersion())) {
      throw ApiException.badRequest(
          "the API version in the data ("
              + apiVersion
              + ") does not match the expected API version ("
              + resource.apiVersion()
              + ")");
    }
    if (!kind.equals(resource.kind())) {
      throw ApiException.badRequest(
          kind
              + " in version \""
              + resource.version()
              + "\" cannot be handled as a "
              + resource.kind()
              + ": the object provided is unrecognized (must be of type "
              + resource.kind()
              + ")");
    }
  }
}
