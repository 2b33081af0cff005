package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// `spec.successPolicy` of an Indexed Job: which indexes are enough.
///
/// Source: `pkg/controller/job/success_policy.go`.
///
/// @param node with `rules`; missing where there is none
record SuccessPolicy(JsonNode node) {
  /// Why the Job has succeeded; empty where it has not.
  ///
  /// @param end one above the highest index
  Optional<String> met(Indexes succeeded, int end) {
    int index = 0;
    for (var rule : node.path("rules")) {
      if (met(rule, succeeded, end)) {
        return Optional.of("Matched rules at index " + index);
      }
      index++;
    }
    return Optional.empty();
  }

  private static boolean met(JsonNode rule, Indexes succeeded, int end) {
    var count = rule.path("succeededCount");
    if (!rule.has("succeededIndexes")) {
      return count.isNumber() && succeeded.total() >= count.asInt();
    }
    var wanted = Indexes.parse(Json.text(rule, "succeededIndexes"), end);
    int enough = count.isNumber() ? count.asInt() : wanted.total();
    return wanted.onlyIn(succeeded).total() >= enough;
  }
}
