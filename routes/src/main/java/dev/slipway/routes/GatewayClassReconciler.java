package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.routes.GatewayApi.Said;
import dev.slipway.routes.GatewayApi.Trouble;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Accepts the classes whose gateways are run here. They take no parameters.
final class GatewayClassReconciler implements Reconciler {
  /// Names of `pkg/features` that hold here, in their order.
  static final List<String> FEATURES =
      List.of(
          "GRPCRoute",
          "GRPCRouteNamedRouteRule",
          "Gateway",
          "GatewayAddressEmpty",
          "GatewayPort8080",
          "HTTPRoute",
          "HTTPRouteBackendProtocolH2C",
          "HTTPRouteBackendProtocolWebSocket",
          "HTTPRouteBackendRequestHeaderModification",
          "HTTPRouteBackendTimeout",
          "HTTPRouteCORS",
          "HTTPRouteDestinationPortMatching",
          "HTTPRouteHostRewrite",
          "HTTPRouteMethodMatching",
          "HTTPRouteNamedRouteRule",
          "HTTPRouteParentRefPort",
          "HTTPRoutePathRedirect",
          "HTTPRoutePathRewrite",
          "HTTPRoutePortRedirect",
          "HTTPRouteQueryParamMatching",
          "HTTPRouteRequestMirror",
          "HTTPRouteRequestMultipleMirrors",
          "HTTPRouteRequestPercentageMirror",
          "HTTPRouteRequestTimeout",
          "HTTPRouteResponseHeaderModification",
          "HTTPRouteRetry",
          "HTTPRouteRetryBackendTimeout",
          "HTTPRouteRetryConnectionError",
          "HTTPRouteSchemeRedirect",
          "ReferenceGrant");

  @Override
  public Kind kind() {
    return Kinds.GATEWAY_CLASS;
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public Plan plan(Resource found, Observed observed) {
    var plan = new Plan();
    if (!GatewayApi.runs(found) || found.deleting()) {
      return plan;
    }
    var status = found.status().isObject() ? found.copy().withObject("status") : Json.object();
    var said =
        new Said(found.status().path("conditions"), found.generation(), observed.now())
            .holds("Accepted", "Accepted", parameters(found))
            .holds("SupportedVersion", "SupportedVersion", Optional.empty());
    status.set("conditions", said.conditions());
    var features = status.putArray("supportedFeatures");
    FEATURES.forEach(each -> features.addObject().put("name", each));
    return plan.status(status);
  }

  private static Optional<Trouble> parameters(Resource found) {
    return found.spec().has("parametersRef")
        ? Optional.of(
            new Trouble("InvalidParameters", "spec.parametersRef: this class takes no parameters"))
        : Optional.empty();
  }
}
