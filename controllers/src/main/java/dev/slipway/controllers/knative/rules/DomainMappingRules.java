package dev.slipway.controllers.knative.rules;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A DomainMapping before it is stored: its name is the domain.
///
/// Source: knative/serving `pkg/apis/serving/v1beta1/domainmapping_validation.go`.
final class DomainMappingRules implements KindRules {
  private static final String CLUSTER = "cluster.local";
  private static final FieldPath REF = FieldPath.of("spec", "ref");

  @Override
  public String group() {
    return "serving.knative.dev";
  }

  @Override
  public String kind() {
    return "DomainMapping";
  }

  @Override
  public void complete(Admitting admitting, ObjectNode object) {
    if (object.path("spec").get("ref") instanceof ObjectNode ref
        && Json.text(ref, "namespace").isEmpty()) {
      ref.put("namespace", Json.text(object, "metadata", "namespace"));
    }
    Metadata.user(admitting, object);
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    var problems = new ArrayList<Problem>();
    judgeName(object, problems);
    for (String field : new String[] {"apiVersion", "kind", "name"}) {
      if (Json.text(object.path("spec"), "ref", field).isEmpty()) {
        problems.add(Words.missing(REF.field(field)));
      }
    }
    var wanted = Json.text(object.path("spec"), "ref", "namespace");
    var own = Json.text(object, "metadata", "namespace");
    if (!wanted.isEmpty() && !wanted.equals(own)) {
      problems.add(
          Problem.invalid(
              REF.field("namespace"),
              wanted,
              "mismatched namespaces: parent namespace: \""
                  + own
                  + "\" does not match ref: \""
                  + wanted
                  + "\""));
    }
    Metadata.judgeUser(admitting, object, problems);
    return problems;
  }

  private static void judgeName(ObjectNode object, List<Problem> problems) {
    if (!Json.text(object, "metadata", "generateName").isEmpty()) {
      problems.add(Words.disallowed(Metadata.AT.field("generateName")));
    }
    var name = Json.text(object, "metadata", "name");
    if (!Words.isSubdomain(name) || !name.contains(".")) {
      problems.add(
          Problem.invalid(
              Metadata.AT.field("name"),
              name,
              "invalid name \""
                  + name
                  + "\": should be a domain with at least two segments separated by dots"));
    } else if (name.endsWith("." + CLUSTER)) {
      problems.add(
          Problem.invalid(
              Metadata.AT.field("name"),
              name,
              "invalid name \""
                  + name
                  + "\": must not be a subdomain of cluster local domain \""
                  + CLUSTER
                  + "\""));
    }
  }
}
