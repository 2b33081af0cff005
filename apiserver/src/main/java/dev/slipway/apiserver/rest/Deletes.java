package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The delete verb: preconditions, grace, finalizers, propagation.
///
/// Rules: `k8s.io/apiserver/pkg/registry/rest/delete.go` and `registry/generic/registry/store.go`.
final class Deletes {
  private static final String FOREGROUND = "foregroundDeletion";
  private static final String ORPHAN = "orphan";
  private static final Set<String> POLICIES = Set.of("Orphan", "Background", "Foreground");

  /// Kinds whose deletion answers with the object rather than a `Status`, as upstream.
  private static final Set<String> ANSWERED_WITH_OBJECT =
      Set.of(
          "pods",
          "services",
          "serviceaccounts",
          "persistentvolumeclaims",
          "resourcequotas",
          "podtemplates",
          "podsecuritypolicies");

  private final Kit kit;

  Deletes(Kit kit) {
    this.kit = kit;
  }

  /// @param options `DeleteOptions`
  /// @throws ApiException as the verb answers
  Outcome delete(Call call, ObjectNode options) {
    checkOptions(options);
    while (true) {
      Version current = Stored.current(kit.objects(), call);
      ObjectNode old = Stored.served(call.resource(), current);
      preconditions(call, old, options);
      kit.admission()
          .validate(call.admission(Operation.DELETE, Optional.empty(), Optional.of(old), options));
      try {
        return attempt(call, old, current, options);
      } catch (Objects.VersionConflictException _) {
        // Another writer was faster: judge the newer object.
      }
    }
  }

  /// Whether a deleted object has nothing left to wait for.
  static boolean readyToVanish(ObjectNode object) {
    return Metas.deleting(object)
        && Metas.finalizers(object).isEmpty()
        && object.path("metadata").path("deletionGracePeriodSeconds").asLong(0) == 0
        && object.path("spec").path("finalizers").isEmpty();
  }

  /// Removes the object for good.
  ///
  /// @throws Objects.VersionConflictException if it changed meanwhile
  Outcome vanish(Call call, ObjectNode last, Version current) {
    Resource resource = call.resource();
    ObjectNode answer = last.deepCopy();
    Version gone =
        kit.objects()
            .commit(
                new Objects.Change(
                    resource.storageKey(),
                    call.namespace(),
                    call.name(),
                    current.resourceVersion(),
                    true,
                    Stored.bytes(resource, last)));
    if (!call.subresource().isEmpty() || ANSWERED_WITH_OBJECT.contains(resource.plural())) {
      Metas.of(answer).put("resourceVersion", Long.toString(gone.resourceVersion()));
      return Outcome.of(200, resource, answer);
    }
    return Outcome.of(200, resource, success(resource, answer));
  }

