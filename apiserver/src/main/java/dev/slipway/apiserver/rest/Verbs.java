package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.patch.Patches;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The verbs that change things, for every way in: the network, and callers inside the process.
final class Verbs {
  private final Kit kit;
  private final Creates creates;
  private final Updates updates;
  private final Deletes deletes;

  Verbs(Kit kit) {
    this.kit = kit;
    this.creates = new Creates(kit);
    this.deletes = new Deletes(kit);
    this.updates = new Updates(kit, deletes);
  }

  Kit kit() {
    return kit;
  }

  Outcome get(Call call) {
    return Outcome.of(200, call.resource(), Stored.current(kit.objects(), call));
  }

  Outcome create(Call call, ObjectNode object, ObjectNode options) {
    return creates.create(call, object, options);
  }

  /// Replaces an object, its status, or another subresource that takes the whole object.
  Outcome replace(Call call, ObjectNode given, ObjectNode options) {
    Placement.settleNamed(call, given);
    kit.judge().shape(call, given);
    return updates.update(call, _ -> given.deepCopy(), new Updates.Mode(true, true, options));
  }

  /// Changes an object by a function of its current form.
  Outcome edit(Call call, Updates.Edit edit, ObjectNode options) {
    return updates.update(call, edit, new Updates.Mode(false, true, options));
  }

  /// Applies a JSON, merge or strategic patch.
  Outcome patch(Call call, String contentType, byte[] patch, ObjectNode options) {
    Resource resource = call.resource();
    Updates.Edit edit =
        old -> {
          ObjectNode next =
              Patches.apply(contentType, patch, old, resource.schema(), resource.custom());
          if (!patchNamesVersion(next, old)) {
            Metas.of(next).remove("resourceVersion");
          }
          kit.judge().shape(call, next);
          return next;
        };
    return updates.update(call, edit, new Updates.Mode(false, true, options));
  }

  /// A patch that sets a resourceVersion asks for just that one.
  private static boolean patchNamesVersion(ObjectNode next, ObjectNode old) {
    return !Metas.resourceVersion(next).equals(Metas.resourceVersion(old));
  }

  /// Server-side apply.
  Outcome apply(Call call, ObjectNode wanted, boolean force, ObjectNode options) {
    return new Applies(kit, creates, updates).apply(call, wanted, force, options);
  }

  Outcome scale(Call call, ObjectNode view, ObjectNode options) {
    Updates.Edit edit = old -> Scales.into(call.resource(), withoutVersion(old), view);
    return updates.update(call, edit, new Updates.Mode(false, true, options));
  }

  private static ObjectNode withoutVersion(ObjectNode object) {
    Metas.of(object).remove("resourceVersion");
    return object;
  }

  Outcome delete(Call call, ObjectNode options) {
    return deletes.delete(call, options);
  }

  /// Deletes every object of a selection; what is gone or in another's hands meanwhile is passed
  /// over.
  ///
  /// @return the objects as they were when found
  List<ObjectNode> deleteAll(Call call, Lists.Found found, ObjectNode options) {
    var gone = new ArrayList<ObjectNode>();
    for (var each : found.items()) {
      try {
        deletes.delete(call.in(each.namespace(), each.name()), options.deepCopy());
        gone.add(Stored.served(call.resource(), each));
      } catch (ApiException refused) {
        if (refused.code() != 404) {
          throw refused;
        }
      }
    }
    return gone;
  }

  static ObjectNode noOptions() {
    return Json.object();
  }
}
