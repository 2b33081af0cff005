package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The annotation in which client-side `kubectl apply` keeps what it applied.
///
/// Source: `k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedmanager.go` and
/// `lastappliedupdater.go`.
final class LastApplied {
  static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

  /// Most bytes of keys and values all annotations of one object may have together.
  private static final int MAX_ANNOTATIONS_BYTES = 256 * 1024;

  private LastApplied() {}

  /// The fields client-side apply set and nobody changed since: those a server-side apply by the
  /// same tool may take without a conflict.
  static FieldSet fields(ObjectNode live, String apiVersion, Schema schema) {
    String text = Json.text(live, "metadata", "annotations", ANNOTATION);
    if (text.isEmpty()) {
      return FieldSet.EMPTY;
    }
    try {
      ObjectNode applied = Json.parseObject(text);
      if (!Json.text(applied, "apiVersion").equals(apiVersion)) {
        return FieldSet.EMPTY;
      }
      Comparison since = Comparison.of(applied, live, schema);
      return FieldSets.of(applied, schema).difference(since.changed()).difference(since.removed());
    } catch (JacksonException | IllegalArgumentException | MismatchException _) {
      return FieldSet.EMPTY;
    }
  }

  /// Brings an annotation that is there up to date with a server-side apply, so that a later
  /// client-side apply starts from the truth.
  static void refresh(ObjectNode object, ObjectNode config) {
    if (Json.text(object, "metadata", "annotations", ANNOTATION).isEmpty()) {
      return;
    }
    ObjectNode plain = config.deepCopy();
    ObjectNode annotations = Json.ensureObject(object, "metadata", "annotations");
    if (plain.path("metadata").path("annotations") instanceof ObjectNode given) {
      given.remove(ANNOTATION);
    }
    annotations.put(ANNOTATION, sorted(plain) + "\n");
    int bytes = 0;
    for (Map.Entry<String, JsonNode> each : annotations.properties()) {
      bytes += bytes(each.getKey()) + bytes(each.getValue().asString(""));
    }
    if (bytes > MAX_ANNOTATIONS_BYTES) {
      annotations.remove(ANNOTATION);
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static JsonNode sorted(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        Map<String, JsonNode> fields = new TreeMap<>();
        object.properties().forEach(each -> fields.put(each.getKey(), sorted(each.getValue())));
        yield Json.object().setAll(fields);
      }
      case ArrayNode array -> {
        ArrayNode copy = Json.array();
        array.forEach(each -> copy.add(sorted(each)));
        yield copy;
      }
      default -> node;
    };
  }
}
