package dev.slipway.apiserver.custom;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Follows a path of fields and map keys (`.spec.labels['a.b']`) through a raw schema.
final class SchemaPath {
  private static final Pattern STEP =
      Pattern.compile("\\G(?:\\.([^.\\[\\]']+)|\\['((?:[^'\\\\]|\\\\.)*)'\\])");

  private SchemaPath() {}

  /// The schema of what the path leads to; empty where it leads nowhere.
  static Optional<JsonNode> find(JsonNode schema, String path) {
    Matcher step = STEP.matcher(path);
    JsonNode here = schema;
    int end = 0;
    while (step.find()) {
      end = step.end();
      String name =
          step.group(1) != null ? step.group(1) : step.group(2).replaceAll("\\\\(.)", "$1");
      JsonNode next = here.path("properties").path(name);
      if (!next.isObject() && here.path("properties").isEmpty()) {
        next = here.path("additionalProperties");
      }
      if (!next.isObject()) {
        return Optional.empty();
      }
      here = next;
    }
    return end == path.length() && end > 0 ? Optional.of(here) : Optional.empty();
  }
}
