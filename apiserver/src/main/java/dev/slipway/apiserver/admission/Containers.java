package dev.slipway.apiserver.admission;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The containers of a pod's `spec`.
final class Containers {
  private Containers() {}

  static List<ObjectNode> main(JsonNode spec) {
    return objects(spec.path("containers"));
  }

  static List<ObjectNode> init(JsonNode spec) {
    return objects(spec.path("initContainers"));
  }

  /// Init containers, then containers, then ephemeral ones: the order in which problems are told.
  static List<ObjectNode> all(JsonNode spec) {
    var all = new ArrayList<ObjectNode>(init(spec));
    all.addAll(main(spec));
    all.addAll(objects(spec.path("ephemeralContainers")));
    return all;
  }

  static boolean isSidecar(JsonNode initContainer) {
    return Json.text(initContainer, "restartPolicy").equals("Always");
  }

  /// The elements of a list that are objects.
  static List<ObjectNode> objects(JsonNode list) {
    var found = new ArrayList<ObjectNode>(list.size());
    for (JsonNode each : list) {
      if (each instanceof ObjectNode object) {
        found.add(object);
      }
    }
    return found;
  }
}
