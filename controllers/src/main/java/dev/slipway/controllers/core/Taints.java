package dev.slipway.controllers.core;

import dev.slipway.base.Json;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Taints of nodes against tolerations of pods.
///
/// Source: Kubernetes documentation, "Taints and Tolerations".
public final class Taints {
  private Taints() {}

  /// The first taint that keeps the pod away, as messages write it: `{key: value}`.
  ///
  /// @param spec of the pod
  static Optional<String> untolerated(JsonNode spec, JsonNode taints) {
    for (var taint : taints) {
      var effect = Json.text(taint, "effect");
      boolean keepsAway = effect.equals("NoSchedule") || effect.equals("NoExecute");
      if (keepsAway && !tolerated(spec, taint)) {
        return Optional.of("{" + Json.text(taint, "key") + ": " + Json.text(taint, "value") + "}");
      }
    }
    return Optional.empty();
  }

  /// Whether a taint of this effect keeps the pod away.
  ///
  /// @param spec of the pod
  public static boolean keepAway(JsonNode spec, JsonNode taints, String effect) {
    for (var taint : taints) {
      if (Json.text(taint, "effect").equals(effect) && !tolerated(spec, taint)) {
        return true;
      }
    }
    return false;
  }

  /// How many taints the pod would rather avoid.
  static int disliked(JsonNode spec, JsonNode taints) {
    int count = 0;
    for (var taint : taints) {
      if (Json.text(taint, "effect").equals("PreferNoSchedule") && !tolerated(spec, taint)) {
        count++;
      }
    }
    return count;
  }

  private static boolean tolerated(JsonNode spec, JsonNode taint) {
    for (var toleration : spec.path("tolerations")) {
      if (tolerates(toleration, taint)) {
        return true;
      }
    }
    return false;
  }

  private static boolean tolerates(JsonNode toleration, JsonNode taint) {
    var effect = Json.text(toleration, "effect");
    if (!effect.isEmpty() && !effect.equals(Json.text(taint, "effect"))) {
      return false;
    }
    var key = Json.text(toleration, "key");
    if (!key.isEmpty() && !key.equals(Json.text(taint, "key"))) {
      return false;
    }
    return switch (Json.text(toleration, "operator")) {
      case "Exists" -> true;
      case "", "Equal" ->
          !key.isEmpty() && Json.text(toleration, "value").equals(Json.text(taint, "value"));
      default -> false;
    };
  }
}
