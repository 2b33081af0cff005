package dev.slipway.apiserver.access.rbac;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Fills the `rules` of ClusterRoles that have an `aggregationRule` with those of the ClusterRoles
/// it selects.
///
/// Source: `k8s.io/kubernetes/pkg/controller/clusterroleaggregation`.
public final class ClusterRoleAggregation {
  private ClusterRoleAggregation() {}

  /// The aggregating roles whose rules must change, with their new rules. Pure.
  ///
  /// Roles may aggregate roles that aggregate (`admin` takes `edit`), so rounds follow one another
  /// until nothing moves; there are at most as many as roles.
  public static List<ObjectNode> changed(Collection<ObjectNode> clusterRoles) {
    var roles = new TreeMap<String, ObjectNode>();
    clusterRoles.forEach(each -> roles.put(name(each), each.deepCopy()));
    var changed = new TreeMap<String, ObjectNode>();
    boolean moved = true;
    for (int round = 0; moved && round <= roles.size(); round++) {
      moved = false;
      for (ObjectNode each : roles.values()) {
        if (fill(each, roles.values())) {
          changed.put(name(each), each);
          moved = true;
        }
      }
    }
    return List.copyOf(changed.values());
  }

  /// Brings all aggregating roles up to date; a second step changes nothing.
  ///
  /// @return whether anything was written
  public static boolean step(LocalApi api) {
    boolean written = false;
    for (ObjectNode each : changed(api.list(RbacAuthorizer.GROUP, "clusterroles", ""))) {
      try {
        api.update(RbacAuthorizer.GROUP, "clusterroles", each);
        written = true;
      } catch (ApiException e) {
        if (e.code() != 409 && e.code() != 404) {
          throw e;
        }
        // changed or deleted meanwhile: that change brings the next step
      }
    }
    return written;
  }

  private static boolean fill(ObjectNode role, Collection<ObjectNode> all) {
    JsonNode selectors = Json.at(role, "aggregationRule", "clusterRoleSelectors");
    if (selectors.isEmpty()) {
      return false;
    }
    var rules = new LinkedHashSet<PolicyRule>();
    for (JsonNode selector : selectors) {
      sorted(all).stream()
          .filter(each -> !name(each).equals(name(role)) && matches(selector, each))
          .forEach(each -> rules.addAll(PolicyRule.rulesOf(each)));
    }
    if (new ArrayList<>(rules).equals(PolicyRule.rulesOf(role))) {
      return false;
    }
    ArrayNode array = role.putArray("rules");
    rules.forEach(each -> array.add(each.toJson()));
    return true;
  }

  private static String name(ObjectNode role) {
    return Json.text(role, "metadata", "name");
  }

  private static List<ObjectNode> sorted(Collection<ObjectNode> roles) {
    return roles.stream().sorted(Comparator.comparing(ClusterRoleAggregation::name)).toList();
  }

  private static boolean matches(JsonNode selector, ObjectNode role) {
    Map<String, String> labels = Json.strings(role, "metadata", "labels");
    boolean all =
        Json.strings(selector, "matchLabels").entrySet().stream()
            .allMatch(each -> each.getValue().equals(labels.get(each.getKey())));
    for (JsonNode each : selector.path("matchExpressions")) {
      all &= meets(each, labels);
    }
    return all;
  }

  private static boolean meets(JsonNode expression, Map<String, String> labels) {
    String key = Json.text(expression, "key");
    return switch (Json.text(expression, "operator")) {
      case "In" -> labels.containsKey(key) && listed(expression, labels.get(key));
      case "NotIn" -> !labels.containsKey(key) || !listed(expression, labels.get(key));
      case "Exists" -> labels.containsKey(key);
      case "DoesNotExist" -> !labels.containsKey(key);
      default -> false;
    };
  }

  private static boolean listed(JsonNode expression, @Nullable String value) {
    for (JsonNode each : expression.path("values")) {
      if (each.isString() && each.stringValue().equals(value)) {
        return true;
      }
    }
    return false;
  }
}
