package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.base.Json;
import tools.jackson.databind.node.ObjectNode;

/// Between stored bytes and served trees.
final class Stored {
  private Stored() {}

  /// The current version of the object a call names.
  ///
  /// @throws ApiException 404
  static Version current(Objects objects, Call call) {
    Version found = objects.get(call.resource().storageKey(), call.namespace(), call.name());
    if (found == null) {
      throw ApiException.notFound(call.resource().qualified(), call.name());
    }
    return found;
  }

  /// A fresh tree in the served version.
  static ObjectNode served(Resource resource, Version version) {
    return resource.converter().toServed(Json.parseObject(version.json()));
  }

  /// Whether stored bytes are already in the served form.
  static boolean sameForm(Resource resource) {
    return resource.version().equals(resource.storageVersion())
        && resource.group().equals(resource.storageGroup());
  }

  /// Bytes of the stored form; the tree is used up.
  static byte[] bytes(Resource resource, ObjectNode served) {
    return Json.bytes(sameForm(resource) ? served : resource.converter().toStored(served));
  }
}
