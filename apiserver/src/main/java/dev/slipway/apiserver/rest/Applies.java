package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import tools.jackson.databind.node.ObjectNode;

/// Server-side apply: creates what is absent, merges what is there, and keeps the books on who owns
/// which field.
final class Applies {
  private final Kit kit;
  private final Creates creates;
  private final Updates updates;

  Applies(Kit kit, Creates creates, Updates updates) {
    this.kit = kit;
    this.creates = creates;
    this.updates = updates;
  }

  /// @param wanted the applied configuration, in the served version
  /// @throws ApiException 409 with the conflicts unless `force`
  Outcome apply(Call call, ObjectNode wanted, boolean force, ObjectNode options) {
    if (call.fieldManager().isEmpty()) {
      throw ApiException.badRequest(
          "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
    }
    Placement.settleNamed(call, wanted);
    kit.judge().shape(call, wanted);
    while (true) {
      try {
        Updates.Edit edit =
            live -> kit.judge().ownApplied(call, wanted, live, force, kit.clock().instant());
        return updates.update(call, edit, new Updates.Mode(false, false, options));
      } catch (ApiException refused) {
        if (refused.code() != 404
            || !call.subresource().isEmpty()
            || !Metas.uid(wanted).isEmpty()) {
          throw refused;
        }
      }
      try {
        ObjectNode live = empty(call.resource(), call);
        return creates.createApplied(
            call,
            kit.judge().ownApplied(call, wanted, live, force, kit.clock().instant()),
            options);
      } catch (ApiException refused) {
        if (!refused.reason().equals("AlreadyExists")) {
          throw refused;
        }
      }
    }
  }

  private static ObjectNode empty(Resource resource, Call call) {
    ObjectNode object =
        Json.object().put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    ObjectNode metadata = object.putObject("metadata").put("name", call.name());
    if (resource.namespaced()) {
      metadata.put("namespace", call.namespace());
    }
    return object;
  }
}
