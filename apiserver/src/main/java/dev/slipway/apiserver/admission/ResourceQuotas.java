package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/// Holds a namespace to its ResourceQuotas.
///
/// A write is measured against what is stored plus what is reserved, under the namespace's lock,
/// and its own share stays reserved until it is stored: no two writes ever share the last room. The
/// lock is not held while the store works, so writes still go to disk in groups.
///
/// In a namespace annotated `slipway.dev/quota-defaults: "zero"` a pod that specifies nothing of a
/// quantity under quota counts as zero, with a warning; elsewhere it is refused, as upstream does.
public final class ResourceQuotas implements Admission {
  /// The namespace annotation that turns the refusal of unspecified compute into a warning.
  public static final String DEFAULTS_ANNOTATION = "slipway.dev/quota-defaults";

  private final QuotaLedger ledger;
  private final Namespaces namespaces;
  private final ConcurrentHashMap<String, Room> rooms = new ConcurrentHashMap<>();

  public ResourceQuotas(Objects objects, QuotaLedger ledger) {
    this.ledger = ledger;
    namespaces = new Namespaces(objects);
  }

  @Override
  public Reservation reserve(AdmissionRequest request) {
    if (ledger.hasNoQuotas() || !isCharged(request)) {
      return Reservation.NONE;
    }
    String storageKey = request.resource().storageKey();
    ObjectNode object = request.object().orElseThrow();
    Charge next = Charges.of(storageKey, object);
    List<Quota> quotas =
        ledger.quotasIn(request.namespace()).stream()
            .filter(quota -> !quota.namesFor(storageKey).isEmpty())
            .filter(quota -> quota.appliesTo(next.traits()))
            .toList();
    if (quotas.isEmpty()) {
      return Reservation.NONE;
    }
    if (storageKey.equals("pods")) {
      quotas.forEach(quota -> requireCompute(request, quota, object));
    }
    return rooms.computeIfAbsent(request.namespace(), _ -> new Room()).take(request, quotas, next);
  }

  /// Claims and services may grow by an update; a pod only through `resize`.
  private static boolean isCharged(AdmissionRequest request) {
    if (request.namespace().isEmpty() || request.object().isEmpty()) {
      return false;
    }
    return switch (request.operation()) {
      case CREATE -> request.subresource().isEmpty();
      case UPDATE ->
          switch (request.resource().storageKey()) {
            case "pods" -> request.subresource().equals("resize");
            case "services", "persistentvolumeclaims" -> request.subresource().isEmpty();
            default -> false;
          };
      case DELETE, CONNECT -> false;
    };
  }

  private void requireCompute(AdmissionRequest request, Quota quota, ObjectNode pod) {
    Map<String, Set<String>> missing = missing(quota.requiredCompute(), pod);
    if (isLenient(request.namespace())) {
      long all =
          pod.path("spec").path("containers").size()
              + (long) pod.path("spec").path("initContainers").size();
      var unspecified = new ArrayList<String>();
      missing.forEach(
          (name, containers) -> {
            if (containers.size() == all) {
              unspecified.add(name);
            }
          });
      missing.keySet().removeAll(unspecified);
      warn(request, quota, unspecified);
    }
    if (!missing.isEmpty()) {
      var told = new ArrayList<String>();
      missing.forEach((name, found) -> told.add(name + " for: " + String.join(",", found)));
      throw Refusal.forbidden(
          request,
          "failed quota: %s: must specify %s".formatted(quota.name(), String.join("; ", told)));
    }
  }

  private static void warn(AdmissionRequest request, Quota quota, List<String> unspecified) {
    if (!unspecified.isEmpty()) {
      request
          .warnings()
          .accept(
              "quota %s: the pod does not specify %s, which counts as zero here (namespace %s, %s)"
                  .formatted(
                      quota.name(),
                      String.join(", ", unspecified),
                      request.namespace(),
                      DEFAULTS_ANNOTATION + ": \"zero\""));
    }
  }

