package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.base.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Lets a new pod stay five minutes on a node that is not ready or not reachable, where it does not
/// say otherwise.
public final class DefaultTolerations implements Admission {
  private static final int SECONDS = 300;
  private static final List<String> TAINTS =
      List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

  @Override
  public void mutate(AdmissionRequest request) {
    if (!request.resource().storageKey().equals("pods")
        || request.operation() != Operation.CREATE
        || !request.subresource().isEmpty()) {
      return;
    }
    ObjectNode spec = Json.ensureObject(request.object().orElseThrow(), "spec");
    List<String> missing = TAINTS.stream().filter(taint -> !tolerates(spec, taint)).toList();
    for (String taint : missing) {
      ArrayNode tolerations =
          spec.get("tolerations") instanceof ArrayNode array ? array : spec.putArray("tolerations");
      tolerations
          .addObject()
          .put("key", taint)
          .put("operator", "Exists")
          .put("effect", "NoExecute")
          .put("tolerationSeconds", SECONDS);
    }
  }

  private static boolean tolerates(JsonNode spec, String taint) {
    for (JsonNode each : spec.path("tolerations")) {
      String key = Json.text(each, "key");
      String effect = Json.text(each, "effect");
      boolean concerns = key.isEmpty() || key.equals(taint);
      if (concerns && (effect.isEmpty() || effect.equals("NoExecute"))) {
        return true;
      }
    }
    return false;
  }
}
