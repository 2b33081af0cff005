package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.admission.AdmissionRequest;
import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.admission.Reservation;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Every verb that changes an existing object: read, change, judge, compare-and-store, again where
/// another was faster.
final class Updates {
  /// Rounds before a crowded object is reported as a conflict; each round means another writer got
  /// through.
  private static final int MAX_ROUNDS = 200;

  /// Makes the wanted object from the current one; may be called again with a newer one.
  @FunctionalInterface
  interface Edit {
    /// @param old the caller's own copy
    ObjectNode of(ObjectNode old);
  }

  /// How an edit is to be treated.
  ///
  /// @param conditional a missing resourceVersion is refused where the kind demands one (a
  ///     replacement by PUT)
  /// @param recordOwner managed fields follow from the change; false where the edit has settled
  ///     them (apply)
  record Mode(boolean conditional, boolean recordOwner, ObjectNode options) {}

  private final Kit kit;
  private final Deletes deletes;

  Updates(Kit kit, Deletes deletes) {
    this.kit = kit;
    this.deletes = deletes;
  }

  /// @throws ApiException as the verb answers
  Outcome update(Call call, Edit edit, Mode mode) {
    Resource resource = call.resource();
    for (int round = 1; ; round++) {
      Version current = Stored.current(kit.objects(), call);
      ObjectNode old = Stored.served(resource, current);
      ObjectNode next = edit.of(old.deepCopy());
      boolean pinned = checkVersion(call, next, current, mode);
      try {
        return attempt(call, next, old, current, mode);
      } catch (Objects.VersionConflictException _) {
        if (pinned || round == MAX_ROUNDS) {
          throw ApiException.modified(resource.qualified(), call.name());
        }
      }
    }
  }

  /// Whether the writer insists on the version it read.
  private static boolean checkVersion(Call call, ObjectNode next, Version current, Mode mode) {
    String asked = Metas.resourceVersion(next);
    if (asked.isEmpty() || asked.equals("0")) {
      if (mode.conditional() && call.resource().custom()) {
        var problem =
            Problem.invalid(
                FieldPath.of("metadata", "resourceVersion"), 0, "must be specified for an update");
        throw ApiException.invalid(call.resource().qualifiedKind(), call.name(), List.of(problem));
      }
      return false;
    }
    if (!asked.equals(Long.toString(current.resourceVersion()))) {
      throw ApiException.modified(call.resource().qualified(), call.name());
    }
    return mode.conditional();
  }

  private Outcome attempt(Call call, ObjectNode given, ObjectNode old, Version current, Mode mode) {
    Resource resource = call.resource();
    checkUid(call, given, old);
    ObjectNode next = withinSubresource(call, given, old);
    Placement.settleNamed(call, next);
    kit.judge().defaults(call, next);
    Metas.of(next).put("resourceVersion", Long.toString(current.resourceVersion()));
    if (mode.recordOwner()) {
      kit.judge().ownUpdated(call, next, old, kit.clock().instant());
    }
    AdmissionRequest request =
        call.admission(Operation.UPDATE, Optional.of(next), Optional.of(old), mode.options());
    kit.admission().mutate(request);
    keepWhatIsNotTheirs(call, next, old);
    kit.judge().defaults(call, next);
    kit.judge().updated(call, next, old);
    kit.admission().validate(request);
    if (Deletes.readyToVanish(next)) {
      if (!call.dryRun()) {
        var _ = deletes.vanish(call, next, current);
      }
      return Outcome.of(
          200, resource, next); // an update is answered with the object, even its last
    }
    try (Reservation _ = kit.admission().reserve(request)) {
      return store(call, next, old, current);
    }
  }

  private static void checkUid(Call call, ObjectNode next, ObjectNode old) {
    String uid = Metas.uid(next);
    if (!uid.isEmpty() && !uid.equals(Metas.uid(old))) {
      throw ApiException.conflict(
          call.resource().qualified(),
          call.name(),
          "Precondition failed: UID in precondition: "
              + uid
              + ", UID in object meta: "
              + Metas.uid(old));
    }
  }

  /// Through `status` only the status of a custom resource can change.
  private static ObjectNode withinSubresource(Call call, ObjectNode given, ObjectNode old) {
    if (!call.subresource().equals("status") || !call.resource().custom()) {
      return given;
    }
    ObjectNode next = old.deepCopy();
    next.put("apiVersion", given.path("apiVersion").asString(call.resource().apiVersion()));
    next.put("kind", given.path("kind").asString(call.resource().kind()));
    if (given.has("status")) {
      next.set("status", given.get("status"));
    } else {
      next.remove("status");
    }
    if (given.path("metadata").has("managedFields")) {
      Metas.of(next).set("managedFields", given.path("metadata").get("managedFields"));
    }
    return next;
  }

  private void keepWhatIsNotTheirs(Call call, ObjectNode next, ObjectNode old) {
    Resource resource = call.resource();
    Metas.keepIdentity(next, old);
    if (resource.status() && call.subresource().isEmpty()) {
      if (old.has("status")) {
        next.set("status", old.get("status"));
      } else {
        next.remove("status");
      }
    }
    resource.strategy().prepareForUpdate(next, old, call.subresource());
    long generation = old.path("metadata").path("generation").asLong(0);
    if (generation > 0 && Metas.desiredChanged(next, old)) {
      Metas.of(next).put("generation", generation + 1);
    }
  }

  private Outcome store(Call call, ObjectNode next, ObjectNode old, Version current) {
    Resource resource = call.resource();
    if (Metas.sameButManagedFields(next, old) && !kit.judge().ownersChanged(next, old)) {
      return Outcome.of(200, resource, current);
    }
    if (call.dryRun()) {
      return Outcome.of(200, resource, next);
    }
    var change =
        new Objects.Change(
            resource.storageKey(),
            call.namespace(),
            call.name(),
            current.resourceVersion(),
            false,
            Stored.bytes(resource, next));
    return Outcome.of(200, resource, kit.objects().commit(change));
  }
}
