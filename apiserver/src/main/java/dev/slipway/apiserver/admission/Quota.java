package dev.slipway.apiserver.admission;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A ResourceQuota as written: what it limits, and to which pods or claims it applies.
record Quota(String name, Amounts hard, List<Scope> scopes) {
  private static final Set<String> COMPUTE =
      Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

  /// One condition; all of a quota's must hold.
  record Scope(String name, String operator, Set<String> values) {
    boolean matches(Charge.Traits traits) {
      return switch (name) {
        case "Terminating" -> traits.pod() && traits.terminating();
        case "NotTerminating" -> traits.pod() && !traits.terminating();
        case "BestEffort" -> traits.pod() && traits.bestEffort();
        case "NotBestEffort" -> traits.pod() && !traits.bestEffort();
        case "CrossNamespacePodAffinity" -> traits.pod() && traits.crossNamespaceAffinity();
        case "PriorityClass" -> traits.pod() && selects(traits.priorityClass());
        case "VolumeAttributesClass" -> !traits.pod() && selects(traits.volumeAttributesClass());
        default -> false;
      };
    }

    private boolean selects(String value) {
      return switch (operator) {
        case "In" -> !value.isEmpty() && values.contains(value);
        case "NotIn" -> !values.contains(value);
        case "DoesNotExist" -> value.isEmpty();
        default -> !value.isEmpty();
      };
    }
  }

  static Quota of(ObjectNode object) {
    var scopes = new ArrayList<Scope>();
    for (JsonNode scope : Json.at(object, "spec", "scopes")) {
      scopes.add(new Scope(scope.asString(""), "Exists", Set.of()));
    }
    for (JsonNode each : Json.at(object, "spec", "scopeSelector", "matchExpressions")) {
      Set<String> values =
          each.path("values").valueStream().map(JsonNode::asString).collect(Collectors.toSet());
      scopes.add(new Scope(Json.text(each, "scopeName"), Json.text(each, "operator"), values));
    }
    return new Quota(
        Json.text(object, "metadata", "name"),
        Amounts.read(object, "spec", "hard"),
        List.copyOf(scopes));
  }

  boolean appliesTo(Charge.Traits traits) {
    return scopes.stream().allMatch(scope -> scope.matches(traits));
  }

  /// The names it limits that objects of a resource can use.
  Set<String> namesFor(String storageKey) {
    var names = new TreeSet<String>();
    for (String each : hard.byName().keySet()) {
      if (concerns(each, storageKey)) {
        names.add(each);
      }
    }
    return names;
  }

  /// What every container must specify because of this quota.
  Set<String> requiredCompute() {
    var required = new TreeSet<String>(hard.byName().keySet());
    required.retainAll(COMPUTE);
    return required;
  }

  private static boolean concerns(String name, String storageKey) {
    if (name.startsWith("count/")) {
      return name.equals(Charges.countName(storageKey));
    }
    return switch (storageKey) {
      case "pods" -> isOfPods(name);
      case "services" -> name.equals("services") || name.startsWith("services.");
      case "persistentvolumeclaims" -> name.equals(storageKey) || isOfClaims(name);
      default -> name.equals(storageKey) && Charges.PLAIN_COUNTS.contains(storageKey);
    };
  }

  private static boolean isOfPods(String name) {
    return switch (name) {
      case "pods", "cpu", "memory", "ephemeral-storage" -> true;
      default ->
          name.startsWith("hugepages-")
              || name.startsWith("limits.")
              || (name.startsWith("requests.") && !isOfClaims(name));
    };
  }

  private static boolean isOfClaims(String name) {
    return name.equals("requests.storage") || name.contains(".storageclass.storage.k8s.io/");
  }
}
