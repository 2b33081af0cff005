package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// `spec.podFailurePolicy` of a Job: what the failure of a pod means.
///
/// Source: `pkg/controller/job/pod_failure_policy.go`.
///
/// @param node with `rules`
record FailurePolicy(JsonNode node) {
  /// What the first rule that matches says; `Count` where none does.
  enum Action {
    FAIL_JOB,
    FAIL_INDEX,
    IGNORE,
    COUNT
  }

  /// @param message why the Job fails, where it does
  record Match(Action action, Optional<String> message) {
    boolean counts() {
      return action != Action.IGNORE;
    }
  }

  private static final Match COUNTED = new Match(Action.COUNT, Optional.empty());

  Match match(Resource pod) {
    int index = 0;
    for (var rule : node.path("rules")) {
      var found = rule.has("onExitCodes") ? exit(rule, pod) : condition(rule, pod);
      if (found.isPresent()) {
        return matched(rule, pod, found.get(), index);
      }
      index++;
    }
    return COUNTED;
  }

  private static Match matched(JsonNode rule, Resource pod, JsonNode what, int index) {
    var action = Json.text(rule, "action");
    return switch (action) {
      case "FailJob" ->
          new Match(
              Action.FAIL_JOB,
              Optional.of(
                  what.has("type") ? condition(pod, what, index) : container(pod, what, index)));
      case "FailIndex" -> new Match(Action.FAIL_INDEX, Optional.empty());
      case "Ignore" -> new Match(Action.IGNORE, Optional.empty());
      default -> COUNTED;
    };
  }

  private static String container(Resource pod, JsonNode status, int index) {
    return "Container "
        + Json.text(status, "name")
        + " for pod "
        + pod.namespace()
        + "/"
        + pod.name()
        + " failed with exit code "
        + Json.at(status, "state", "terminated", "exitCode").asInt(0)
        + " matching FailJob rule at index "
        + index;
  }

  private static String condition(Resource pod, JsonNode condition, int index) {
    return "Pod "
        + pod.namespace()
        + "/"
        + pod.name()
        + " has condition "
        + Json.text(condition, "type")
        + " matching FailJob rule at index "
        + index;
  }

  private static Optional<JsonNode> exit(JsonNode rule, Resource pod) {
    var codes = rule.path("onExitCodes");
    for (var list : new String[] {"containerStatuses", "initContainerStatuses"}) {
      for (var status : pod.status().path(list)) {
        if (exited(codes, status)) {
          return Optional.of(status);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean exited(JsonNode codes, JsonNode status) {
    var container = Json.text(codes, "containerName");
    var code = Json.at(status, "state", "terminated", "exitCode");
    if ((!container.isEmpty() && !container.equals(Json.text(status, "name")))
        || code.asInt(0) == 0) {
      return false;
    }
    boolean listed = codes.path("values").valueStream().anyMatch(v -> v.asInt() == code.asInt());
    return listed == Json.text(codes, "operator").equals("In");
  }

  private static Optional<JsonNode> condition(JsonNode rule, Resource pod) {
    for (var condition : pod.status().path("conditions")) {
      for (var pattern : rule.path("onPodConditions")) {
        if (Json.text(pattern, "type").equals(Json.text(condition, "type"))
            && pattern.path("status").asString("True").equals(Json.text(condition, "status"))) {
          return Optional.of(condition);
        }
      }
    }
    return Optional.empty();
  }
}
