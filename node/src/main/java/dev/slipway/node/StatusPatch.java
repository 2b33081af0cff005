package dev.slipway.node;

import dev.slipway.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What makes one object of another, as a JSON merge patch (RFC 7386): lists are replaced whole.
/// Pure.
final class StatusPatch {
  private StatusPatch() {}

  static ObjectNode between(JsonNode before, JsonNode after) {
    var patch = Json.object();
    before
        .propertyNames()
        .forEach(
            name -> {
              if (!after.has(name)) {
                patch.putNull(name);
              }
            });
    for (var each : after.properties()) {
      var known = before.path(each.getKey());
      if (known.isObject() && each.getValue().isObject()) {
        var inner = between(known, each.getValue());
        if (!inner.isEmpty()) {
          patch.set(each.getKey(), inner);
        }
      } else if (!known.equals(each.getValue())) {
        patch.set(each.getKey(), each.getValue());
      }
    }
    return patch;
  }
}
