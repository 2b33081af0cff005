package dev.slipway.controllers.trainer;

import dev.slipway.api.trainer.Trainer;
import dev.slipway.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `spec.initializer`: what is fetched, and with what, before training begins.
///
/// Source: `Initializer` in `pkg/runtime/framework/plugins/jobset/builder.go`.
final class Initializers {
  private Initializers() {}

  static void apply(Blueprint blueprint) {
    part(blueprint, "dataset", Trainer.DATASET);
    part(blueprint, "model", Trainer.MODEL);
  }

  private static void part(Blueprint blueprint, String part, String name) {
    JsonNode given = blueprint.job().spec().path("initializer").path(part);
    if (!given.isObject()) {
      return;
    }
    blueprint
        .ancestor(name)
        .flatMap(entry -> Blueprint.container(entry, name))
        .ifPresent(container -> equip(container, given));
  }

  private static void equip(ObjectNode container, JsonNode given) {
    if (given.path("storageUri").isString()) {
      PodEdit.env(container, "STORAGE_URI", Json.text(given, "storageUri"));
    }
    PodEdit.envs(container, given.path("env"));
    String secret = Json.text(given, "secretRef", "name");
    if (!secret.isEmpty()) {
      container.withArray("envFrom").addObject().putObject("secretRef").put("name", secret);
    }
  }
}