  private boolean isLenient(String namespace) {
    return namespaces
        .find(namespace)
        .map(found -> "zero".equals(found.annotations().get(DEFAULTS_ANNOTATION)))
        .orElse(false);
  }

  /// Containers by the name of what they leave out; none where the pod says it as a whole.
  private static Map<String, Set<String>> missing(Set<String> required, ObjectNode pod) {
    var missing = new TreeMap<String, Set<String>>();
    var containers = new ArrayList<ObjectNode>(Containers.main(pod.path("spec")));
    containers.addAll(Containers.init(pod.path("spec")));
    Set<String> whole = specified(pod.path("spec"));
    for (ObjectNode container : containers) {
      Set<String> present = specified(container);
      for (String name : required) {
        if (!present.contains(name) && !whole.contains(name)) {
          missing.computeIfAbsent(name, _ -> new TreeSet<>()).add(Json.text(container, "name"));
        }
      }
    }
    return missing;
  }

  private static Set<String> specified(tools.jackson.databind.JsonNode holder) {
    return Charges.compute(
            Amounts.read(holder, "resources", "requests"),
            Amounts.read(holder, "resources", "limits"))
        .byName()
        .keySet();
  }

  /// What is reserved in one namespace. All access under its own monitor.
  private final class Room {
    private final Map<String, Map<String, Charge>> pending = new HashMap<>();

    synchronized Reservation take(AdmissionRequest request, List<Quota> quotas, Charge next) {
      String storageKey = request.resource().storageKey();
      Map<String, Charge> held = pending.getOrDefault(storageKey, Map.of());
      for (Quota quota : quotas) {
        check(request, quota, next, held);
      }
      String name = Json.text(request.object().orElseThrow(), "metadata", "name");
      String key = name.isEmpty() || held.containsKey(name) ? "/" + UUID.randomUUID() : name;
      pending.computeIfAbsent(storageKey, _ -> new HashMap<>()).put(key, next);
      return () -> release(storageKey, key);
    }

    private synchronized void release(String storageKey, String key) {
      Map<String, Charge> held = pending.getOrDefault(storageKey, new HashMap<>());
      held.remove(key);
      if (held.isEmpty()) {
        pending.remove(storageKey);
      }
    }
  }

  private void check(AdmissionRequest request, Quota quota, Charge next, Map<String, Charge> held) {
    String storageKey = request.resource().storageKey();
    Set<String> names = quota.namesFor(storageKey);
    Amounts requested = next.at(ledger.now()).only(names);
    if (request.operation() == Operation.UPDATE) {
      Charge before = Charges.of(storageKey, request.old().orElseThrow());
      if (quota.appliesTo(before.traits())) {
        requested = requested.minus(before.at(ledger.now()).only(names));
      }
    }
    Amounts growth = positive(requested);
    if (growth.isEmpty()) {
      return;
    }
    Amounts used = ledger.used(quota, request.namespace(), storageKey, held);
    Set<String> exceeded = exceeded(quota.hard(), used, growth);
    if (!exceeded.isEmpty()) {
      throw Refusal.forbidden(
          request,
          "exceeded quota: %s, requested: %s, used: %s, limited: %s"
              .formatted(
                  quota.name(),
                  growth.only(exceeded),
                  zeros(exceeded).with(used.only(exceeded)),
                  quota.hard().only(exceeded)));
    }
  }

  private static Set<String> exceeded(Amounts hard, Amounts used, Amounts growth) {
    var exceeded = new HashSet<String>();
    for (String name : growth.byName().keySet()) {
      if (used.get(name).plus(growth.get(name)).compareTo(hard.get(name)) > 0) {
        exceeded.add(name);
      }
    }
    return exceeded;
  }

  private static Amounts positive(Amounts amounts) {
    var kept = new TreeMap<String, Quantity>(amounts.byName());
    kept.values().removeIf(value -> value.signum() <= 0);
    return new Amounts(kept);
  }

  private static Amounts zeros(Set<String> names) {
    var zeros = new TreeMap<String, Quantity>();
    names.forEach(name -> zeros.put(name, Quantity.ZERO));
    return new Amounts(zeros);
  }
}
