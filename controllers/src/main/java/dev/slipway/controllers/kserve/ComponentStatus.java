package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `status.components.PART`: which revisions there are and how requests are shared.
///
/// Follows `PropagateStatus` of `pkg/apis/serving/v1beta1/inference_service_status.go`.
final class ComponentStatus {
  private ComponentStatus() {}

  /// What a Knative Service says, beside what was known before.
  static ObjectNode of(JsonNode before, Optional<Resource> knativeService) {
    ObjectNode status = before instanceof ObjectNode known ? known.deepCopy() : Json.object();
    if (knativeService.isEmpty()) {
      return status;
    }
    Resource knative = knativeService.get();
    String created = knative.text("status", "latestCreatedRevisionName");
    String ready = knative.text("status", "latestReadyRevisionName");
    put(status, "latestCreatedRevision", created);
    rolledOut(status, knative.status().path("traffic"), created, ready);
    put(status, "latestReadyRevision", ready);
    if (knative.isTrue("Ready")) {
      copy(status, "address", knative.at("status", "address"));
      copy(status, "url", knative.at("status", "url"));
    }
    copy(status, "traffic", knative.at("status", "traffic"));
    return status;
  }

  /// The latest revision has rolled out once it has all requests. It has not any more once requests
  /// that are shared all go to it: then the one before is the other side of the share.
  private static void rolledOut(ObjectNode status, JsonNode traffic, String created, String ready) {
    Map<String, Integer> shares = new HashMap<>();
    for (JsonNode target : traffic) {
      shares.merge(
          Json.text(target, "revisionName"), target.path("percent").asInt(0), Integer::sum);
    }
    for (JsonNode target : traffic) {
      if (!target.path("latestRevision").asBoolean(false)
          || !Json.text(target, "revisionName").equals(ready)) {
        continue;
      }
      String last = Json.text(status, "latestRolledoutRevision");
      String previous = Json.text(status, "previousRolledoutRevision");
      int percent = target.path("percent").asInt(0);
      if (!last.equals(ready) && percent == 100) {
        put(status, "previousRolledoutRevision", last);
        put(status, "latestRolledoutRevision", ready);
      } else if (last.equals(ready)
          && ready.equals(created)
          && percent < 100
          && shares.getOrDefault(ready, 0) == 100
          && !previous.isEmpty()) {
        put(status, "latestRolledoutRevision", previous);
      }
    }
  }

  private static void put(ObjectNode status, String field, String value) {
    if (value.isEmpty()) {
      status.remove(field);
    } else {
      status.put(field, value);
    }
  }

  private static void copy(ObjectNode status, String field, JsonNode value) {
    if (!value.isMissingNode() && !value.isNull()) {
      status.set(field, value.deepCopy());
    }
  }
}
