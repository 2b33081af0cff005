package dev.slipway.controllers.kserve;
import dev.slipway.control.*;
import tools.jackson.databind.JsonNode;
final class StandardPlan {
  StandardPlan(KserveSettings settings, Resource service, Observed observed, KserveConfig config, Plan plan, IsvcStatus status) {}
  void make(Components components) { throw RefusedException.invalid("to come"); }
  static int share(int least, JsonNode canary) {
    int percent = canary.path("trafficPercent").asInt(0);
    return percent == 0 ? 0 : Math.max(1, Math.ceilDiv(least * percent, 100));
  }
}
