package dev.slipway.controllers.knative.rules;

import dev.slipway.base.FieldPath;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Where two trees first differ, as `{spec.containers[0].image}: -"a" +"b"`.
final class Difference {
  private Difference() {}

  static Optional<String> between(JsonNode old, JsonNode now) {
    return between(FieldPath.ROOT, old, now);
  }

  private static Optional<String> between(FieldPath at, JsonNode old, JsonNode now) {
    if (old.equals(now)) {
      return Optional.empty();
    }
    if (old instanceof ObjectNode && now instanceof ObjectNode) {
      for (String name : new TreeSet<>(names(old, now))) {
        var found = between(at.field(name), old.path(name), now.path(name));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    if (old.isArray() && now.isArray()) {
      for (int i = 0; i < Math.max(old.size(), now.size()); i++) {
        var found = between(at.index(i), old.path(i), now.path(i));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.of("{" + at + "}: -" + shown(old) + " +" + shown(now));
  }

  private static Set<String> names(JsonNode old, JsonNode now) {
    var names = new HashSet<>(old.propertyNames());
    names.addAll(now.propertyNames());
    return names;
  }

  private static String shown(JsonNode node) {
    return node.isMissingNode() ? "(none)" : node.toString();
  }
}
