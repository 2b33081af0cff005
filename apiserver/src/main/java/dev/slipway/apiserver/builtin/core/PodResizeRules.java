package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Changes through the `resize` and `ephemeralcontainers` subresources.
final class PodResizeRules {
  private PodResizeRules() {}

  /// Processor and memory of containers may change, nothing else.
  static void resize(Field pod, Field old, Problems problems) {
    Field spec = pod.at("spec");
    if (old.at("spec", "os").text("name").equals("windows")) {
      problems.add(Problem.forbidden(FieldPath.ROOT, "windows pods cannot be resized"));
      return;
    }
    if (!PodResources.qosClass(spec).equals(PodResources.qosClass(old.at("spec")))) {
      problems.invalid(
          spec.path(),
          old.at("status").text("qosClass"),
          "Pod QOS Class may not change as a result of resizing");
    }
    for (String list : List.of("containers", "initContainers")) {
      List<Field> now = spec.items(list);
      List<Field> before = old.at("spec").items(list);
      if (now.size() != before.size()) {
        problems.forbidden(spec.at(list), list + " may not be added or removed on resize");
        return;
      }
      for (int i = 0; i < now.size(); i++) {
        container(list, now.get(i), before.get(i), spec, problems);
      }
    }
  }

  private static void container(String list, Field now, Field old, Field spec, Problems problems) {
    if (!now.text("name").equals(old.text("name"))) {
      problems.forbidden(now.at("name"), list + " may not be renamed or reordered on resize");
      return;
    }
    boolean init = list.equals("initContainers");
    boolean sidecar = init && old.text("restartPolicy").equals("Always");
    if (init && !sidecar) {
      if (!now.sameAs(old)) {
        problems.forbidden(spec, "resources for non-sidecar init containers are immutable");
      }
      return;
    }
    removed(now.at("resources", "requests"), old, "requests", problems);
    removed(now.at("resources", "limits"), old, "limits", problems);
    if (!fixed(now).equals(fixed(old))) {
      problems.forbidden(
          spec,
          sidecar
              ? "only cpu and memory resources for sidecar containers are mutable"
              : "only cpu and memory resources are mutable");
    }
  }

  private static void removed(Field now, Field old, String list, Problems problems) {
    for (Map.Entry<String, Field> each : old.at("resources", list).entries()) {
      if (!now.at(each.getKey()).present()) {
        problems.forbidden(now, "resource " + list + " cannot be removed");
        return;
      }
    }
  }

  private static JsonNode fixed(Field container) {
    ObjectNode copy =
        container.value() instanceof ObjectNode object ? object.deepCopy() : Json.object();
    for (String list : List.of("requests", "limits")) {
      if (copy.path("resources").get(list) instanceof ObjectNode amounts) {
        amounts.remove(List.of("cpu", "memory"));
        if (amounts.isEmpty()) {
          ((ObjectNode) copy.path("resources")).remove(list);
        }
      }
    }
    return copy;
  }

  /// Ephemeral containers come and stay as they are.
  static void ephemeral(Field pod, Field old, Problems problems) {
    Field list = pod.at("spec", "ephemeralContainers");
    for (Field before : old.at("spec").items("ephemeralContainers")) {
      String name = before.text("name");
      Field now = list.named(name).orElse(list.at("absent"));
      if (!now.present()) {
        problems.forbidden(
            list, "existing ephemeral containers \"" + name + "\" may not be removed\n");
      } else if (!now.sameAs(before)) {
        problems.forbidden(
            list, "existing ephemeral containers \"" + name + "\" may not be changed\n");
      }
    }
  }
}
