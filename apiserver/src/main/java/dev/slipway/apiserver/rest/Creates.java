package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.admission.AdmissionRequest;
import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.admission.Reservation;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The create verb, from a decoded object to a durable one.
final class Creates {
  /// As upstream: names are drawn again this often before a collision is reported.
  private static final int MAX_NAME_DRAWS = 8;

  private final Kit kit;

  Creates(Kit kit) {
    this.kit = kit;
  }

  /// @param given in the served version, as the client sent it; changed on the way
  /// @throws ApiException as the verb answers
  Outcome create(Call call, ObjectNode given, ObjectNode options) {
    Placement.settle(call, given);
    kit.judge().shape(call, given);
    String prefix = Json.text(given, "metadata", "generateName");
    if (!Metas.name(given).isEmpty() || prefix.isEmpty()) {
      return createNamed(call.withName(Metas.name(given)), given, options);
    }
    for (int draw = 1; ; draw++) {
      String name = Metas.generateName(prefix);
      ObjectNode object = given.deepCopy();
      Metas.of(object).put("name", name);
      try {
        return createNamed(call.withName(name), object, options);
      } catch (ApiException refused) {
        if (!refused.reason().equals("AlreadyExists") || draw == MAX_NAME_DRAWS) {
          throw refused;
        }
      }
    }
  }

  /// Creates an object whose ownership of fields is already settled, for server-side apply.
  Outcome createApplied(Call call, ObjectNode object, ObjectNode options) {
    Placement.settle(call, object);
    return createSettled(call, object, options, false);
  }

  private Outcome createNamed(Call call, ObjectNode object, ObjectNode options) {
    return createSettled(call, object, options, true);
  }

  private Outcome createSettled(
      Call call, ObjectNode object, ObjectNode options, boolean recordOwner) {
    Resource resource = call.resource();
    if (!Metas.resourceVersion(object).isEmpty() && !Metas.resourceVersion(object).equals("0")) {
      throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
    }
    kit.judge().defaults(call, object);
    if (recordOwner) {
      kit.judge().ownCreated(call, object, kit.clock().instant());
    }
    AdmissionRequest request =
        call.admission(Operation.CREATE, Optional.of(object), Optional.empty(), options);
    kit.admission().mutate(request);
    Metas.identify(object, kit.clock().instant());
    Metas.of(object).remove("resourceVersion");
    resource.strategy().prepareForCreate(object);
    if (hasGeneration(resource)) {
      Metas.of(object).put("generation", 1);
    }
    kit.judge().defaults(call, object);
    kit.judge().created(call, object);
    kit.admission().validate(request);
    try (Reservation _ = kit.admission().reserve(request)) {
      return store(call, object);
    }
  }

  private Outcome store(Call call, ObjectNode object) {
    Resource resource = call.resource();
    boolean exists =
        kit.objects().get(resource.storageKey(), call.namespace(), call.name()) != null;
    if (exists) {
      throw ApiException.alreadyExists(resource.qualified(), call.name());
    }
    if (call.dryRun()) {
      return Outcome.of(201, resource, object);
    }
    try {
      var change =
          new Objects.Change(
              resource.storageKey(),
              call.namespace(),
              call.name(),
              0,
              false,
              Stored.bytes(resource, object));
      return Outcome.of(201, resource, kit.objects().commit(change));
    } catch (Objects.VersionConflictException _) {
      throw ApiException.alreadyExists(resource.qualified(), call.name());
    }
  }

  /// Kinds that upstream gives no `generation`.
  private static boolean hasGeneration(Resource resource) {
    return resource.custom() || GENERATIONS.contains(resource.kind());
  }

  private static final java.util.Set<String> GENERATIONS =
      java.util.Set.of(
          "Deployment",
          "ReplicaSet",
          "StatefulSet",
          "DaemonSet",
          "ReplicationController",
          "Job",
          "CronJob",
          "Ingress",
          "IngressClass",
          "NetworkPolicy",
          "PodDisruptionBudget",
          "CustomResourceDefinition",
          "MutatingWebhookConfiguration",
          "ValidatingWebhookConfiguration",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding",
          "MutatingAdmissionPolicy",
          "MutatingAdmissionPolicyBinding",
          "Pod",
          "PriorityClass",
          "EndpointSlice",
          "CSIDriver");
}
