package dev.slipway.apiserver.builtin.cluster;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import dev.slipway.base.Problem;
import java.util.HashSet;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// ValidatingAdmissionPolicies, MutatingAdmissionPolicies and their bindings. Whether an expression
/// compiles is judged by admission, which runs it.
final class AdmissionPolicyStrategies {
  private AdmissionPolicyStrategies() {}

  private static void resources(ObjectNode resources) {
    Defaults.absentText(resources, "matchPolicy", "Equivalent");
    Defaults.object(resources, "namespaceSelector");
    Defaults.object(resources, "objectSelector");
    for (String each : List.of("resourceRules", "excludeResourceRules")) {
      Defaults.items(resources, each).forEach(rule -> Defaults.absentText(rule, "scope", "*"));
    }
  }

  /// Policies of both sorts.
  static final class Policies extends KindStrategy {
    private static final List<String> REASONS =
        List.of("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized");

    private final boolean mutating;

    Policies(boolean mutating) {
      this.mutating = mutating;
    }

    @Override
    protected boolean hasStatus() {
      return !mutating;
    }

    @Override
    protected void fill(ObjectNode policy) {
      ObjectNode spec = Defaults.object(policy, "spec");
      Defaults.absentText(spec, "failurePolicy", "Fail");
      Defaults.present(spec, "matchConstraints").forEach(AdmissionPolicyStrategies::resources);
    }

    @Override
    protected void judge(Field policy, Problems problems) {
      Field spec = policy.at("spec");
      problems.oneOf(spec.at("failurePolicy"), List.of("Fail", "Ignore"));
      paramKind(spec.at("paramKind"), problems);
      MatchRules.constraints(spec.at("matchConstraints"), true, problems);
      MatchRules.conditions(spec.at("matchConditions"), problems);
      variables(spec.at("variables"), problems);
      if (mutating) {
        mutations(spec, problems);
      } else {
        validations(spec, problems);
      }
    }

    private static void paramKind(Field kind, Problems problems) {
      if (kind.present()) {
        problems.demand(kind.at("apiVersion"));
        problems.demand(kind.at("kind"));
      }
    }

    private static void variables(Field variables, Problems problems) {
      var names = new HashSet<String>();
      for (Field variable : variables.items()) {
        Field name = variable.at("name");
        if (!name.filled()) {
          problems.required(name, "name is not specified");
        } else if (!Names.cIdentifier(name.text()).isEmpty()) {
          problems.invalid(name, "name is not a valid CEL identifier");
        } else if (!names.add(name.text())) {
          problems.duplicate(name);
        }
        if (variable.text("expression").isBlank()) {
          problems.required(variable.at("expression"), "expression is not specified");
        }
      }
    }

    private static void validations(Field spec, Problems problems) {
      Field validations = spec.at("validations");
      Field annotations = spec.at("auditAnnotations");
      if (validations.size() == 0 && annotations.size() == 0) {
        String words = "validations or auditAnnotations must contain at least one item";
        problems.required(validations, words);
        problems.required(annotations, words);
      }
      for (Field each : validations.items()) {
        if (each.text("expression").isBlank()) {
          problems.required(each.at("expression"), "expression is not specified");
        }
        Field message = each.at("message");
        if (message.present() && message.text().isBlank()) {
          problems.invalid(message, "message must be non-empty if specified");
        } else if (message.text().strip().contains("\n")) {
          problems.invalid(message, "message must not contain line breaks");
        }
        problems.oneOf(each.at("reason"), REASONS);
      }
      for (Field each : annotations.items()) {
        problems.sentences(each.at("key"), Names.qualified(each.text("key")));
        if (each.text("valueExpression").isBlank()) {
          problems.required(each.at("valueExpression"), "valueExpression is not specified");
        }
      }
    }

    private static void mutations(Field spec, Problems problems) {
      Field mutations = spec.at("mutations");
      problems.demand(mutations, "mutations must contain at least one item");
      problems.exactlyOneOf(spec.at("reinvocationPolicy"), List.of("IfNeeded", "Never"));
      for (Field each : mutations.items()) {
        List<String> types = List.of("ApplyConfiguration", "JSONPatch");
        Field type = each.at("patchType");
        if (!types.contains(type.text())) {
          problems.notSupported(type, types);
          continue;
        }
        String field = type.text().equals("JSONPatch") ? "jsonPatch" : "applyConfiguration";
        if (each.at(field).text("expression").isBlank()) {
          problems.required(each.at(field, "expression"), "expression is not specified");
        }
      }
    }
  }

  /// Bindings of policies of both sorts.
  static final class Bindings extends KindStrategy {
    private static final List<String> ACTIONS = List.of("Audit", "Deny", "Warn");

    private final boolean mutating;

    Bindings(boolean mutating) {
      this.mutating = mutating;
    }

    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void fill(ObjectNode binding) {
      Defaults.present(binding, "spec", "matchResources")
          .forEach(AdmissionPolicyStrategies::resources);
    }

    @Override
    protected void judge(Field binding, Problems problems) {
      Field spec = binding.at("spec");
      Field policy = spec.at("policyName");
      if (problems.demand(policy)) {
        problems.sentences(policy, Names.dnsSubdomain(policy.text()));
      }
      paramRef(spec.at("paramRef"), problems);
      MatchRules.constraints(spec.at("matchResources"), false, problems);
      if (!mutating) {
        actions(spec.at("validationActions"), problems);
      }
    }

    private static void actions(Field actions, Problems problems) {
      problems.demand(actions);
      var seen = new HashSet<String>();
      for (Field action : actions.items()) {
        if (!ACTIONS.contains(action.text())) {
          problems.notSupported(action, ACTIONS);
        }
        if (!seen.add(action.text())) {
          problems.duplicate(action);
        }
      }
      if (seen.contains("Deny") && seen.contains("Warn")) {
        problems.add(
            Problem.invalid(
                actions.path(),
                actions.value(),
                "must not contain both Deny and Warn (repeating the same validation failure"
                    + " information in the API response and headers serves no purpose)"));
      }
    }

    private static void paramRef(Field reference, Problems problems) {
      if (!reference.present()) {
        return;
      }
      boolean named = reference.at("name").filled();
      boolean selected = reference.at("selector").present();
      if (named && selected) {
        problems.forbidden(reference.at("name"), "name and selector are mutually exclusive");
      } else if (!named && !selected) {
        problems.required(reference, "one of name or selector must be specified");
      }
      if (named) {
        problems.sentences(reference.at("name"), Names.pathSegment(reference.text("name")));
      }
      Selectors.judge(reference.at("selector"), problems);
      List<String> actions = List.of("Allow", "Deny");
      if (!actions.contains(reference.text("parameterNotFoundAction"))) {
        if (reference.at("parameterNotFoundAction").filled()) {
          problems.notSupported(reference.at("parameterNotFoundAction"), actions);
        } else {
          problems.required(reference.at("parameterNotFoundAction"), "");
        }
      }
    }
  }
}
