package dev.slipway.apiserver.admission;

import dev.slipway.base.Quantity;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a whole pod asks for: the greater of its containers' sum and its hungriest moment of
/// initialisation.
///
/// Formula: `k8s.io/component-helpers/resource/helpers.go`. A sidecar (an init container that
/// restarts always) counts with the containers and with every init container started after it.
/// Resources given for the pod as a whole replace the sum.
final class PodResources {
  private PodResources() {}

  static Amounts requests(JsonNode pod) {
    return total(pod.path("spec"), "requests").plus(Amounts.read(pod, "spec", "overhead"));
  }

  /// Overhead raises only limits that are there.
  static Amounts limits(JsonNode pod) {
    Amounts limits = total(pod.path("spec"), "limits");
    Amounts overhead = Amounts.read(pod, "spec", "overhead");
    return limits.plus(overhead.only(limits.byName().keySet()));
  }

  private static Amounts total(JsonNode spec, String side) {
    Amounts sum = Amounts.NONE;
    for (ObjectNode container : Containers.main(spec)) {
      sum = sum.plus(Amounts.read(container, "resources", side));
    }
    Amounts sidecars = Amounts.NONE;
    Amounts peak = Amounts.NONE;
    for (ObjectNode container : Containers.init(spec)) {
      Amounts own = Amounts.read(container, "resources", side);
      if (Containers.isSidecar(container)) {
        sidecars = sidecars.plus(own);
        peak = peak.max(sidecars);
      } else {
        peak = peak.max(sidecars.plus(own));
      }
    }
    return sum.plus(sidecars).max(peak).with(podLevel(spec, side));
  }

  private static Amounts podLevel(JsonNode spec, String side) {
    var kept = new TreeMap<String, Quantity>(Amounts.read(spec, "resources", side).byName());
    kept.keySet()
        .removeIf(
            name ->
                !name.equals("cpu") && !name.equals("memory") && !name.startsWith("hugepages-"));
    return new Amounts(kept);
  }
}
