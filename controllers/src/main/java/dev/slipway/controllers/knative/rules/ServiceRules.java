package dev.slipway.controllers.knative.rules;

import dev.slipway.api.KindRules;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A Knative Service before it is stored.
final class ServiceRules implements KindRules {
  @Override
  public String group() {
    return "serving.knative.dev";
  }

  @Override
  public String kind() {
    return "Service";
  }

  @Override
  public void complete(Admitting admitting, ObjectNode object) {
    TemplateDialect.lift(admitting, object);
    Template.complete(admitting, object);
    Traffic.complete(Json.ensureObject(object, "spec"), true);
    Metadata.user(admitting, object);
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    var problems = new ArrayList<Problem>();
    Metadata.judgeName(object, problems);
    Metadata.judgeNoScaling(object, problems);
    Metadata.judgeRollout(object, problems);
    Template.judge(admitting, object, problems);
    Traffic.judge(object.path("spec"), true, problems);
    Metadata.judgeUser(admitting, object, problems);
    return problems;
  }
}
