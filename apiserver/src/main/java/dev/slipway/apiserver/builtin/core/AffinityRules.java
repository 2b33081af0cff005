package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import java.util.List;

/// Which nodes, and which company, a pod seeks and avoids.
public final class AffinityRules {
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
  private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

  private AffinityRules() {}

  static void judge(Field affinity, Problems problems) {
    Field node = affinity.at("nodeAffinity");
    if (node.at(REQUIRED).present()) {
      nodeSelector(node.at(REQUIRED), problems);
    }
    for (Field term : node.items(PREFERRED)) {
      weight(term, problems);
      nodeTerm(term.at("preference"), false, problems);
    }
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      affinity.at(kind).items(REQUIRED).forEach(each -> podTerm(each, problems));
      for (Field term : affinity.at(kind).items(PREFERRED)) {
        weight(term, problems);
        podTerm(term.at("podAffinityTerm"), problems);
      }
    }
  }

  /// A selector of nodes by alternatives.
  public static void nodeSelector(Field selector, Problems problems) {
    Field terms = selector.at("nodeSelectorTerms");
    if (problems.demand(terms, "must have at least one node selector term")) {
      terms.items().forEach(each -> nodeTerm(each, true, problems));
    }
  }

  private static void weight(Field term, Problems problems) {
    long weight = term.at("weight").number(0);
    if (weight < 1 || weight > 100) {
      problems.invalid(term.at("weight").path(), weight, "must be in the range 1-100");
    }
  }

  private static void nodeTerm(Field term, boolean strict, Problems problems) {
    for (Field each : term.items("matchExpressions")) {
      expression(each, strict, problems);
    }
    for (Field each : term.items("matchFields")) {
      field(each, problems);
    }
  }

  private static void expression(Field requirement, boolean strict, Problems problems) {
    Field values = requirement.at("values");
    switch (requirement.text("operator")) {
      case "In", "NotIn" ->
          problems.demand(values, "must be specified when `operator` is 'In' or 'NotIn'");
      case "Exists", "DoesNotExist" -> {
        if (values.size() > 0) {
          problems.forbidden(
              values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
      }
      case "Gt", "Lt" -> {
        if (values.size() != 1) {
          problems.required(
              values, "must be specified single value when `operator` is 'Lt' or 'Gt'");
        }
      }
      default -> problems.invalidText(requirement.at("operator"), "not a valid selector operator");
    }
    problems.sentences(requirement.at("key"), Names.qualified(requirement.text("key")));
    if (strict) {
      values.items().forEach(each -> problems.sentences(each, Names.labelValue(each.text())));
    }
  }

  private static void field(Field requirement, Problems problems) {
    Field values = requirement.at("values");
    if (!List.of("In", "NotIn").contains(requirement.text("operator"))) {
      problems.invalidText(requirement.at("operator"), "not a valid selector operator");
    } else if (values.size() != 1) {
      problems.required(
          values,
          "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
    }
    if (!requirement.text("key").equals("metadata.name")) {
      problems.invalidText(requirement.at("key"), "not a valid field selector key");
    } else {
      values.items().forEach(each -> problems.sentences(each, Names.dnsSubdomain(each.text())));
    }
  }

  private static void podTerm(Field term, Problems problems) {
    Selectors.judge(term.at("labelSelector"), problems);
    Selectors.judge(term.at("namespaceSelector"), problems);
    for (String each : term.at("namespaces").texts()) {
      problems.sentences(term.path().field("namespace"), each, Names.dnsLabel(each));
    }
    SpreadRules.labelKeys(term, "matchLabelKeys", problems);
    SpreadRules.labelKeys(term, "mismatchLabelKeys", problems);
    Field key = term.at("topologyKey");
    if (!key.filled()) {
      problems.required(key, "can not be empty");
    }
    problems.sentences(key.path(), key.text(), Names.qualified(key.text()));
  }
}
