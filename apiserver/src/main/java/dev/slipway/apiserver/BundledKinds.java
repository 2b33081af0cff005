package dev.slipway.apiserver;

import dev.slipway.api.AiKinds;
import dev.slipway.apiserver.custom.CrdConditions;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.base.Json;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Registers the AI kinds as CustomResourceDefinitions, once for each edition of them.
///
/// A definition a user has replaced with one of the real project is theirs and is left alone; which
/// ones are ours is told by a label.
final class BundledKinds {
  private static final String GROUP = "apiextensions.k8s.io";
  private static final String PLURAL = "customresourcedefinitions";
  private static final String OURS = "slipway.dev/bundled";
  private static final String EDITION = "slipway.dev/bundled-kinds";

  private final LocalApi api;
  private final InstantSource clock;

  BundledKinds(LocalApi api, InstantSource clock) {
    this.api = api;
    this.clock = clock;
  }

  void run() {
    ObjectNode marker = api.get("", "namespaces", "", "kube-system").orElseThrow();
    String edition = AiKinds.edition();
    if (Json.text(marker, "metadata", "annotations", EDITION).equals(edition)) {
      return;
    }
    for (ObjectNode definition : AiKinds.definitions()) {
      register(definition);
    }
    Json.ensureObject(marker, "metadata", "annotations").put(EDITION, edition);
    api.update("", "namespaces", marker);
  }

  private void register(ObjectNode definition) {
    Json.ensureObject(definition, "metadata", "labels").put(OURS, "true");
    Optional<ObjectNode> present =
        api.get(GROUP, PLURAL, "", Json.text(definition, "metadata", "name"));
    if (present.isEmpty()) {
      establish(api.create(GROUP, PLURAL, definition));
    } else if (Json.text(present.get(), "metadata", "labels", OURS).equals("true")) {
      api.update(GROUP, PLURAL, definition);
    }
  }

  private void establish(ObjectNode definition) {
    definition.set("status", CrdConditions.status(definition, List.of(), clock.instant()));
    try {
      api.updateStatus(GROUP, PLURAL, definition);
    } catch (ApiException refused) {
      if (!refused.reason().equals("Conflict")) {
        throw refused;
      }
    }
  }
}
