package dev.slipway.controllers.knative.rules;

import dev.slipway.api.KindRules;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A Route before it is stored.
final class RouteRules implements KindRules {
  @Override
  public String group() {
    return "serving.knative.dev";
  }

  @Override
  public String kind() {
    return "Route";
  }

  @Override
  public void complete(Admitting admitting, ObjectNode object) {
    Traffic.complete(Json.ensureObject(object, "spec"), false);
    Metadata.user(admitting, object);
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    var problems = new ArrayList<Problem>();
    Metadata.judgeName(object, problems);
    Metadata.judgeNoScaling(object, problems);
    Metadata.judgeRollout(object, problems);
    Metadata.judgeOwnerLabel(object, Metadata.GROUP + "service", "Service", problems);
    Traffic.judge(object.path("spec"), false, problems);
    Metadata.judgeUser(admitting, object, problems);
    return problems;
  }
}
