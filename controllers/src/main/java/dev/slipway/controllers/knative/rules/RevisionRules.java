package dev.slipway.controllers.knative.rules;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A Revision before it is stored: completed and judged once, its spec never changes afterwards.
final class RevisionRules implements KindRules {
  private static final FieldPath SPEC = FieldPath.of("spec");

  @Override
  public String group() {
    return "serving.knative.dev";
  }

  @Override
  public String kind() {
    return "Revision";
  }

  @Override
  public void complete(Admitting admitting, ObjectNode object) {
    if (admitting.before().isEmpty()
        && (object.path("spec").isObject() || object.path("spec").isMissingNode())) {
      RevisionDefaults.complete(ServingDefaults.of(admitting), Json.ensureObject(object, "spec"));
    }
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    var problems = new ArrayList<Problem>();
    Metadata.judgeName(object, problems);
    Metadata.judgeScaling(admitting, Metadata.AT.field("annotations"), object, problems);
    Metadata.judgeOwnerLabel(object, Metadata.GROUP + "configuration", "Configuration", problems);
    if (admitting.before().isPresent()) {
      Difference.between(admitting.before().get().path("spec"), object.path("spec"))
          .ifPresent(
              difference ->
                  problems.add(
                      Problem.forbidden(
                          SPEC, "Immutable fields changed (-old +new): " + difference)));
    } else if (object.get("spec") instanceof ObjectNode spec) {
      new RevisionSpecRules(admitting, SPEC, problems).judge(spec);
    } else {
      problems.add(Problem.wrongType(SPEC, object.path("spec"), "must be an object"));
    }
    return problems;
  }
}
