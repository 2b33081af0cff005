package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.cel.CelEnvironment;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A ValidatingAdmissionPolicy with its expressions compiled.
///
/// @param paramKind absent where the policy takes no parameters
/// @param variables in the order written; each may use those before it
record AdmissionPolicy(
    String name,
    boolean ignoresFailure,
    MatchCriteria criteria,
    Optional<ParamKind> paramKind,
    MatchConditions conditions,
    Map<String, Expression> variables,
    List<Validation> validations) {

  record ParamKind(String apiVersion, String kind) {
    @Override
    public String toString() {
      return apiVersion + ", Kind=" + kind;
    }
  }

  /// @param messageExpression absent where only `message` is given
  /// @param reason empty for `Invalid`
  record Validation(
      Expression expression,
      String message,
      Optional<Expression> messageExpression,
      String reason) {}

  /// A ValidatingAdmissionPolicyBinding.
  ///
  /// @param paramRef missing node where it refers to none
  record Binding(
      String name, String policy, JsonNode paramRef, MatchCriteria criteria, Set<String> actions) {
    static Binding of(ObjectNode object) {
      JsonNode spec = object.path("spec");
      var actions = new java.util.LinkedHashSet<String>();
      spec.path("validationActions").forEach(each -> actions.add(each.asString("")));
      return new Binding(
          Json.text(object, "metadata", "name"),
          Json.text(spec, "policyName"),
          spec.path("paramRef"),
          MatchCriteria.read(spec.path("matchResources"), "resourceRules"),
          actions);
    }
  }

  static AdmissionPolicy of(ObjectNode object) {
    JsonNode spec = object.path("spec");
    Set<String> names = new java.util.LinkedHashSet<>();
    spec.path("variables").forEach(each -> names.add(Json.text(each, "name")));
    CelEnvironment environment = PolicyVariables.policyEnvironment(names);
    Map<String, Expression> variables = new LinkedHashMap<>();
    for (JsonNode each : spec.path("variables")) {
      String text = Json.text(each, "expression");
      variables.put(Json.text(each, "name"), new Expression(text, environment.compile(text)));
    }
    return new AdmissionPolicy(
        Json.text(object, "metadata", "name"),
        Json.text(spec, "failurePolicy").equals("Ignore"),
        MatchCriteria.read(spec.path("matchConstraints"), "resourceRules"),
        paramKind(spec.path("paramKind")),
        MatchConditions.read(spec.path("matchConditions"), () -> environment),
        variables,
        validations(spec, environment));
  }

  private static Optional<ParamKind> paramKind(JsonNode kind) {
    return kind.isObject()
        ? Optional.of(new ParamKind(Json.text(kind, "apiVersion"), Json.text(kind, "kind")))
        : Optional.empty();
  }

  private static List<Validation> validations(JsonNode spec, CelEnvironment environment) {
    var validations = new ArrayList<Validation>();
    for (JsonNode each : spec.path("validations")) {
      String text = Json.text(each, "expression");
      String message = Json.text(each, "messageExpression");
      validations.add(
          new Validation(
              new Expression(text, environment.compileCondition(text)),
              Json.text(each, "message"),
              message.isEmpty()
                  ? Optional.empty()
                  : Optional.of(new Expression(message, environment.compile(message))),
              Json.text(each, "reason")));
    }
    return List.copyOf(validations);
  }
}