  private Outcome attempt(Call call, ObjectNode old, Version current, ObjectNode options) {
    Resource resource = call.resource();
    ObjectNode next = old.deepCopy();
    boolean finalizersChanged = propagation(next, options, resource);
    long grace = graceSeconds(resource, old, options);
    boolean waits = grace > 0 || !Metas.finalizers(next).isEmpty() || namespaceWaits(resource, old);
    if (!waits) {
      return call.dryRun()
          ? Outcome.of(200, resource, success(resource, old))
          : vanish(call, stamped(next, grace), current);
    }
    boolean shorter = !Metas.deleting(old) || grace < graceOf(old);
    if (!finalizersChanged && !shorter) {
      return Outcome.of(200, resource, current);
    }
    if (shorter) {
      stamped(next, grace);
    }
    if (namespaceWaits(resource, old)) {
      Json.ensureObject(next, "status").put("phase", "Terminating");
    }
    if (call.dryRun()) {
      return Outcome.of(200, resource, next);
    }
    raiseGeneration(next, old);
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

  private static void raiseGeneration(ObjectNode next, ObjectNode old) {
    long generation = old.path("metadata").path("generation").asLong(0);
    if (generation > 0 && !Metas.deleting(old)) {
      Metas.of(next).put("generation", generation + 1);
    }
  }

  private ObjectNode stamped(ObjectNode next, long grace) {
    ObjectNode metadata = Metas.of(next);
    Instant now = kit.clock().instant();
    metadata.put("deletionTimestamp", Metas.timestamp(now.plusSeconds(grace)));
    metadata.put("deletionGracePeriodSeconds", grace);
    return next;
  }

  private static long graceOf(ObjectNode object) {
    return object.path("metadata").path("deletionGracePeriodSeconds").asLong(0);
  }

  /// Only a pod that may be running somewhere is given time.
  private static long graceSeconds(Resource resource, ObjectNode old, ObjectNode options) {
    boolean pod = resource.storageKey().equals("pods");
    if (!pod || Json.text(old, "spec", "nodeName").isEmpty()) {
      return 0;
    }
    String phase = Json.text(old, "status", "phase");
    if (phase.equals("Succeeded") || phase.equals("Failed")) {
      return 0;
    }
    long wanted =
        options
            .path("gracePeriodSeconds")
            .asLong(old.path("spec").path("terminationGracePeriodSeconds").asLong(30));
    return Math.max(0, Metas.deleting(old) ? Math.min(wanted, graceOf(old)) : wanted);
  }

  private static boolean namespaceWaits(Resource resource, ObjectNode old) {
    return resource.storageKey().equals("namespaces")
        && !old.path("spec").path("finalizers").isEmpty();
  }

  /// Adds or removes the garbage collector's finalizers; says whether anything changed.
  private static boolean propagation(ObjectNode next, ObjectNode options, Resource resource) {
    ArrayNode before = Metas.finalizers(next);
    ArrayNode after = Json.array();
    String policy = policy(options, before, resource);
    for (var each : before) {
      String name = each.asString("");
      boolean kept =
          switch (policy) {
            case "Foreground" -> !name.equals(ORPHAN);
            case "Orphan" -> !name.equals(FOREGROUND);
            case "Background" -> !name.equals(ORPHAN) && !name.equals(FOREGROUND);
            default -> true;
          };
      if (kept) {
        after.add(name);
      }
    }
    addOnce(after, policy.equals("Foreground") ? FOREGROUND : "");
    addOnce(after, policy.equals("Orphan") ? ORPHAN : "");
    if (after.equals(before)) {
      return false;
    }
    if (after.isEmpty()) {
      Metas.of(next).remove("finalizers");
    } else {
      Metas.of(next).set("finalizers", after);
    }
    return true;
  }

  private static String policy(ObjectNode options, ArrayNode finalizers, Resource resource) {
    String asked = Json.text(options, "propagationPolicy");
    if (!asked.isEmpty()) {
      return asked;
    }
    if (options.has("orphanDependents")) {
      return options.path("orphanDependents").asBoolean(false) ? "Orphan" : "Background";
    }
    boolean marked =
        finalizers
            .valueStream()
            .anyMatch(
                each -> each.asString("").equals(ORPHAN) || each.asString("").equals(FOREGROUND));
    if (!marked && resource.storageKey().equals("batch/jobs")) {
      return "Orphan";
    }
    return "";
  }

  private static void addOnce(ArrayNode list, String name) {
    if (!name.isEmpty() && list.valueStream().noneMatch(each -> each.asString("").equals(name))) {
      list.add(name);
    }
  }

  private static void preconditions(Call call, ObjectNode old, ObjectNode options) {
    String uid = Json.text(options, "preconditions", "uid");
    String version = Json.text(options, "preconditions", "resourceVersion");
    if (!uid.isEmpty() && !uid.equals(Metas.uid(old))) {
      throw failed(call, "UID", uid, Metas.uid(old));
    }
    if (!version.isEmpty() && !version.equals(Metas.resourceVersion(old))) {
      throw failed(call, "ResourceVersion", version, Metas.resourceVersion(old));
    }
  }

  private static ApiException failed(Call call, String what, String asked, String found) {
    return ApiException.conflict(
        call.resource().qualified(),
        call.name(),
        "Precondition failed: "
            + what
            + " in precondition: "
            + asked
            + ", "
            + what
            + " in object meta: "
            + found);
  }

  private static void checkOptions(ObjectNode options) {
    String policy = Json.text(options, "propagationPolicy");
    FieldPath path = FieldPath.of("propagationPolicy");
    if (!policy.isEmpty() && options.has("orphanDependents")) {
      throw refuse(
          Problem.invalid(
              path, policy, "orphanDependents and deletionPropagation cannot be both set"));
    }
    if (!policy.isEmpty() && !POLICIES.contains(policy)) {
      throw refuse(Problem.notSupported(path, policy, POLICIES));
    }
    if (options.path("gracePeriodSeconds").asLong(0) < 0) {
      options.put("gracePeriodSeconds", 1);
    }
  }

  private static ApiException refuse(Problem problem) {
    return ApiException.invalid("DeleteOptions.meta.k8s.io", "", List.of(problem));
  }

  private static ObjectNode success(Resource resource, ObjectNode old) {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Success");
    ObjectNode details = status.putObject("details").put("name", Metas.name(old));
    if (!resource.group().isEmpty()) {
      details.put("group", resource.group());
    }
    details.put("kind", resource.plural()).put("uid", Metas.uid(old));
    return status;
  }
}
