package dev.slipway.controllers.knative.rules;

import dev.slipway.api.KindRules;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A Configuration before it is stored.
final class ConfigurationRules implements KindRules {
  @Override
  public String group() {
    return "serving.knative.dev";
  }

  @Override
  public String kind() {
    return "Configuration";
  }

  @Override
  public void complete(Admitting admitting, ObjectNode object) {
    TemplateDialect.lift(admitting, object);
    Template.complete(admitting, object);
    Metadata.user(admitting, object);
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    var problems = new ArrayList<Problem>();
    Metadata.judgeName(object, problems);
    Metadata.judgeNoScaling(object, problems);
    Metadata.judgeOwnerLabel(object, Metadata.GROUP + "service", "Service", problems);
    Template.judge(admitting, object, problems);
    Metadata.judgeUser(admitting, object, problems);
    return problems;
  }
}
