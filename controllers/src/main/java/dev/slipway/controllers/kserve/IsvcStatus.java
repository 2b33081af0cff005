package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The status of an InferenceService while it is put together, beginning with what it was.
final class IsvcStatus {
  private static final List<String> PARTS = List.of("predictor", "transformer", "explainer");

  private final Resource service;
  private final Instant now;
  private final ObjectNode status;
  private final ServiceConditions conditions;

  IsvcStatus(Resource service, Instant now, Kserve.Mode mode) {
    this.service = service;
    this.now = now;
    this.status = service.status() instanceof ObjectNode before ? before.deepCopy() : Json.object();
    this.conditions =
        new ServiceConditions(service, now, List.of("PredictorReady", "IngressReady"));
    status.put("deploymentMode", mode.word());
    status.put("observedGeneration", service.generation());
  }

  ServiceConditions conditions() {
    return conditions;
  }

  /// `Predictor` of `predictor`.
  static String titled(String part) {
    return Character.toUpperCase(part.charAt(0)) + part.substring(1);
  }

  /// What was known of a component.
  JsonNode component(String part) {
    return status.path("components").path(part);
  }

  void component(String part, ObjectNode value) {
    Json.ensureObject(status, "components").set(part, value);
  }

  JsonNode modelStatus() {
    return status.path("modelStatus");
  }

  void modelStatus(ObjectNode value) {
    status.set("modelStatus", value);
  }

  void set(String field, JsonNode value) {
    status.set(field, value);
  }

  void remove(String field) {
    status.remove(field);
  }

  void runtime(Optional<Resource> runtime) {
    status.remove(List.of("servingRuntimeName", "clusterServingRuntimeName"));
    runtime.ifPresent(
        found ->
            status.put(
                found.namespace().isEmpty() ? "clusterServingRuntimeName" : "servingRuntimeName",
                found.name()));
  }

  void address(String url, String inside) {
    status.put("url", url);
    status.putObject("address").put("url", inside);
  }

  /// Forgets components that the service does not have any more.
  void keepOnly(List<String> parts) {
    for (String part : PARTS) {
      if (!parts.contains(part)) {
        if (status.path("components") instanceof ObjectNode components) {
          components.remove(part);
        }
        conditions.remove(titled(part) + "Ready");
        conditions.remove(routeCondition(part));
        conditions.remove(titled(part) + "ConfigurationReady");
      }
    }
  }

  /// `PredictorRouteReady`; KServe has a plural for explainers.
  static String routeCondition(String part) {
    return part.equals("explainer") ? "ExplainerRoutesReady" : titled(part) + "RouteReady";
  }

  /// It cannot be run as written.
  void refused(RefusedException why) {
    modelStatus(ModelStatus.invalid(modelStatus(), why.reason(), why.summary()));
    conditions.set("PredictorReady", "False", why.reason(), why.text());
    conditions.set("IngressReady", "False", "Predictor ingress not created", "");
  }

  /// It is stopped: nothing but that is known of it.
  ObjectNode stopped() {
    ObjectNode bare = Json.object();
    bare.set("deploymentMode", status.path("deploymentMode"));
    bare.set("observedGeneration", status.path("observedGeneration"));
    var fresh = new ServiceConditions(service, now, List.of("PredictorReady", "IngressReady"));
    List.of("LatestDeploymentReady", "RoutesReady", "CanaryPredictorReady").forEach(fresh::remove);
    for (String part : PARTS) {
      fresh.remove(routeCondition(part));
      fresh.remove(titled(part) + "ConfigurationReady");
    }
    fresh.set("PredictorReady", "False", "Stopped", "");
    for (String part : List.of("transformer", "explainer")) {
      if (service.spec().path(part).isObject()) {
        fresh.set(titled(part) + "Ready", "False", "Stopped", "");
      }
    }
    fresh.set("IngressReady", "False", "Stopped", "");
    fresh.set("Stopped", "True", "", "");
    fresh.conclude();
    bare.set("conditions", fresh.toJson());
    return bare;
  }

  /// The status as it should be, and the events that the difference is worth.
  void into(Plan plan) {
    conditions.set("Stopped", "False", "", "");
    conditions.conclude();
    status.set("conditions", conditions.toJson());
    plan.status(status);
    events(plan);
  }

  private void events(Plan plan) {
    failed(service.status().path("modelStatus"), status.path("modelStatus"), plan);
    JsonNode canaries = status.path("canaryStatuses");
    for (int i = 0; i < canaries.size(); i++) {
      JsonNode before = service.status().path("canaryStatuses").path(i);
      failed(before.path("modelStatus"), canaries.path(i).path("modelStatus"), plan);
    }
    boolean was = service.isTrue("Ready");
    String is = conditions.status("Ready");
    if (!was && is.equals("True")) {
      plan.event("InferenceServiceReady", "InferenceService [" + service.name() + "] is Ready");
    } else if (was && is.equals("False")) {
      plan.warn(
          "InferenceServiceNotReady",
          "InferenceService ["
              + service.name()
              + "] is no longer Ready because of: "
              + failing()
              + suffix(conditions.message("Ready")));
    }
  }

  /// A failure that stands in the status is an event of the service under the same reason, once
  /// each time it comes about.
  private static void failed(JsonNode before, JsonNode now, Plan plan) {
    JsonNode was = before.path("lastFailureInfo");
    JsonNode is = now.path("lastFailureInfo");
    boolean same =
        List.of("reason", "message", "modelRevisionName").stream()
            .allMatch(field -> Json.text(was, field).equals(Json.text(is, field)));
    boolean again = failedToLoad(now) && !failedToLoad(before);
    if ((!same || again) && !Json.text(is, "reason").isEmpty()) {
      plan.warn(Json.text(is, "reason"), Json.text(is, "message"));
    }
  }

  private static boolean failedToLoad(JsonNode modelStatus) {
    return Json.text(modelStatus, "states", "targetModelState").equals("FailedToLoad");
  }

  private String failing() {
    return conditions.toJson().values().stream()
        .filter(each -> Json.text(each, "status").equals("False"))
        .map(each -> Json.text(each, "type"))
        .filter(type -> !type.equals("Ready") && !type.equals("Stopped"))
        .collect(Collectors.joining(", "));
  }

  private static String suffix(String message) {
    return message.isEmpty() ? "" : ": " + message;
  }
}
