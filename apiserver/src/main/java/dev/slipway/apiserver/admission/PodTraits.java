package dev.slipway.apiserver.admission;

import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the scopes of a quota ask of a pod. Pure.
final class PodTraits {
  private PodTraits() {}

  static Charge.Traits of(ObjectNode pod) {
    JsonNode spec = pod.path("spec");
    return new Charge.Traits(
        true,
        spec.path("activeDeadlineSeconds").asLong(-1) >= 0,
        isBestEffort(spec),
        Json.text(spec, "priorityClassName"),
        hasCrossNamespaceAffinity(spec.path("affinity")),
        "");
  }

  /// Nothing of cpu and memory is requested or limited anywhere.
  private static boolean isBestEffort(JsonNode spec) {
    if (asksForCompute(spec)) {
      return false;
    }
    for (ObjectNode container : Containers.init(spec)) {
      if (asksForCompute(container)) {
        return false;
      }
    }
    return Containers.main(spec).stream().noneMatch(PodTraits::asksForCompute);
  }

  private static boolean asksForCompute(JsonNode holder) {
    for (String side : List.of("requests", "limits")) {
      Amounts amounts = Amounts.read(holder, "resources", side).only(Set.of("cpu", "memory"));
      if (amounts.byName().values().stream().anyMatch(PodTraits::isPositive)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPositive(Quantity quantity) {
    return quantity.signum() > 0;
  }

  private static boolean hasCrossNamespaceAffinity(JsonNode affinity) {
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      for (JsonNode term :
          Json.at(affinity, kind, "requiredDuringSchedulingIgnoredDuringExecution")) {
        if (crossesNamespaces(term)) {
          return true;
        }
      }
      for (JsonNode weighted :
          Json.at(affinity, kind, "preferredDuringSchedulingIgnoredDuringExecution")) {
        if (crossesNamespaces(weighted.path("podAffinityTerm"))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean crossesNamespaces(JsonNode term) {
    return !term.path("namespaces").isEmpty() || term.path("namespaceSelector").isObject();
  }
}
