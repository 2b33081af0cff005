package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A short name for a pod template: equal for equal templates whatever their fields' order, in the
/// letters Kubernetes allows itself (no vowels, nothing that looks like another).
final class TemplateHash {
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int FNV_BASIS = 0x811c9dc5;
  private static final int FNV_PRIME = 0x01000193;

  private TemplateHash() {}

  /// @param collisions how many templates before this one had its hash
  static String of(JsonNode template, int collisions) {
    int hash = FNV_BASIS;
    for (byte each : Json.bytes(sorted(template))) {
      hash = (hash ^ (each & 0xff)) * FNV_PRIME;
    }
    for (byte each : Integer.toString(collisions).getBytes(StandardCharsets.US_ASCII)) {
      hash = (hash ^ (each & 0xff)) * FNV_PRIME;
    }
    var digits = Long.toString(hash & 0xffffffffL);
    var safe = new StringBuilder(digits.length());
    for (int i = 0; i < digits.length(); i++) {
      safe.append(LETTERS.charAt(digits.charAt(i) % LETTERS.length()));
    }
    return safe.toString();
  }

  private static JsonNode sorted(JsonNode node) {
    if (node instanceof ObjectNode object) {
      var fields = new TreeMap<String, JsonNode>();
      object.properties().forEach(each -> fields.put(each.getKey(), sorted(each.getValue())));
      var copy = Json.object();
      for (Map.Entry<String, JsonNode> each : fields.entrySet()) {
        copy.set(each.getKey(), each.getValue());
      }
      return copy;
    }
    if (node instanceof ArrayNode array) {
      var copy = Json.array();
      array.forEach(each -> copy.add(sorted(each)));
      return copy;
    }
    return node;
  }
}
