package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The canaries of `spec.canary` as Deployments: each with a fixed number of replicas and a share
/// of
/// the requests once one of them is available. A predictor that takes a canary's name takes over
/// its
/// Deployment.
///
/// Follows `reconcileCanaryDeployments` of kserve/kserve 0.20.
final class NamedCanaries {
  private final StandardPlan plan;
  private final List<Component> canaries = new ArrayList<>();
  private final JsonNode written;
  private final int stableLeast;

  NamedCanaries(StandardPlan plan, Components components) {
    Resource service = plan.service();
    this.plan = plan;
    this.written = service.spec().path("canary");
    JsonNode stable = service.spec().path("predictor");
    this.stableLeast = stable.path("minReplicas").asInt(plan.settings().defaultMinReplicas());
    for (JsonNode canary : written) {
      canaries.add(components.predictor(Components.canaryOf(stable, canary.path("predictor"))));
    }
  }

  private int percent(int canary) {
    return written.path(canary).path("trafficPercent").asInt(0);
  }

  private int replicas(int canary) {
    JsonNode own = written.path(canary).path("predictor").path("minReplicas");
    return own.isIntegralNumber()
        ? own.asInt()
        : StandardPlan.share(stableLeast, written.path(canary));
  }

  /// The stable predictor with as many replicas fewer as canaries are ready, one at the least.
  Component reduced(Component predictor) {
    int ready = 0;
    for (int i = 0; i < canaries.size(); i++) {
      ready += ready(i) ? replicas(i) : 0;
    }
    if (ready == 0) {
      return predictor;
    }
    ObjectNode spec = (ObjectNode) predictor.spec().deepCopy();
    return predictor.withSpec(spec.put("minReplicas", Math.max(1, stableLeast - ready)));
  }

  private boolean ready(int canary) {
    return Rollout.available(plan.observed(), canaries.get(canary).name());
  }

  /// Keeps the canaries, gives the ready ones their shares, and tells of all.
  ///
  /// @param shares of the stable predictor, which lose what the canaries get
  void takeFrom(List<StandardRoute.Share> shares) {
    if (canaries.isEmpty()) {
      plan.status().remove("canaryStatuses");
      return;
    }
    ArrayNode statuses = Json.array();
    int taken = 0;
    boolean all = true;
    var own = new ArrayList<StandardRoute.Share>();
    for (int i = 0; i < canaries.size(); i++) {
      Component canary = canaries.get(i);
      plan.keepFixed(canary, replicas(i));
      boolean ready = ready(i);
      all &= ready;
      if (ready && percent(i) > 0) {
        taken += percent(i);
        own.add(new StandardRoute.Share(canary.name(), percent(i)));
      }
      statuses.add(status(i, ready));
    }
    int left = 100 - taken;
    shares.replaceAll(
        each -> new StandardRoute.Share(each.coreService(), each.weight() * left / 100));
    shares.addAll(own);
    plan.status().set("canaryStatuses", statuses);
    plan.status()
        .conditions()
        .set("CanaryPredictorReady", all ? "True" : "Unknown", all ? "" : "CanaryNotReady", "");
  }

  private ObjectNode status(int canary, boolean ready) {
    ObjectNode one = Json.object();
    one.put("name", Json.text(written.path(canary), "predictor", "name"));
    one.put("ready", ready).put("trafficPercent", percent(canary));
    JsonNode before =
        plan.service().status().path("canaryStatuses").path(canary).path("modelStatus");
    one.set("modelStatus", plan.modelStatus(before, canaries.get(canary).name(), ready));
    return one;
  }
}
