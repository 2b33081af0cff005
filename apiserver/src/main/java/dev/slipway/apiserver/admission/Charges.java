package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What objects use of quotas, kind by kind. Pure.
///
/// Rules: `pkg/quota/v1/evaluator/core`.
final class Charges {
  /// Resources also counted by their plain name; all others only as `count/…`.
  static final Set<String> PLAIN_COUNTS =
      Set.of(
          "configmaps",
          "persistentvolumeclaims",
          "replicationcontrollers",
          "resourcequotas",
          "secrets",
          "services");

  private static final Quantity ONE = Quantity.of(1);

  private Charges() {}

  /// The name under which any resource can be counted: `count/deployments.apps`.
  static String countName(Resource resource) {
    return countName(resource.storageKey());
  }

  static String countName(String storageKey) {
    int slash = storageKey.indexOf('/');
    return slash < 0
        ? "count/" + storageKey
        : "count/" + storageKey.substring(slash + 1) + "." + storageKey.substring(0, slash);
  }

  /// Whether an object of this resource uses more than its number.
  static boolean dependsOnContent(String storageKey) {
    return switch (storageKey) {
      case "pods", "services", "persistentvolumeclaims" -> true;
      default -> false;
    };
  }

  static Charge of(String storageKey, ObjectNode object) {
    return switch (storageKey) {
      case "pods" -> pod(object);
      case "services" -> counted(storageKey, service(object), Charge.Traits.NONE);
      case "persistentvolumeclaims" -> counted(storageKey, claim(object), claimTraits(object));
      default -> byNumber(storageKey);
    };
  }

  static Charge byNumber(String storageKey) {
    return counted(storageKey, Map.of(), Charge.Traits.NONE);
  }

  private static Charge counted(
      String storageKey, Map<String, Quantity> more, Charge.Traits traits) {
    var amounts = new HashMap<String, Quantity>(more);
    amounts.put(countName(storageKey), ONE);
    if (PLAIN_COUNTS.contains(storageKey)) {
      amounts.put(storageKey, ONE);
    }
    return new Charge(Amounts.of(amounts), Amounts.NONE, Instant.MAX, traits);
  }

  private static Charge pod(ObjectNode pod) {
    Amounts count = Amounts.of(Map.of("count/pods", ONE));
    Charge.Traits traits = PodTraits.of(pod);
    String phase = Json.text(pod, "status", "phase");
    if (phase.equals("Succeeded") || phase.equals("Failed")) {
      return new Charge(count, Amounts.NONE, Instant.MAX, traits);
    }
    Amounts live = compute(PodResources.requests(pod), PodResources.limits(pod));
    return new Charge(count, live.plus(Amounts.of(Map.of("pods", ONE))), graceEnds(pod), traits);
  }

  /// A pod that should be gone is not held against its owner, even if a lost node never says so.
  private static Instant graceEnds(JsonNode pod) {
    JsonNode grace = Json.at(pod, "metadata", "deletionGracePeriodSeconds");
    String deleted = Json.text(pod, "metadata", "deletionTimestamp");
    if (deleted.isEmpty() || !grace.isNumber()) {
      return Instant.MAX;
    }
    try {
      return Instant.parse(deleted).plus(Duration.ofSeconds(grace.asLong(0)));
    } catch (DateTimeParseException _) {
      return Instant.MAX;
    }
  }

  /// The names by which quotas know requests and limits.
  static Amounts compute(Amounts requests, Amounts limits) {
    var used = new TreeMap<String, Quantity>();
    requests
        .byName()
        .forEach(
            (name, value) -> {
              if (isStandard(name) || name.startsWith("hugepages-")) {
                used.put(name, value);
                used.put("requests." + name, value);
              } else if (isExtended(name)) {
                used.put("requests." + name, value);
              }
            });
    limits
        .byName()
        .forEach(
            (name, value) -> {
              if (isStandard(name)) {
                used.put("limits." + name, value);
              }
            });
    return Amounts.of(used);
  }

  private static boolean isStandard(String name) {
    return switch (name) {
      case "cpu", "memory", "ephemeral-storage" -> true;
      default -> false;
    };
  }

  /// A device such as `nvidia.com/gpu`.
  static boolean isExtended(String name) {
    return name.contains("/") && !name.contains("kubernetes.io/") && !name.startsWith("requests.");
  }

  private static Map<String, Quantity> service(ObjectNode service) {
    long ports = service.path("spec").path("ports").size();
    return switch (Json.text(service, "spec", "type")) {
      case "NodePort" -> Map.of("services.nodeports", Quantity.of(ports));
      case "LoadBalancer" ->
          Map.of(
              "services.loadbalancers",
              ONE,
              "services.nodeports",
              Quantity.of(balancerPorts(service, ports)));
      default -> Map.of();
    };
  }

  private static long balancerPorts(ObjectNode service, long ports) {
    if (Json.at(service, "spec", "allocateLoadBalancerNodePorts").asBoolean(true)) {
      return ports;
    }
    long chosen = 0;
    for (JsonNode port : Json.at(service, "spec", "ports")) {
      chosen += port.path("nodePort").asInt(0) != 0 ? 1 : 0;
    }
    return chosen;
  }

  private static Map<String, Quantity> claim(ObjectNode claim) {
    var used = new HashMap<String, Quantity>();
    String storageClass = storageClass(claim);
    String ofClass = storageClass + ".storageclass.storage.k8s.io/";
    if (!storageClass.isEmpty()) {
      used.put(ofClass + "persistentvolumeclaims", ONE);
    }
    Amounts storage =
        Amounts.read(claim, "spec", "resources", "requests")
            .max(Amounts.read(claim, "status", "allocatedResources"));
    if (storage.has("storage")) {
      used.put("requests.storage", storage.get("storage"));
      if (!storageClass.isEmpty()) {
        used.put(ofClass + "requests.storage", storage.get("storage"));
      }
    }
    return used;
  }

  /// The annotation is the field's forerunner and still wins.
  private static String storageClass(JsonNode claim) {
    JsonNode annotation =
        Json.at(claim, "metadata", "annotations", "volume.beta.kubernetes.io/storage-class");
    return annotation.isString()
        ? annotation.stringValue()
        : Json.text(claim, "spec", "storageClassName");
  }

  private static Charge.Traits claimTraits(JsonNode claim) {
    return new Charge.Traits(
        false, false, false, "", false, Json.text(claim, "spec", "volumeAttributesClassName"));
  }
}
