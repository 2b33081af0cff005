package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
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
        Updates.Edit edit = live -> applied(call, wanted, live, force);
        return updates.update(call, edit, new Updates.Mode(false, false, options));
      } catch (ApiException refused) {
        boolean absent = refused.code() == 404 && refused.reason().equals("NotFound");
        if (!absent || !call.subresource().isEmpty() || !Metas.uid(wanted).isEmpty()) {
          throw refused;
        }
      }
      try {
        return creates.createApplied(call, applied(call, wanted, Json.object(), force), options);
      } catch (ApiException refused) {
        if (!refused.reason().equals("AlreadyExists")) {
          throw refused;
        }
      }
    }
  }

  private ObjectNode applied(Call call, ObjectNode wanted, ObjectNode live, boolean force) {
    return kit.judge().ownApplied(call, wanted, live, force, kit.clock().instant());
  }
}
