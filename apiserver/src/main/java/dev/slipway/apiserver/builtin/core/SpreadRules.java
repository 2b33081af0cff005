package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import dev.slipway.base.Problem;
import java.util.HashSet;
import java.util.List;

/// How pods spread over zones, nodes and the like; what taints they bear.
final class SpreadRules {
  private static final List<String> ACTIONS = List.of("DoNotSchedule", "ScheduleAnyway");
  private static final List<String> POLICIES = List.of("Honor", "Ignore");
  private static final List<String> EFFECTS =
      List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

  private SpreadRules() {}

  static void constraints(Field constraints, Problems problems) {
    var seen = new HashSet<String>();
    for (Field constraint : constraints.items().reversed()) {
      String pair =
          "{" + constraint.text("topologyKey") + ", " + constraint.text("whenUnsatisfiable") + "}";
      if (!seen.add(pair)) {
        problems.add(
            Problem.duplicate(constraint.path().field("{topologyKey, whenUnsatisfiable}"), pair));
      }
    }
    constraints.items().forEach(each -> constraint(each, problems));
  }

  private static void constraint(Field constraint, Problems problems) {
    Field skew = constraint.at("maxSkew");
    if (skew.number(0) <= 0) {
      problems.invalid(skew.path(), skew.number(0), "must be greater than zero");
    }
    problems.demand(constraint.at("topologyKey"), "can not be empty");
    Field action = constraint.at("whenUnsatisfiable");
    if (!ACTIONS.contains(action.text())) {
      problems.notSupported(action, ACTIONS);
    }
    Field domains = constraint.at("minDomains");
    if (domains.number(1) <= 0) {
      problems.invalid(domains, "must be greater than zero");
    }
    if (domains.present() && !action.text().equals("DoNotSchedule")) {
      problems.invalid(
          domains,
          "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action.text());
    }
    problems.oneOf(constraint.at("nodeAffinityPolicy"), POLICIES);
    problems.oneOf(constraint.at("nodeTaintsPolicy"), POLICIES);
    labelKeys(constraint, "matchLabelKeys", problems);
    Selectors.judge(constraint.at("labelSelector"), problems);
  }

  /// Keys whose values are taken from the pod itself.
  static void labelKeys(Field term, String field, Problems problems) {
    Field keys = term.at(field);
    if (keys.size() == 0) {
      return;
    }
    if (!term.at("labelSelector").present()) {
      problems.forbidden(keys, "must not be specified when labelSelector is not set");
      return;
    }
    for (Field key : keys.items()) {
      problems.sentences(key, Names.qualified(key.text()));
    }
  }

  static void tolerations(Field tolerations, Problems problems) {
    tolerations.items().forEach(each -> toleration(each, problems));
  }

  private static void toleration(Field toleration, Problems problems) {
    Field operator = toleration.at("operator");
    String key = toleration.text("key");
    String value = toleration.text("value");
    if (!key.isEmpty()) {
      problems.sentences(toleration.at("key"), Names.qualified(key));
    } else if (!operator.text().equals("Exists")) {
      problems.invalidText(
          operator,
          "operator must be Exists when `key` is empty, which means \"match all values and all"
              + " keys\"");
    }
    boolean timed = toleration.at("tolerationSeconds").present();
    if (timed && !toleration.text("effect").equals("NoExecute")) {
      problems.invalidText(
          toleration.at("effect"), "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    switch (operator.text()) {
      case "", "Equal" -> {
        List<String> wrong = Names.labelValue(value);
        if (!wrong.isEmpty()) {
          problems.add(Problem.invalid(operator.path(), value, String.join(";", wrong)));
        }
      }
      case "Exists" -> {
        if (!value.isEmpty()) {
          problems.add(
              Problem.invalid(
                  operator.path(), value, "value must be empty when `operator` is 'Exists'"));
        }
      }
      default -> problems.notSupported(operator, List.of("Equal", "Exists"));
    }
    problems.oneOf(toleration.at("effect"), EFFECTS);
  }

  /// Taints of a node; upstream reports them at `metadata.taints`.
  static void taints(Field taints, Problems problems) {
    var seen = new HashSet<String>();
    for (Field taint : taints.items()) {
      problems.sentences(taint.at("key"), Names.qualified(taint.text("key")));
      List<String> wrong = Names.labelValue(taint.text("value"));
      if (!wrong.isEmpty()) {
        problems.invalid(taint.at("value"), String.join(";", wrong));
      }
      problems.exactlyOneOf(taint.at("effect"), EFFECTS);
      if (!seen.add(taint.text("effect") + "/" + taint.text("key"))) {
        problems.add(
            new Problem(
                Problem.Type.DUPLICATE,
                taint.path().toString(),
                taint.value().toString(),
                "taints must be unique by key and effect pair"));
      }
    }
  }
}
