package dev.slipway.api.kserve;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Variables no manifest may set, because they say which code a server runs.
///
/// Follows `pkg/validation/env_policy.go`.
final class EnvironmentRules {
  private static final Set<String> BLOCKED = Set.of("PYTHONPATH");

  private EnvironmentRules() {}

  static void judge(String service, JsonNode component, FieldPath at, List<Problem> problems) {
    String whose = "the InferenceService \"" + service + "\" is invalid: ";
    containers(whose, component.path("containers"), at.field("containers"), problems);
    containers(whose, component.path("initContainers"), at.field("initContainers"), problems);
    for (String block : Kserve.modelBlocks(component)) {
      container(whose, component.path(block), at.field(block), problems);
    }
    if (component.path("art").isObject()) {
      container(whose, component.path("art"), at.field("art"), problems);
    }
    JsonNode worker = component.path("workerSpec");
    FieldPath workerAt = at.field("workerSpec");
    containers(whose, worker.path("containers"), workerAt.field("containers"), problems);
    containers(whose, worker.path("initContainers"), workerAt.field("initContainers"), problems);
  }

  /// The same for a list of containers.
  ///
  /// @param whose opens each message
  static void containers(String whose, JsonNode containers, FieldPath at, List<Problem> problems) {
    for (int i = 0; i < containers.size(); i++) {
      container(whose, containers.path(i), at.index(i), problems);
    }
  }

  private static void container(
      String whose, JsonNode container, FieldPath at, List<Problem> problems) {
    JsonNode env = container.path("env");
    for (int i = 0; i < env.size(); i++) {
      String name = Json.text(env.path(i), "name");
      if (BLOCKED.contains(name)) {
        problems.add(
            Problem.forbidden(
                at.field("env").index(i).field("name"),
                whose
                    + "setting "
                    + name
                    + " in container \""
                    + Json.text(container, "name")
                    + "\" is not allowed for security reasons"));
      }
    }
  }
}
